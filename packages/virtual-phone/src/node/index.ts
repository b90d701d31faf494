/** What virtual phones can do in Node besides: processes of their own, native code, sandboxes and authorities on disk. */
export { openVirtualAuthority } from './authority-folder.ts'
export { type ConnectedApp, connectAndroid, connectIos } from './connect.ts'
export { connectSystem, type SocketChannel } from './connect-socket.ts'
export { createFolderFiles } from './folder-files.ts'
export { type PhoneSocket, servePhone } from './serve-socket.ts'
export { type NodePhone, type StartedPhone, startPhoneProcess, startPhoneWorker } from './start-phone.ts'
