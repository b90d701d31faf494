/** What virtual phones can do in Node besides: apps in processes of their own, native code, sandboxes on disk. */
export { type ConnectedApp, connectAndroid, connectIos } from './connect.ts'
export { connectSystem, type SocketChannel } from './connect-socket.ts'
export { createFolderFiles } from './folder-files.ts'
export { type PhoneSocket, servePhone } from './serve-socket.ts'
