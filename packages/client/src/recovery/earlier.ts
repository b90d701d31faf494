import type { ManifestSigner } from '../platform-vault.ts'
import type { EarlierVault } from '../unlock/device-vault.ts'
import type { VaultCall } from '../unlock/vault-call.ts'

/**
 * Stands in for a proof key that is gone. What the list says is taken at its word, to be told and deleted: without a
 * signature nothing of it is brought back.
 */
export const goneKey: ManifestSigner = {
  sign: () => Promise.reject(new Error('unexpected absence of the key')),
  verify: async () => true,
}

/** The vaults of the account's earlier credentials on this device, which no key opens any more. */
export async function earlierVaults({
  call,
  secure,
  device: { owner, prefix },
  read,
}: VaultCall): Promise<readonly EarlierVault[]> {
  const { platform, vaults } = secure
  const found: EarlierVault[] = []
  const ofAccount = prefix.slice(0, -owner.credentialId.length - 1)
  for (const key of await read(() => platform.storage.keys(ofAccount))) {
    const credentialId = /([^/]+)\/keys$/.exec(key)?.[1]
    if (!credentialId || credentialId === owner.credentialId) continue
    const vault = await vaults.find(call.step, { ...owner, credentialId }, goneKey)
    if (vault) found.push(vault)
  }
  return found
}

/** Deletes a vault with all that is in it. */
export async function destroy({ secure }: VaultCall, { prefix, store }: EarlierVault): Promise<void> {
  const { storage, vault } = secure.platform
  // A damaged manifest does not tell which files there were.
  const secrets = await store.manifest().then(store.filesOf, () => [])
  await vault.exclusive(prefix, async () => {
    for (const file of secrets) await vault.files.delete(file)
    // Only now is the vault not there any more: until then a crash leaves what can be told and deleted, and then a list.
    await storage.delete(`${prefix}keys`)
    await vault.files.delete(`${prefix}manifest`)
  })
}
