import type { VaultFiles } from '@keybound/client'
import { encode, utf8 } from '../bytes.ts'
import type { Files } from './files.ts'

/** The files of vaults. Their keys are longer than file names may be, so a file is named by the hash of its key. */
export function createVaultFiles(
  files: Files,
  sha256: (bytes: Uint8Array) => Promise<Uint8Array>,
): VaultFiles {
  const names = new Map<string, string>()

  async function nameOf(key: string): Promise<string> {
    const name = names.get(key) ?? `keybound.vault.${encode(await sha256(utf8(key)))}`
    names.set(key, name)
    return name
  }

  return {
    get: async (key) => files.read(await nameOf(key)),
    set: async (key, file) => files.write(await nameOf(key), file),
    async delete(key) {
      await files.delete(await nameOf(key))
      names.delete(key)
    },
  }
}
