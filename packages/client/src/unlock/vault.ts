import { KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, forgetAfterwards, refuseUnregistered } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { storageLimit } from '../device/device-records.ts'
import type { KeyHandle } from '../platform-vault.ts'
import type { ManifestEntry } from '../vault/manifest.ts'
import { requireSecret } from '../vault/secret-name.ts'
import { requireEntry } from '../vault/secret-store.ts'
import type { DeviceVault } from './device-vault.ts'
import { ownerOf, refuseLocked } from './seal-session.ts'
import type { Secure } from './secure.ts'
import { openVault } from './unlock.ts'

/** A secret, as listed. */
export interface SecretInfo {
  readonly name: string
  /** `everyTime`: reading it always prompts. */
  readonly ask: ManifestEntry['ask']
  readonly recovery: Recovery
}

/**
 * What it means for a secret when the key of this device dies. `resync`: the app gets it anew from where it came. `none`:
 * nothing brings it back.
 */
export type Recovery = 'resync' | 'none'

/** How a secret is kept and how the call is ended. */
export interface SecretOptions {
  /** When reading prompts. Default `unlock`: not while the vault is open. */
  readonly ask?: ManifestEntry['ask']
  /** What becomes of it when the key dies. Default `none`. */
  readonly recovery?: Recovery
  /** Ends the call with `aborted`. */
  readonly signal?: AbortSignal
}

/**
 * The secrets of the account on this device. Damage is told by codes `vault_…`, and no error deletes anything.
 * Names: a letter, then up to 63 of `a-z 0-9 . _ -`; values: at most 16 MiB.
 */
export interface Vault {
  /**
   * Seals and keeps a secret, in place of an older one of its name. No prompt, also while locked.
   *
   * Rejects `secret_invalid`, `vault_unavailable`, `storage_failed` and the codes of a damaged vault.
   */
  readonly set: (name: string, secret: Uint8Array, options?: SecretOptions) => Promise<void>
  /**
   * Opens a secret. No prompt while the vault is open; one prompt for `everyTime`, and once after a sign-in that did
   * not open the vault. Wipe the bytes when you are done.
   *
   * Rejects `vault_locked`, `secret_unknown`, the codes of a damaged vault, and what a prompt rejects with.
   */
  readonly get: (name: string, options?: Pick<SecretOptions, 'signal'>) => Promise<Uint8Array>
  /** Deletes a secret, if there is one. No prompt, also while locked. */
  readonly delete: (name: string, options?: Pick<SecretOptions, 'signal'>) => Promise<void>
  /** The secrets by name. No prompt, also while locked. */
  readonly list: (options?: Pick<SecretOptions, 'signal'>) => Promise<readonly SecretInfo[]>
  /**
   * What earlier keys of the account on this device protected and nothing opens any more, with what each secret had to
   * expect. They lie there until `discardLost`. No prompt. Rejects the codes of a damaged vault.
   */
  readonly lost: (options?: Pick<SecretOptions, 'signal'>) => Promise<readonly SecretInfo[]>
  /** Deletes what `lost` tells of. No prompt. */
  readonly discardLost: (options?: Pick<SecretOptions, 'signal'>) => Promise<void>
}

