import { KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { loadPart } from '../calls/load-part.ts'
import { type ClientContext, refuseUnregistered } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import type { KeyHandle } from '../platform-vault.ts'
import type { Found, Recovered } from '../recovery/contract.ts'
import type { ManifestEntry } from '../vault/manifest.ts'
import { requireSecret } from '../vault/secret-name.ts'
import { requireEntry } from '../vault/secret-store.ts'
import { ownerOf, refuseLocked } from './seal-session.ts'
import { secretsOf } from './secrets-of.ts'
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
 * What it means for a secret when the key of this device dies. `resync`: the app gets it anew from where it came.
 * `escrow`: the server, which must offer it, releases its key to the next registration on this device. `none`: nothing
 * brings it back.
 */
export type Recovery = 'resync' | 'escrow' | 'none'

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
   * Seals and keeps a secret, in place of an older one of its name. No prompt, also while locked; the first one for
   * `escrow` in a vault needs a session, because it asks the server for its recovery key.
   *
   * Rejects `secret_invalid`, `vault_unavailable`, `storage_failed` and the codes of a damaged vault; with `escrow` also
   * `not_signed_in`, `not_found` where the server has none, `network_unreachable`.
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
   * expect; without those that the vault has again. They lie there until `discardLost`. No prompt. Rejects the codes of a
   * damaged vault.
   */
  readonly lost: (options?: Pick<SecretOptions, 'signal'>) => Promise<readonly SecretInfo[]>
  /** Deletes everything that earlier keys protected: what `lost` tells of, and what `recover` has brought back. No prompt. */
  readonly discardLost: (options?: Pick<SecretOptions, 'signal'>) => Promise<void>
  /**
   * Brings back what earlier keys of the account on this device protected and was set with `escrow`, and tells what stays
   * lost. A secret that the vault has under the same name stays as it is. No prompt when there is nothing to bring back
   * or the vault is open, else one that opens it. Nothing of the earlier keys is deleted.
   *
   * Rejects `not_signed_in`; `step_up_required` when the sign-in is too old or was by password: `signIn`, then call again;
   * `recovery_refused` when this device proves less than the server wants; `network_unreachable`, and as `get`.
   */
  readonly recover: (options?: Pick<SecretOptions, 'signal'>) => Promise<Recovered>
}

/** What becomes of secrets whose key died. */
const recoveryPart = () => import('../recovery/recovery.ts')

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
      return work(call, { context, call, secure, record, device })
    })
  }

  /** What the data key of a secret is wrapped to, too: as the signed list knows it, else asked of the server. */
  async function recoveryKey(call: Call, { device }: Found) {
    const { escrow } = await call.step({ work: device.store.manifest, limit: storageLimit })
    return escrow ?? (await loadPart(call, recoveryPart)).askRecoveryKey(context, call)
  }

  return {
    async set(name, secret, options) {
      const { ask = 'unlock', recovery } = options ?? {}
      requireSecret(name, secret.length)
      // As it is now: the caller may wipe it as soon as the call is made.
      const copy = secret.slice()
      await run(options, false, async (call, found) => {
        const escrow = recovery === 'escrow' ? await recoveryKey(call, found) : undefined
        const how = { ask, recovery: recovery === 'none' ? undefined : recovery, escrow }
        await call.commit({ work: () => found.device.store.set(name, copy, how), limit: storageLimit })
      }).finally(() => copy.fill(0))
    },
    async get(name, options) {
      requireSecret(name)
      const bytes = await run(options, false, async (call, found) => {
        const opened = await openedFor(call, found, name)
        return opened && readSecret(call, found, name, opened)
      })
      return bytes ?? run(options, true, (call, found) => touchAndRead(call, found, name))
    },
    async delete(name, options) {
      requireSecret(name)
      await run(options, false, (call, { device }) =>
        call.commit({ work: () => device.store.delete(name), limit: storageLimit }),
      )
    },
    list: (options) => run(options, false, (call, { device }) => secretsOf(call, device)),
    lost: (options) =>
      run(options, false, async (call, found) => (await loadPart(call, recoveryPart)).lost(found)),
    discardLost: (options) =>
      run(options, false, async (call, found) => (await loadPart(call, recoveryPart)).discardLost(found)),
    recover: (options) =>
      run(options, true, async (call, found) => {
        secure.autoLock.check()
        return (await loadPart(call, recoveryPart)).recover(found, (use) =>
          withOpened(call, found, 'unlock', use),
        )
      }),
  }
}

/** The key that opens the secret now; none when only a touch gives it. */
async function openedFor(
  call: Call,
  { context, secure, record, device }: Found,
  name: string,
): Promise<KeyHandle | undefined> {
  secure.autoLock.check()
  requireUnlocked(context, record)
  const { ask } = requireEntry(await call.step({ work: device.store.manifest, limit: storageLimit }), name)
  return ask === 'unlock' ? secure.opened(record.account) : undefined
}

async function touchAndRead(call: Call, found: Found, name: string): Promise<Uint8Array> {
  const manifest = await call.step({ work: found.device.store.manifest, limit: storageLimit })
  const { ask } = requireEntry(manifest, name)
  return withOpened(call, found, ask, (opened) => readSecret(call, found, name, opened))
}

/** Uses a key of the vault, by a touch unless it is open. */
async function withOpened<T>(
  call: Call,
  { context, secure, record, device }: Found,
  ask: ManifestEntry['ask'],
  use: (opened: KeyHandle) => Promise<T>,
): Promise<T> {
  const open = ask === 'unlock' ? secure.opened(record.account) : undefined
  const opened = open ?? (await openVault(secure, call, record, device, ask))
  try {
    requireUnlocked(context, record)
    if (ask === 'unlock') secure.setOpened(record.account, opened)
    return await use(opened)
  } finally {
    if (secure.opened(record.account) !== opened) secure.platform.vault.close?.(opened)
  }
}

function requireUnlocked({ state }: ClientContext, { account }: Found['record']): void {
  const { session, offline } = state.memory()
  if ((session?.account ?? offline) !== account) refuseLocked()
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
