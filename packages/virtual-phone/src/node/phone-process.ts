/** The script of a process, or of a worker of Node, with a phone in it. */
import { parentPort } from 'node:worker_threads'
import type { Port } from '../channel/port.ts'
import { hostPhone, type RemotePhone } from '../remote-phone.ts'
import { openVirtualAuthority } from './authority-folder.ts'
import { createFolderFiles } from './folder-files.ts'
import type { NodePhone } from './start-phone.ts'

hostPhone(portOf(), (start: RemotePhone & Partial<NodePhone>) => ({
  ...(start.authorityFolder === undefined ? {} : { authority: openVirtualAuthority(start.authorityFolder) }),
  ...(start.folder === undefined ? {} : { files: createFolderFiles(start.folder) }),
}))

function portOf(): Port {
  const parent = parentPort
  if (parent !== null) {
    return {
      send: (message) => parent.postMessage(message),
      listen: (listener) => parent.on('message', listener),
    }
  }
  // The app is gone: so is its phone.
  process.on('disconnect', () => process.exit())
  return {
    send: (message) => process.send?.(message),
    listen: (listener) => process.on('message', listener),
  }
}
