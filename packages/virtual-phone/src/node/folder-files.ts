import { mkdirSync } from 'node:fs'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folder } from '../system/android/calls.ts'
import type { FileStore } from '../system/file-store.ts'

/** The app's sandbox in a folder of this machine's disk, where scanners and thieves find it. */
export function createFolderFiles(folder: string): FileStore {
  const paths = { noBackup: join(folder, 'no_backup'), preferences: join(folder, 'shared_prefs') }
  for (const path of Object.values(paths)) mkdirSync(path, { recursive: true, mode: 0o700 })
  const pathOf = (kind: Folder, name: string) => join(paths[kind], safe(name))
  return {
    paths,
    async read(kind, name) {
      try {
        return new Uint8Array(await readFile(pathOf(kind, name)))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(kind, name, bytes) {
      // Beside, synced, then over the old one: whole or not at all.
      const beside = `${pathOf(kind, name)}~`
      const file = await open(beside, 'w', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, pathOf(kind, name))
    },
    rename: (kind, from, to) => rename(pathOf(kind, from), pathOf(kind, to)),
    delete: (kind, name) => rm(pathOf(kind, name), { force: true }),
    list: async (kind) => (await readdir(paths[kind])).filter((name) => !name.endsWith('~')),
  }
}

/** Names come from the app: none leads out of its folder. */
function safe(name: string): string {
  if (/^[A-Za-z0-9._-]{1,220}$/.test(name) && !name.startsWith('..')) return name
  throw new Error(`Unexpected name ${JSON.stringify(name)}, expected one of a file.`)
}
