import type { EscrowedKeyJSON } from '@keybound/protocol'
import type { EarlierVault } from '../unlock/device-vault.ts'
import type { SecretInfo } from '../unlock/vault.ts'
import type { VaultCall } from '../unlock/vault-call.ts'
import { earlierVaults, goneKey } from './earlier.ts'
import { escrowOf, release } from './escrow.ts'
import { lost } from './lost.ts'

/** What `vault.recover` found. */
export interface Recovered {
  /** Back in the vault. */
  readonly recovered: readonly SecretInfo[]
  /** What nothing brings back, as `vault.lost` tells it. */
  readonly lost: readonly SecretInfo[]
}

/** A secret of an earlier vault, and its data key as it lies in escrow. */
interface Escrowed {
  readonly vault: EarlierVault
  readonly secret: SecretInfo
  readonly key: EscrowedKeyJSON
}

/**
 * Brings back what earlier keys protected and lies in escrow: the server opens the data keys and wraps them to the vault of
 * now, which opens them with a touch. What the server cannot open, or is damaged here, stays lost; ciphertext stays where it is.
 */
export async function recover(on: VaultCall): Promise<Recovered> {
  const escrowed = await inEscrow(on)
  const keys = escrowed.map(({ key }) => key)
  const released = await release(on, keys)
  const openable = escrowed.flatMap((one, at) => {
    const key = released[at]
    return key ? [{ ...one, key }] : []
  })
  const recovered: SecretInfo[] = []
  if (openable.length > 0) {
    const escrow = await escrowOf(on)
    await on.withOpened('unlock', async (opened) => {
      for (const { vault, secret, key } of openable) {
        const { name, ask } = secret
        const bytes = await tolerateDamage(on.read(() => vault.store.get(name, opened, key)))
        if (!bytes) continue
        const how = { ask, recovery: 'escrow', escrow, over: null } as const
        const kept = await on.keep(() => on.device.store.set(name, bytes, how)).finally(() => bytes.fill(0))
        if (kept) recovered.push(secret)
      }
    })
  }
  return { recovered, lost: await lost(on, (vault) => tolerateDamage(on.list(vault))) }
}

/** What can come back: of several values of a name, that of the vault which heard of the server last, or none. */
async function inEscrow(on: VaultCall): Promise<readonly Escrowed[]> {
  const taken = new Set((await on.list(on.device)).map(({ name }) => name))
  const escrowed: Escrowed[] = []
  for (const vault of await newestFirst(on)) {
    const secrets = (await on.list(vault)).filter(({ name }) => !taken.has(name))
    if (secrets.length === 0 || !(await isGenuine(on, vault))) continue
    for (const secret of secrets) {
      taken.add(secret.name)
      if (secret.recovery !== 'escrow') continue
      const found = await tolerateDamage(on.read(() => vault.store.read(secret.name)))
      const key = found?.header.escrow
      if (key) escrowed.push({ vault, secret, key })
    }
  }
  return escrowed
}

async function newestFirst(on: VaultCall): Promise<readonly EarlierVault[]> {
  const dated: { readonly vault: EarlierVault; readonly contact: number }[] = []
  for (const vault of await earlierVaults(on)) {
    const manifest = await tolerateDamage(on.read(vault.store.manifest))
    if (manifest) dated.push({ vault, contact: manifest.contact })
  }
  return dated.sort((a, b) => b.contact - a.contact).map(({ vault }) => vault)
}

/**
 * Whether the key of this device that signed the list of the vault is still here. Everybody can wrap to the recovery key, so
 * that files put here by others would come back as the user's own.
 */
async function isGenuine({ read, secure }: VaultCall, { proof }: EarlierVault): Promise<boolean> {
  if (proof === goneKey) return false
  try {
    return await read(async () => {
      const label = new TextEncoder().encode('keybound/recovery/origin/v1\n')
      const bytes = Uint8Array.of(...label, ...(await secure.platform.vault.randomBytes(32)))
      return proof.verify(bytes, await proof.sign(bytes))
    })
  } catch (error) {
    if (/key_(missing|invalidated)$/.test(codeOf(error))) return false
    throw error
  }
}

/** What is damaged is lost for itself, and the rest comes back. */
async function tolerateDamage<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (codeOf(error).startsWith('vault_')) return undefined
    throw error
  }
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code)
}
