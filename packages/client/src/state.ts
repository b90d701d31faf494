import type { Base64Url, SessionJSON, TokenAcr } from '@keybound/protocol'
import type { DeviceRecord } from './device/device-record.ts'
import type { PendingRegistration } from './registration/pending-registration.ts'
import { tell } from './tell.ts'

/** A session in memory: an opaque one, or one with access tokens. */
export interface ClientSession extends Omit<SessionJSON, 'acr'> {
  /** `….refreshed`: no signature of now stands behind it, but an unlocked refresh token. */
  readonly acr: TokenAcr
}

/** An account with a credential on this device. */
export interface DeviceAccount {
  readonly account: string
  /** What the server calls the user (the username), or `null` when this device never learnt it. */
  readonly name: string | null
  /** The `id` of that credential in the server's list, whatever session asks for it. No secret. */
  readonly credentialId: Base64Url
}

/**
 * Why the client is in its state.
 *
 * - `passwordOnly`: no credential of the account is on this device, so only the password signs in.
 * - `revoked`: the server no longer knows this device's credential, or ended its session because of it.
 * - `expired`: the server ended the session.
 * - `offline`: the vault was opened without the server.
 * - `invalidated`: the system destroyed the key because a finger, a face or the screen lock changed. Sign in with the
 *   password and register anew.
 * - `orphaned`: keys or records of an earlier installation of the app lie here. The same helps.
 * - `lockedOut`, `lockedOutPermanently`: the sensor refuses after too many tries, for about 30 seconds or until the
 *   device was unlocked with its PIN, pattern or passcode.
 */
export type StateReason =
  | 'passwordOnly'
  | 'revoked'
  | 'expired'
  | 'invalidated'
  | 'orphaned'
  | 'lockedOut'
  | 'lockedOutPermanently'
  | 'offline'

/** What the client knows, as one frozen snapshot; a new object exactly when something in it changed. */
export interface ClientState {
  /** The account that is signed in, else the one used last on this device, else `null`. */
  readonly account: string | null
  /**
   * - `signedOut`: no session, and no credential of the account on this device.
   * - `registered`: no session, but a credential of the account is on this device: `signIn` is one touch.
   * - `unlocked`: a session is in memory.
   * - `locked`, `unlockedOffline`: a sealed session is on this device, closed, or opened without the server.
   */
  readonly state: 'signedOut' | 'registered' | 'locked' | 'unlocked' | 'unlockedOffline'
  readonly reason?: StateReason
  /** How strong the sign-in behind the session is. Only while unlocked. */
  readonly acr?: TokenAcr
  /** Every account with a credential on this device, the one used last first. */
  readonly accounts: readonly DeviceAccount[]
}

/** What the client holds in memory and nowhere else, beside the records of the device. */
export interface Memory {
  readonly session: ClientSession | null
  /** The account whose vault was opened without the server. */
  readonly offline: string | undefined
  /** The permission to register one key, from a fresh password sign-in. */
  readonly grant: string | null
  readonly pending: PendingRegistration | null
  /** The device's records, the one used last first. */
  readonly records: readonly DeviceRecord[]
  /** The account last dealt with. */
  readonly account: string | null
  readonly reason: StateReason | undefined
}

/** What is in memory without a session, and without a reason for it. */
export const noSession: Pick<Memory, 'session' | 'offline' | 'grant' | 'pending' | 'reason'> = {
  session: null,
  offline: undefined,
  grant: null,
  pending: null,
  reason: undefined,
}

/** The client's memory and the snapshot of it that apps see. */
export interface StateStore {
  readonly memory: () => Memory
  readonly snapshot: () => ClientState
  /** What the device remembers of an account's credential. */
  readonly recordOf: (account: string | null) => DeviceRecord | undefined
  readonly subscribe: (listener: () => void) => () => void
  readonly update: (change: Partial<Memory>) => void
}

/** A snapshot in which what is absent may also be undefined. */
type Described = { readonly [K in keyof ClientState]: ClientState[K] | undefined }

/** Makes the store. `account` is the one to begin with. */
export function createStateStore(account: string | null): StateStore {
  let memory: Memory = { ...noSession, records: [], account }
  let described = ''
  let snapshot: ClientState
  let listeners: readonly (() => void)[] = []

  function update(change: Partial<Memory>): void {
    memory = { ...memory, ...change }
    const now = JSON.stringify(describe(memory))
    if (now === described) return
    described = now
    // Read back, so that it is plain data that nothing else holds, each part of it frozen.
    snapshot = JSON.parse(now, (_, part) => Object.freeze(part))
    for (const listener of listeners) tell(listener)
  }

  function subscribe(listener: () => void): () => void {
    // Wrapped, so that subscribing the same function twice gives two independent subscriptions.
    const entry = () => listener()
    listeners = [...listeners, entry]
    return () => {
      listeners = listeners.filter((other) => other !== entry)
    }
  }

  update({})
  return {
    memory: () => memory,
    snapshot: () => snapshot,
    recordOf: (account) => findRecord(memory.records, account),
    subscribe,
    update,
  }
}

/** The record of an account. */
function findRecord(records: readonly DeviceRecord[], account: string | null): DeviceRecord | undefined {
  return records.find((record) => record.account === account)
}

function describe({ session, offline, records, account, reason }: Memory): Described {
  const accounts = records.map(({ account, name, credentialId }) => ({ account, name, credentialId }))
  if (session) {
    const { account, acr } = session
    const why = findRecord(records, account) ? reason : 'passwordOnly'
    return { account, state: 'unlocked', reason: why, acr, accounts }
  }
  if (offline) return { account: offline, state: 'unlockedOffline', reason: 'offline', accounts }
  const own = findRecord(records, account) ?? (reason ? undefined : records[0])
  const state = own?.sealed ? 'locked' : own ? 'registered' : 'signedOut'
  return { account: own?.account ?? (reason ? account : null), state, reason, accounts }
}
