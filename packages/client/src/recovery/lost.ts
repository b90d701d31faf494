import type { EarlierVault } from '../unlock/device-vault.ts'
import type { SecretInfo } from '../unlock/vault.ts'
import type { VaultCall } from '../unlock/vault-call.ts'
import { destroy, earlierVaults } from './earlier.ts'

/**
 * What lies sealed for earlier credentials of the account on this device, without what the vault has again. `listEarlier`
 * may answer nothing for a vault that is damaged.
 */
export async function lost(
  on: VaultCall,
  listEarlier: (vault: EarlierVault) => Promise<readonly SecretInfo[] | undefined> = on.list,
): Promise<readonly SecretInfo[]> {
  const again = new Set((await on.list(on.device)).map(({ name }) => name))
  const found = new Map<string, SecretInfo>()
  for (const vault of await earlierVaults(on)) {
    const secrets = (await listEarlier(vault)) ?? []
    for (const secret of secrets) if (!again.has(secret.name)) found.set(secret.name, secret)
  }
  return [...found.values()]
}

/** Deletes the vaults of earlier credentials, and what this device has of those. */
export async function discardLost(on: VaultCall): Promise<void> {
  const { context, call, record, keep } = on
  for (const vault of await earlierVaults(on)) {
    await keep(() => destroy(on, vault))
    const forget = () => context.platform.forget(record.rpId, vault.owner.credentialId, true)
    call.afterwards(() => keep(forget))
  }
}