/** The vault of whoever is the client's account when a call begins. */
export function createVault(context: ClientContext, secure: Secure): Vault {
  const { calls, state } = context

  /** Runs work on the account's vault, in turn with the other calls. */
  function run<T>(
    options: { readonly signal?: AbortSignal } | undefined,
    prompts: boolean,
    work: (call: Call, found: Found) => Promise<T>,
  ): Promise<T> {
    const signal = options?.signal
    return calls.run('vault', { signal, prompts }, async (call) => {
      const { account } = state.snapshot()
      const record = state.memory().records.find((known) => known.account === account) ?? refuseUnregistered()
      const device = (await secure.vaults.find(call.step, ownerOf(secure, record))) ?? unavailable()
      return work(call, { secure, record, device })
    })
  }

  return {
    async set(name, secret, options) {
      requireSecret(name, secret.length)
      const ask = options?.ask ?? 'unlock'
      const recovery = options?.recovery === 'resync' ? 'resync' : undefined
      // As it is now: the caller may wipe it as soon as the call is made.
      const copy = secret.slice()
      await run(options, false, (call, { device }) =>
        call.commit({ work: () => device.store.set(name, copy, { ask, recovery }), limit: storageLimit }),
      ).finally(() => copy.fill(0))
    },
    async get(name, options) {
      requireSecret(name)
      const bytes = await run(options, false, async (call, found) => {
        const opened = await openedFor(context, call, found, name)
        return opened && readSecret(call, found, name, opened)
      })
      return bytes ?? run(options, true, (call, found) => touchAndRead(context, call, found, name))
    },
    async delete(name, options) {
      requireSecret(name)
      await run(options, false, (call, { device }) =>
        call.commit({ work: () => device.store.delete(name), limit: storageLimit }),
      )
    },
    list: (options) => run(options, false, (call, { device }) => secretsOf(call, device)),
    lost: (options) =>
      run(options, false, async (call, { device }) => {
        const earlier = await secure.vaults.earlier(call.step, device.owner)
        return (await Promise.all(earlier.map((vault) => secretsOf(call, vault)))).flat()
      }),
    discardLost: (options) =>
      run(options, false, async (call, { device, record }) => {
        for (const vault of await secure.vaults.earlier(call.step, device.owner)) {
          await secure.vaults.destroy(call.commit, vault)
          forgetAfterwards(context, call, record.rpId, vault.owner.credentialId, true)
        }
      }),
  }
}

async function secretsOf(call: Call, { store }: DeviceVault): Promise<readonly SecretInfo[]> {
  const { secrets } = await call.step({ work: store.manifest, limit: storageLimit })
  return Object.entries(secrets)
    .filter(([name]) => !name.startsWith('keybound.'))
    .map(([name, { ask, recovery }]): SecretInfo => ({ name, ask, recovery: recovery ?? 'none' }))
}

interface Found {
  readonly secure: Secure
  readonly record: DeviceRecord
  readonly device: DeviceVault
}

/** The key that opens the secret now; none when only a touch gives it. */
async function openedFor(
  { state }: ClientContext,
  call: Call,
  { secure, record, device }: Found,
  name: string,
): Promise<KeyHandle | undefined> {
  secure.autoLock.check()
  const { session, offline } = state.memory()
  if ((session?.account ?? offline) !== record.account) refuseLocked()
  const { ask } = requireEntry(await call.step({ work: device.store.manifest, limit: storageLimit }), name)
  return ask === 'unlock' ? secure.opened(record.account) : undefined
}

async function touchAndRead(
  context: ClientContext,
  call: Call,
  found: Found,
  name: string,
): Promise<Uint8Array> {
  const { secure, record, device } = found
  const manifest = await call.step({ work: device.store.manifest, limit: storageLimit })
  const { ask } = requireEntry(manifest, name)
  const opened = await openVault(secure, call, record, device, ask)
  try {
    const { session, offline } = context.state.memory()
    if ((session?.account ?? offline) !== record.account) refuseLocked()
    if (ask === 'unlock') secure.setOpened(record.account, opened)
    return await readSecret(call, found, name, opened)
  } finally {
    if (secure.opened(record.account) !== opened) secure.platform.vault.close?.(opened)
  }
}

function readSecret(call: Call, { device }: Found, name: string, opened: KeyHandle): Promise<Uint8Array> {
  return call.step({ work: () => device.store.get(name, opened), limit: storageLimit })
}

function unavailable(): never {
  throw new KeyboundError(
    'vault_unavailable',
    'There is no vault of this account on this device; unlock or sign in with biometrics once.',
  )
}
