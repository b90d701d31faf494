import { forgetAfterwards } from '../context.ts'
import { secretsOf } from '../unlock/secrets-of.ts'
import type { SecretInfo } from '../unlock/vault.ts'
import type { Found } from './contract.ts'

/** What lies sealed for earlier credentials of the account on this device, without what the vault has again. */
export async function lost({ call, secure, device }: Found): Promise<readonly SecretInfo[]> {
  const again = new Set((await secretsOf(call, device)).map(({ name }) => name))
  const found = new Map<string, SecretInfo>()
  for (const vault of await secure.vaults.earlier(call.step, device.owner)) {
    for (const secret of await secretsOf(call, vault))
      if (!again.has(secret.name)) found.set(secret.name, secret)
  }
  return [...found.values()]
}

/** Deletes the vaults of earlier credentials, and what this device has of those. */
export async function discardLost({ context, call, secure, record, device }: Found): Promise<void> {
  for (const vault of await secure.vaults.earlier(call.step, device.owner)) {
    await secure.vaults.destroy(call.commit, vault)
    forgetAfterwards(context, call, record.rpId, vault.owner.credentialId, true)
  }
}
