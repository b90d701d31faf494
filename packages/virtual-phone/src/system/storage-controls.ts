import type { Handlers } from '../channel/channel.ts'
import type { Folder } from './android/calls.ts'
import type { ControlCalls, StoredFile } from './controls.ts'
import type { FileStore } from './file-store.ts'

const folders: readonly Folder[] = ['noBackup', 'preferences']

/** Backup of some folders, theft and restoring of what the app has on disk. */
export function createStorageControls(files: FileStore, backedUp: readonly Folder[]) {
  return {
    // What is kept out is so on Android by its place or by rules, on iOS by an attribute and by the class of the items.
    backup: async () => ({ files: await readFiles(files, backedUp) }),
    readStorage: async () => ({ files: await readFiles(files, folders) }),
    restore: async ({ files: stored }) => {
      await eraseFiles(files)
      for (const { folder, name, bytes } of stored) await files.write(folder, name, bytes)
      return null
    },
  } satisfies Partial<Handlers<ControlCalls>>
}

/** Deletes everything in the sandbox. */
export async function eraseFiles(files: FileStore): Promise<void> {
  for (const folder of folders) {
    for (const name of await files.list(folder)) await files.delete(folder, name)
  }
}

async function readFiles(files: FileStore, from: readonly Folder[]): Promise<readonly StoredFile[]> {
  const stored: StoredFile[] = []
  for (const folder of from) {
    for (const name of await files.list(folder)) {
      const bytes = await files.read(folder, name)
      if (bytes !== undefined) stored.push({ folder, name, bytes })
    }
  }
  return stored
}
