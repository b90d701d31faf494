import type {
  Acr,
  AssuranceLevel,
  AuthenticatorTransport,
  Base64Url,
  DevicePlatform,
  EpochSeconds,
  ErrorCode,
} from '@keybound/protocol'
import type { Evidence, EvidenceStore } from './evidence-contract.ts'
import type { NewNotice, NoticeStore } from './notice-contract.ts'
import type { TokenStore } from './token-contract.ts'
import type { TransactionStore } from './transaction-contract.ts'

/**
 * What a server remembers, as operations that are atomic by themselves, never as rows to read and write back.
 *
 * Rules every implementation keeps (the suite in `store/conformance` checks them):
 * - The realm leads every key: nothing of one realm is ever seen from another. Text is compared exactly, unit by unit.
 * - All or nothing: an operation has its whole effect or, when it is refused or fails, none.
 * - Every operation that writes carries an `operationId`, whose result is kept for {@link operationKeptFor}: the same
 *   id in the same realm and operation gives the first result again and changes nothing, so a commit of unknown
 *   outcome can be asked again. Refusals had no effect and are not kept: asking again judges again, and a refused
 *   caller costs the store no write.
 * - A promise that resolved to a success means the effect is durable (synced), also after a power loss, except for
 *   the memory store.
 * - Among racing callers, in any number of processes, single-use things are used once.
 * - Refusals are results, not exceptions. Exceptions are `KeyboundError`: `store_unavailable` when the effect is
 *   unknown or absent and the call may be asked again under the same id; `internal` when the input breaks a rule that
 *   no retry mends (a session under a token hash that is in use).
 * - Secrets arrive hashed: the store never sees a token, challenge or grant in clear.
 */
export interface Store extends TokenStore, TransactionStore, EvidenceStore, NoticeStore {
  /** Commits a new credential with its evidence and uses up its challenge and its grant. Refusals are judged in the order of the type. */
  registerCredential(input: RegisterCredential): Promise<RegisterCredentialResult>
  /**
   * Commits an assertion: uses up its challenge, stores the credential's counter and last use, starts the session.
   * Refusals are judged in the order of the type.
   */
  recordAuthentication(input: RecordAuthentication): Promise<RecordAuthenticationResult>
  findCredential(realm: string, credentialId: string): Promise<CredentialRecord | undefined>
  /** In the order in which they were committed. */
  listCredentials(realm: string, account: string): Promise<readonly CredentialRecord[]>
  /**
   * Removes the credential with its evidence and ends the sessions and families it opened. `unknown` also when it belongs to another
   * account.
   */
  removeCredential(input: RemoveCredential): Promise<'removed' | 'unknown'>

  /** Starts a session after a primary (password) sign-in. */
  startSession(input: StartSession): Promise<void>
  /** Also gives a session that expired, until it is pruned: the caller judges `expiresAt`. */
  findSession(realm: string, tokenHash: string): Promise<SessionRecord | undefined>
  /** Ends the session, or does nothing when there is none. */
  endSession(input: EndSession): Promise<void>

  /**
   * Takes one try from each budget, or from none when one is exhausted: counted before the password is looked at,
   * so parallel guesses cannot outrun the count.
   */
  takeAttempt(input: TakeAttempt): Promise<TakeAttemptResult>
  /** Gives tries back after a success. */
  clearAttempts(input: ClearAttempts): Promise<void>

  /** Adds a password account, or replaces all of the account's password record: one account has one username. */
  savePassword(input: SavePassword): Promise<'saved' | 'usernameTaken'>
  findPassword(realm: string, username: string): Promise<PasswordRecord | undefined>

  /**
   * The first opening marks the store for ever; opening it as the other kind is refused, so that demo accounts never
   * reach production and a demo never takes production's data. Part of start-up (law 7).
   */
  openAs(mode: StoreMode): Promise<OpenAsResult>
  /**
   * Forgets, in every realm, what expired {@link clockTolerance} or longer before `now`: used challenges, grants and
   * proofs, sessions, families, operation results, attempt buckets, notices, transactions nobody approved. Safe at any time; call it every few minutes.
   */
  prune(now: EpochSeconds): Promise<void>
  /** Settles what was asked before, then lets go of the database. Later calls fail with `store_unavailable`. */
  close(): Promise<void>
}

/** Seconds for which the result of an operation is kept, counted from the operation's `now`: one day. */
export const operationKeptFor = 86_400

/**
 * Seconds by which the clocks of processes on one store may disagree: ten minutes. What has expired is kept that much
 * longer, so that a process whose clock is behind never finds the trace of a use gone.
 */
export const clockTolerance = 600

/** What a store is for, from its first opening on. */
export type StoreMode = 'demo' | 'production'

/** `marked…`: the store belongs to the other mode, and was not opened. */
export type OpenAsResult = 'opened' | 'markedDemo' | 'markedProduction'

/** What every writing operation carries. */
export interface Operation {
  readonly realm: string
  /**
   * Names one intended effect: at least 128 random bits, base64url. Scoped by realm and operation, so that the
   * operations of one request may share an id. An id is only ever sent again with the same input.
   */
  readonly operationId: string
  readonly now: EpochSeconds
}

/**
 * A single-use thing: SHA-256 of it, base64url, and when it expires. Challenges and grants are of different kinds: the
 * same hash may be used once as each. Whoever asks refuses what has expired; the store remembers a use until
 * {@link clockTolerance} after `expiresAt`, and takes anything older for used, since its trace may be gone.
 */
export interface SingleUse {
  readonly hash: string
  readonly expiresAt: EpochSeconds
}

