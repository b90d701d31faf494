import type { Bytes } from '../channel/channel.ts'
import type { Folder } from './android/calls.ts'

/** The folders of the app on the phone's disk. */
export interface FileStore {
  readonly read: (folder: Folder, name: string) => Promise<Bytes | undefined>
  /** Whole, or not at all. */
  readonly write: (folder: Folder, name: string, bytes: Bytes) => Promise<void>
  readonly rename: (folder: Folder, from: string, to: string) => Promise<void>
  readonly delete: (folder: Folder, name: string) => Promise<void>
  readonly list: (folder: Folder) => Promise<readonly string[]>
  /** Where they are on the disk of this machine; null when they are in memory. */
  readonly paths: { readonly noBackup: string; readonly preferences: string } | null
}

/** Files in memory. */
export function createMemoryFiles(): FileStore {
  const folders: Readonly<Record<Folder, Map<string, Bytes>>> = {
    noBackup: new Map(),
    preferences: new Map(),
  }
  return {
    paths: null,
    read: async (folder, name) => folders[folder].get(name),
    write: async (folder, name, bytes) => {
      folders[folder].set(name, bytes)
    },
    rename: async (folder, from, to) => {
      const bytes = folders[folder].get(from)
      if (bytes === undefined) throw new Error(`Unexpected name ${from}, expected a file.`)
      folders[folder].delete(from)
      folders[folder].set(to, bytes)
    },
    delete: async (folder, name) => {
      folders[folder].delete(name)
    },
    list: async (folder) => [...folders[folder].keys()],
  }
}
