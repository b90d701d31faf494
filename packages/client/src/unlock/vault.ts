import type { Call } from '../calls/calls.ts'
import { loadPart } from '../calls/load-part.ts'
import type { CallSignal } from '../client.ts'
import { type ClientContext, refuseUnregistered, requireSession } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import type { Recovered } from '../recovery/bring-back.ts'
import { locked, unavailable } from '../vault/failures.ts'
import type { ManifestEntry } from '../vault/manifest.ts'
import { isReserved, requireSecret } from '../vault/secret-name.ts'
import { requireEntry } from '../vault/secret-store.ts'
import type { ConnectedTokens } from './secure.ts'
import { openVault } from './unlock.ts'
import type { VaultCall } from './vault-call.ts'

/** A secret, as listed. */
export interface SecretInfo {
  readonly name: string
  /** `everyTime`: reading it always prompts. */
  readonly ask: ManifestEntry['ask']
  readonly recovery: Recovery
}

/**
 * What it means for a secret when the key of this device dies. `resync`: the app gets it anew from where it came.
 * `escrow`: the server, which must offer it, releases its data key. It does so to every unlocked session of this account that a
 * key opened lately, also to code injected into it, and without a prompt: not for secrets that are worth the finger, and
 * refused with `everyTime`. `none`: nothing brings it back.
 */
export type Recovery = 'resync' | 'escrow' | 'none'

/** How a secret is kept and how the call is ended. */
export interface SecretOptions {
  /** When reading prompts. Default `unlock`: not while the vault is open. */
  readonly ask?: ManifestEntry['ask']
  /** What becomes of it when the key dies. Default `none`. `escrow` is refused with `ask: 'everyTime'`. */
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
   * `escrow` in a vault needs a session, because it asks the server for its recovery key. Where a bundler splits the client, the
   * first one for `escrow` in a page loads a part over the network.
   *
   * Rejects `secret_invalid` (a name, a size, `everyTime` with `escrow`), `vault_unavailable`, `storage_failed` and the codes
   * of a damaged vault; with `escrow` also `not_signed_in`, `not_found` where the server has none, `network_unreachable`.
   */
  readonly set: (name: string, secret: Uint8Array, options?: SecretOptions) => Promise<void>
  /**
   * Opens a secret. No prompt while the vault is open; one prompt for `everyTime`, and once after a sign-in that did
   * not open the vault. Wipe the bytes when you are done.
   *
   * Rejects `vault_locked`, `secret_unknown`, the codes of a damaged vault, and what a prompt rejects with.
   */
  readonly get: (name: string, options?: CallSignal) => Promise<Uint8Array>
  /** Deletes a secret, if there is one. No prompt, also while locked. */
  readonly delete: (name: string, options?: CallSignal) => Promise<void>
  /** The secrets by name. No prompt, also while locked. */
  readonly list: (options?: CallSignal) => Promise<readonly SecretInfo[]>
  /**
   * What earlier keys of the account on this device protected and nothing opens any more, with what each secret had to
   * expect; without those that the vault has again. They lie there until `discardLost`. No prompt, also while locked. Where a
   * bundler splits the client, the first use in a page loads a part over the network. Rejects `network_unreachable` where it
   * cannot, `vault_unavailable`, `storage_failed` and the codes of a damaged vault.
   */
  readonly lost: (options?: CallSignal) => Promise<readonly SecretInfo[]>
  /**
   * Deletes everything that earlier keys protected: what `lost` tells of, what `recover` has brought back, and what is damaged.
   * No prompt, also while locked. The part and the codes are those of `lost`; only damage to the vault of now stops it.
   */
  readonly discardLost: (options?: CallSignal) => Promise<void>
  /**
   * Brings back what earlier keys of the account on this device protected and was set with `escrow`, and tells what stays
   * lost. A secret that the vault has under the same name, or gets meanwhile, stays as it is; of an earlier vault
   * whose list is damaged nothing comes back and nothing is told. No prompt when there is nothing to bring back
   * or the vault is open, else one that opens it. Nothing of the earlier keys is deleted.
   *
   * Rejects `not_signed_in`; `step_up_required` when the sign-in is too old or was by password: `signIn`, then call again;
   * `recovery_refused` when this device proves less than the server wants; `network_unreachable`, and as `get`.
   */
  readonly recover: (options?: CallSignal) => Promise<Recovered>
}