export interface CredentialRecord {
  /** Credential id, base64url. Unique within the realm. */
  readonly id: string
  readonly account: string
  /** COSE_Key bytes. */
  readonly publicKey: Uint8Array
  readonly name: string
  readonly level: AssuranceLevel
  readonly platform: DevicePlatform
  /** RFC 7638 thumbprint of the only proof key that may bind its tokens; null for web credentials, which name one each time. */
  readonly proofJkt: Base64Url | null
  /** Id of the App Attest key that vouched for it, base64url; unique within the realm. Null where none did. */
  readonly appAttestKey: Base64Url | null
  /** Until then it moves less; null: it never was on probation. */
  readonly probationUntil: EpochSeconds | null
  /** When it stops working by itself; null: never. */
  readonly expiresAt: EpochSeconds | null
  /** Sign-in by it is refused with this code, by the word of its last judgement; null when it is open. */
  readonly suspendedBy: ErrorCode | null
  readonly signCount: number
  readonly backupEligible: boolean
  readonly backedUp: boolean
  readonly transports: readonly AuthenticatorTransport[]
  readonly aaguid: string
  readonly format: string
  readonly createdAt: EpochSeconds
  readonly lastUsedAt: EpochSeconds | null
}

export interface RegisterCredential extends Operation {
  readonly credential: CredentialRecord
  readonly evidence: Evidence
  readonly challenge: SingleUse
  readonly grant: SingleUse
  /** Most credentials one account may hold, the new one included. Those that have expired are removed first. */
  readonly limit: number
  /**
   * Removed in the same commit as by `removeCredential`, if the account holds it, before the limit is judged: the
   * credential of the same device that the new one stands for.
   */
  readonly replaces?: Pick<RemoveCredential, 'credentialId' | 'keepSession'> | undefined
  /** Kept with the effect. Default: none. */
  readonly notices?: readonly NewNotice[]
}

export type RegisterCredentialResult =
  | { readonly outcome: 'registered' }
  | {
      readonly outcome:
        | 'challengeUsed'
        | 'grantUsed'
        | 'credentialExists'
        | 'appAttestKeyUsed'
        | 'limitReached'
    }

/** A verified assertion that is to take effect. */
export interface Assertion extends Operation {
  readonly challenge: SingleUse
  readonly account: string
  readonly credentialId: string
  /** The new counter. Refused when an equal or higher one is stored, unless both are zero (WebAuthn L3 §7.2 step 22). */
  readonly signCount: number
  /** Accept a counter that does not rise (policy `report`); the higher of the two stays stored. */
  readonly acceptReplayedCount: boolean
  readonly backedUp: boolean
}

export interface RecordAuthentication extends Assertion {
  /** Kept as a session of the assertion's account and credential, whatever it names itself. */
  readonly session: SessionRecord
}

export type RecordAuthenticationResult =
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'challengeUsed' | 'credentialUnknown' | 'signCountReplayed' }

export interface RemoveCredential extends Operation {
  readonly account: string
  readonly credentialId: string
  /** Token hash of the session that asks: it outlives the credential, also when that opened it. */
  readonly keepSession?: string
  /** Kept with the effect. Default: none. */
  readonly notices?: readonly NewNotice[]
}

export interface SessionRecord {
  /** SHA-256 of the opaque token, base64url. Unique within the realm. */
  readonly tokenHash: string
  readonly account: string
  readonly acr: Acr
  readonly authTime: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** The credential that opened it, or null after a password. */
  readonly credentialId: string | null
}

export interface StartSession extends Operation {
  readonly session: SessionRecord
}

export interface EndSession extends Operation {
  readonly tokenHash: string
}

/**
 * One budget of tries, kept in a bucket under `key`. `takeFromBudget` is the one implementation of its arithmetic:
 * - A bucket counts the tries taken since it was last empty. The first `limit` tries are free.
 * - Try `limit + n` (n = 1, 2, …) is refused until min(`delay` · 2^(n−1), `maxDelay`) seconds have passed since the
 *   try before it was taken.
 * - A refused try is not counted and does not lengthen the wait: asking in a loop locks nobody out for longer.
 * - The bucket is empty again when `forgetAfter` seconds (or `maxDelay`, if that is longer) have passed since the last
 *   try that was taken, or when it is cleared.
 */
export interface AttemptBudget {
  /** Names the bucket, e.g. `account:…`, `device:…`, `network:…`; hashed by the caller. */
  readonly key: string
  /** Free tries; at least 1. */
  readonly limit: number
  /** Seconds to wait for the first try beyond `limit`; at least 1. Doubles with each further try taken. */
  readonly delay: number
  /** Longest wait in seconds; at least `delay`. */
  readonly maxDelay: number
  /** Seconds without a taken try after which the bucket is forgotten. */
  readonly forgetAfter: number
}

export interface TakeAttempt extends Operation {
  /** Under keys that differ from each other. */
  readonly budgets: readonly AttemptBudget[]
}

export type TakeAttemptResult =
  | { readonly outcome: 'taken' }
  /** The budget that must wait longest, and its whole seconds, at least 1; nothing was counted. */
  | { readonly outcome: 'exhausted'; readonly key: string; readonly retryAfter: number }

export interface ClearAttempts extends Operation {
  /** Buckets to empty: those only this user can fill, such as the account's and the device's. */
  readonly keys: readonly string[]
  /**
   * Buckets that get back one try, the one this success took: those that many people share, such as the network's.
   * Emptying these would let an attacker with an account of their own buy tries against others.
   */
  readonly refund?: readonly string[]
}

export interface PasswordRecord {
  readonly account: string
  /** Normalised username (NFKC, case-folded by the caller). Unique within the realm. */
  readonly username: string
  readonly displayName: string
  /** PHC string of Argon2id. */
  readonly passwordHash: string
}

export interface SavePassword extends Operation {
  readonly password: PasswordRecord
}
