import type { EarlierVault } from '../unlock/device-vault.ts'
import type { SecretInfo } from '../unlock/vault.ts'
import type { VaultCall } from '../unlock/vault-call.ts'

/**
 * What lies sealed for earlier credentials of the account on this device, without what the vault has again. `listEarlier`
 * may answer nothing for a vault that is damaged.
 */
export async function lost(
  { call, secure, device, list }: VaultCall,
  listEarlier: (vault: EarlierVault) => Promise<readonly SecretInfo[] | undefined> = list,
): Promise<readonly SecretInfo[]> {
  const again = new Set((await list(device)).map(({ name }) => name))
  const found = new Map<string, SecretInfo>()
  for (const vault of await secure.vaults.earlier(call.step, device.owner)) {
    const secrets = (await listEarlier(vault)) ?? []
    for (const secret of secrets) if (!again.has(secret.name)) found.set(secret.name, secret)
  }
  return [...found.values()]
}

/** Deletes the vaults of earlier credentials, and what this device has of those. */
export async function discardLost({ context, call, secure, record, device, keep }: VaultCall): Promise<void> {
  for (const vault of await secure.vaults.earlier(call.step, device.owner)) {
    await secure.vaults.destroy(call.commit, vault)
    const forget = () => context.platform.forget(record.rpId, vault.owner.credentialId, true)
    call.afterwards(() => keep(forget))
  }
}