/** What becomes of secrets whose key died. */
const recoveryPart = () => import('../recovery/recovery.ts')
type RecoveryPart = Awaited<ReturnType<typeof recoveryPart>>

/** The vault of whoever is the client's account when a call begins. */
export function createVault(context: ClientContext, secure: ConnectedTokens): Vault {
  const { calls, state } = context

  async function begin(call: Call, prompts: boolean): Promise<VaultCall> {
    const record = state.recordOf(state.snapshot().account) ?? refuseUnregistered()
    const { account } = record
    const device = await secure.vaults.find(call.step, record)
    if (!device) throw unavailable()
    const on: VaultCall = {
      context,
      call,
      secure,
      record,
      device,
      read: (work) => call.step(work, storageLimit),
      keep: (work) => call.commit(work, storageLimit),
      session: () => requireSession(context).token,
      async list({ store }) {
        const { secrets } = await on.read(store.manifest)
        return Object.entries(secrets)
          .filter(([name]) => !isReserved(name))
          .map(([name, { ask, recovery = 'none' }]) => ({ name, ask, recovery }))
      },
      requireUnlocked() {
        secure.autoLock.check()
        const { session, offline } = state.memory()
        if ((session?.account ?? offline) !== account) throw locked()
      },
      async withOpened(ask, use) {
        const open = ask === 'unlock' ? secure.opened(account) : undefined
        const opened = open ?? (prompts ? await openVault(secure, call, record, device, ask) : undefined)
        if (!opened) return undefined
        try {
          on.requireUnlocked()
          if (ask === 'unlock') secure.setOpened(account, opened)
          return await use(opened)
        } finally {
          if (secure.opened(account) !== opened) secure.platform.vault.close?.(opened)
        }
      },
    }
    return on
  }

  /** Runs work on the account's vault, in turn with the other calls. */
  function run<T>(
    options: CallSignal | undefined,
    prompts: boolean,
    work: (on: VaultCall) => Promise<T>,
  ): Promise<T> {
    return calls.run('vault', { ...options, prompts }, async (call) => work(await begin(call, prompts)))
  }

  /** What only the part does that is loaded when it is needed. */
  function inPart<K extends keyof RecoveryPart>(on: VaultCall, what: K) {
    return loadPart(on.call, recoveryPart).then<unknown>((part) => part[what](on)) as ReturnType<
      RecoveryPart[K]
    >
  }

  return {
    async set(name, secret, options = {}) {
      requireSecret(name, secret.length, options)
      // As it is now: the caller may wipe it as soon as the call is made.
      const copy = secret.slice()
      await run(options, false, async (on) => {
        const escrow = options.recovery === 'escrow' ? await inPart(on, 'escrowOf') : undefined
        await on.keep(() => on.device.store.set(name, copy, { ...options, escrow }))
      }).finally(() => copy.fill(0))
    },
    async get(name, options) {
      requireSecret(name)
      const read = (prompts: boolean) =>
        run(options, prompts, async (on) => {
          on.requireUnlocked()
          const { ask } = requireEntry(await on.read(on.device.store.manifest), name)
          return on.withOpened(ask, (opened) => on.read(() => on.device.store.get(name, opened)))
        })
      // Only what prompts waits for, and keeps off, other prompts. The second time it answers or rejects.
      return (await read(false)) ?? ((await read(true)) as Uint8Array)
    },
    async delete(name, options) {
      requireSecret(name)
      await run(options, false, ({ device, keep }) => keep(() => device.store.delete(name)))
    },
    list: (options) => run(options, false, ({ device, list }) => list(device)),
    lost: (options) => run(options, false, (on) => inPart(on, 'lost')),
    discardLost: (options) => run(options, false, (on) => inPart(on, 'discardLost')),
    recover: (options) => run(options, true, (on) => inPart(on, 'recover')),
  }
}
