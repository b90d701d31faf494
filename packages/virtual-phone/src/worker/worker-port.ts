import type { Port } from '../channel/port.ts'

/** What of a Web Worker is used. */
export interface WorkerLike {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** The page's end of a Web Worker that runs `@keybound/virtual-phone/worker`. */
export function workerPort(worker: WorkerLike): Port {
  return {
    send: (message) => worker.postMessage(message),
    listen: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
  }
}
