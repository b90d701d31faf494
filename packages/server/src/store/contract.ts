import type { Acr, AssuranceLevel, AuthenticatorTransport, EpochSeconds } from '@keybound/protocol'

/**
 * What a server remembers, as operations that are atomic by themselves, never as rows to read and write back.
 *
 * Rules every implementation keeps (the suite in `store/conformance` checks them):
 * - The realm leads every key: nothing of one realm is ever seen from another.
 * - Every operation that writes carries an `operationId`. Its result is kept at least a day: the same id in the same
 *   realm gives the first result again and changes nothing, so a commit of unknown outcome can be asked again.
 * - A promise that resolved to a success means the effect is durable (synced), also after a power loss, except for
 *   the memory store.
 * - Among racing callers, in any number of processes, single-use things are used once.
 * - Refusals are results, not exceptions. Exceptions are `KeyboundError` with `store_unavailable`.
 * - Secrets arrive hashed: the store never sees a token, challenge or grant in clear.
 */
export interface Store {
  /** Commits a new credential, its challenge and its grant: all or nothing. */
  registerCredential(input: RegisterCredential): Promise<RegisterCredentialResult>
  /** Commits an assertion: its challenge, the credential's counter and use, and the new session. */
  recordAuthentication(input: RecordAuthentication): Promise<RecordAuthenticationResult>
  findCredential(realm: string, credentialId: string): Promise<CredentialRecord | undefined>
  /** In order of creation. */
  listCredentials(realm: string, account: string): Promise<readonly CredentialRecord[]>
  /** Removes the credential and ends the sessions it opened. */
  removeCredential(input: RemoveCredential): Promise<'removed' | 'unknown'>

  /** Starts a session after a primary (password) sign-in. */
  startSession(input: StartSession): Promise<void>
  findSession(realm: string, tokenHash: string): Promise<SessionRecord | undefined>
  endSession(input: EndSession): Promise<void>

  /**
   * Takes one try from each budget, or from none when one is exhausted: counted before the password is looked at,
   * so parallel guesses cannot outrun the count.
   */
  takeAttempt(input: TakeAttempt): Promise<TakeAttemptResult>
  /** Gives the tries back after a success. Idempotent by operationId like the rest. */
  clearAttempts(input: ClearAttempts): Promise<void>

  /** Adds a password account or replaces its password hash. */
  savePassword(input: SavePassword): Promise<'saved' | 'usernameTaken'>
  findPassword(realm: string, username: string): Promise<PasswordRecord | undefined>

  /** Marks the store as demo for ever, or answers that it was marked. Part of start-up (law 7). */
  openAs(mode: 'demo' | 'production'): Promise<'opened' | 'markedDemo'>
  /** Forgets what has expired: used challenges and grants, sessions, operation results, attempt windows. */
  prune(now: EpochSeconds): Promise<void>
  close(): Promise<void>
}

/** What every writing operation carries. */
export interface Operation {
  readonly realm: string
  /** Unique per intended effect: at least 128 random bits, base64url. Scoped by realm. */
  readonly operationId: string
  readonly now: EpochSeconds
}

/** A single-use thing: SHA-256 of it, base64url, and when it may be forgotten. */
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
  readonly challenge: SingleUse
  readonly grant: SingleUse
  /** Most credentials one account may hold. */
  readonly limit: number
}

export type RegisterCredentialResult =
  | { readonly outcome: 'registered'; readonly credential: CredentialRecord }
  | { readonly outcome: 'challengeUsed' | 'grantUsed' | 'credentialExists' | 'limitReached' }

export interface RecordAuthentication extends Operation {
  readonly challenge: SingleUse
  readonly account: string
  readonly credentialId: string
  /** The new counter. Refused when a racing assertion stored an equal or higher one, unless both are zero. */
  readonly signCount: number
  /** Accept a counter that does not rise (policy `report`). */
  readonly acceptReplayedCount: boolean
  readonly backedUp: boolean
  readonly session: SessionRecord
}

export type RecordAuthenticationResult =
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'challengeUsed' | 'credentialUnknown' | 'signCountReplayed' }

export interface RemoveCredential extends Operation {
  readonly account: string
  readonly credentialId: string
}

export interface SessionRecord {
  /** SHA-256 of the opaque token, base64url. */
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

/** One budget of tries: a token bucket kept as a count in a window that begins with its first try. */
export interface AttemptBudget {
  /** Names the bucket, e.g. `account:…`, `device:…`, `network:…`; hashed by the caller. */
  readonly key: string
  /** Tries before the next one must wait. */
  readonly limit: number
  /** Seconds to wait after the limit is reached; doubles with each further refusal-free round. */
  readonly delay: number
  /** Longest wait in seconds. */
  readonly maxDelay: number
  /** Seconds without a try after which the bucket is forgotten. */
  readonly forgetAfter: number
}

export interface TakeAttempt extends Operation {
  readonly budgets: readonly AttemptBudget[]
}

export type TakeAttemptResult =
  | { readonly outcome: 'taken' }
  /** `key` of the first exhausted budget; nothing was counted. */
  | { readonly outcome: 'exhausted'; readonly key: string; readonly retryAfter: number }

export interface ClearAttempts extends Operation {
  readonly keys: readonly string[]
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
