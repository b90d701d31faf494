import type { EscrowedKeyJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { codeOf } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import type { DeviceVault } from '../unlock/device-vault.ts'
import { secretsOf } from '../unlock/secrets-of.ts'
import type { SecretInfo } from '../unlock/vault.ts'
import type { Found, Recovered, UseOpened } from './contract.ts'
import { askRecoveryKey, release } from './escrow.ts'
import { lost } from './lost.ts'

/** A secret of an earlier vault, and its data key as it lies in escrow. */
interface Escrowed {
  readonly vault: DeviceVault
  readonly secret: SecretInfo
  readonly key: EscrowedKeyJSON
}

/**
 * Brings back what earlier keys protected and lies in escrow: the server opens the data keys and wraps them to the vault of
 * now, which opens them with a touch. What the server cannot open, or is damaged here, stays lost; ciphertext stays where it is.
 */
export async function recover(found: Found, useOpened: UseOpened): Promise<Recovered> {
  const { context, call, device } = found
  const escrowed = await inEscrow(found)
  const { publicKey } = device.keys.unlock
  const released = await release(
    context,
    call,
    publicKey,
    escrowed.map(({ key }) => key),
  )
  const openable = escrowed.flatMap((one, at) => {
    const key = released[at]
    return key ? [{ ...one, key }] : []
  })
  const recovered: SecretInfo[] = []
  if (openable.length > 0) {
    const { escrow } = await call.step({ work: device.store.manifest, limit: storageLimit })
    const recoveryKey = escrow ?? (await askRecoveryKey(context, call))
    await useOpened(async (opened) => {
      for (const { vault, secret, key } of openable) {
        const work = () => vault.store.get(secret.name, opened, key)
        const bytes = await tolerateDamage(call.step({ work, limit: storageLimit }))
        if (!bytes) continue
        const how = { ask: secret.ask, recovery: 'escrow', escrow: recoveryKey } as const
        const again = () => device.store.set(secret.name, bytes, how)
        await call.commit({ work: again, limit: storageLimit }).finally(() => bytes.fill(0))
        recovered.push(secret)
      }
    })
  }
  return { recovered, lost: await lost(found) }
}

/** What can come back: of several values of a name, that of the vault which heard of the server last. */
async function inEscrow({ context, call, secure, device }: Found): Promise<readonly Escrowed[]> {
  const taken = new Set((await secretsOf(call, device)).map(({ name }) => name))
  const escrowed: Escrowed[] = []
  for (const vault of await newestFirst(call, await secure.vaults.earlier(call.step, device.owner))) {
    const secrets = (await secretsOf(call, vault)).filter(
      ({ name, recovery }) => recovery === 'escrow' && !taken.has(name),
    )
    if (secrets.length === 0 || !(await isGenuine(context.platform, call, vault))) continue
    for (const secret of secrets) {
      const work = () => vault.store.header(secret.name)
      const header = await tolerateDamage(call.step({ work, limit: storageLimit }))
      if (!header?.escrow) continue
      taken.add(secret.name)
      escrowed.push({ vault, secret, key: header.escrow })
    }
  }
  return escrowed
}

async function newestFirst(call: Call, vaults: readonly DeviceVault[]): Promise<readonly DeviceVault[]> {
  const dated: { readonly vault: DeviceVault; readonly contact: number }[] = []
  for (const vault of vaults) {
    const { contact } = await call.step({ work: vault.store.manifest, limit: storageLimit })
    dated.push({ vault, contact })
  }
  return dated.sort((a, b) => b.contact - a.contact).map(({ vault }) => vault)
}

/**
 * Whether the key of this device that signed the list of the vault is still here. Everybody can wrap to the recovery key, so
 * that files put here by others would come back as the user's own.
 */
async function isGenuine(
  { randomBytes }: Found['context']['platform'],
  call: Call,
  { proof }: DeviceVault,
): Promise<boolean> {
  const work = async () => {
    const label = new TextEncoder().encode('keybound/recovery/origin/v1\n')
    const bytes = Uint8Array.of(...label, ...(await randomBytes(32)))
    return proof.verify(bytes, await proof.sign(bytes))
  }
  try {
    return await call.step({ work, limit: storageLimit })
  } catch (error) {
    if (codeOf(error) === 'key_missing' || codeOf(error) === 'key_invalidated') return false
    throw error
  }
}

/** What is damaged is lost for itself, and the rest comes back. */
async function tolerateDamage<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error)?.startsWith('vault_')) return undefined
    throw error
  }
}
