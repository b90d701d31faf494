export { createListener, type ListenerOptions } from './listener.ts'
export { type RunningServer, type ServeOptions, serve } from './serve.ts'
