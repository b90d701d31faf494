import type { Acr, AssuranceLevel, EpochSeconds, ErrorCode, TokenAcr } from '@keybound/protocol'

/**
 * What happened, for telemetry and alarms. Redacted by construction: an event has these members and no others, and
 * none of them can hold a password, token, challenge, grant, signature or key. User names are left out too, because
 * people type passwords into that box.
 */
export type ServerEvent =
  | (EventContext & { readonly type: 'password.accepted'; readonly account: string })
  | (EventContext & {
      readonly type: 'password.refused'
      readonly code: ErrorCode
      /** Absent when no such user name exists. */
      readonly account?: string
      /** Which budget was exhausted, when the code is `too_many_attempts`. */
      readonly budget?: 'account' | 'device' | 'network'
    })
  | (EventContext & {
      readonly type: 'credential.registered' | 'credential.removed'
      readonly account: string
      readonly credentialId: string
    })
  | (EventContext & {
      /** Stored evidence was judged again, and is worth something else now. */
      readonly type: 'credential.judgement'
      readonly account: string
      readonly credentialId: string
      readonly from: AssuranceLevel
      readonly to: AssuranceLevel
      /** Why the evidence no longer satisfies the policy; absent when it does. */
      readonly code?: ErrorCode
      /** True when sign-in by the credential is closed with that code. */
      readonly suspended: boolean
    })
  | (EventContext & {
      /** Evidence could not be judged again, because the status list is late. Nothing changed. */
      readonly type: 'credential.judgement.postponed'
      readonly account: string
      readonly credentialId: string
      readonly code: ErrorCode
    })
  | (EventContext & {
      readonly type: 'registration.refused'
      readonly account: string
      readonly code: ErrorCode
    })
  | (EventContext & {
      readonly type: 'authentication.accepted'
      readonly account: string
      readonly credentialId: string
      readonly acr: Acr
    })
  | (EventContext & {
      readonly type: 'authentication.refused'
      readonly code: ErrorCode
      /** Absent when the credential is not known. */
      readonly account?: string
      readonly credentialId?: string
    })
  | (EventContext & {
      /** Somebody vouched for the next device of the account. */
      readonly type: 'device.vouched'
      readonly account: string
      readonly by: 'host' | 'device'
      /** Of the device that vouched. */
      readonly credentialId?: string
    })
  | (EventContext & {
      /** Data keys in escrow were released to a device of their owner. */
      readonly type: 'recovery.released'
      readonly account: string
      readonly credentialId: string
      /** How many. */
      readonly keys: number
    })
  | (EventContext & { readonly type: 'session.ended'; readonly account: string })
  | (EventContext & { readonly type: 'tokens.issued'; readonly account: string; readonly acr: TokenAcr })
  | (EventContext & { readonly type: 'tokens.refused'; readonly code: ErrorCode })
  | (EventContext & {
      readonly type: 'family.ended'
      readonly account: string
      /** Id of the family of refresh tokens; opens nothing. */
      readonly family: string
      /** `keyMismatch` and `replayed`: somebody holds a copy of the refresh token. */
      readonly reason: 'keyMismatch' | 'replayed' | 'signedOut'
    })
  | (EventContext & {
      /** The host, or the user through it, ended sessions. */
      readonly type: 'families.revoked'
      readonly family?: string
      readonly account?: string
      readonly credentialId?: string
      readonly ended: number
    })
  | (EventContext & {
      readonly type: 'transaction.approved'
      readonly account: string
      readonly transaction: string
      readonly credentialId: string
      readonly level: AssuranceLevel
    })
  | (EventContext & {
      readonly type: 'transaction.refused'
      readonly account: string
      /** Absent when what was sent is no id. */
      readonly transaction?: string
      readonly code: ErrorCode
    })
  | (EventContext & {
      /** The host's `deliver` failed; it is tried again. */
      readonly type: 'transaction.undelivered'
      readonly transaction: string
      readonly tries: number
      readonly error: unknown
    })
  | (EventContext & {
      /** A pinned Android root ends within half a year, or has ended; told at the start and once a day. */
      readonly type: 'trust.rootEnding'
      /** Its name. */
      readonly root: string
      readonly notAfter: EpochSeconds
    })
  | (EventContext & { readonly type: 'account.created'; readonly account: string })
  | (EventContext & {
      readonly type: 'internal'
      /** Equal to `instance` of the problem the client got. */
      readonly instance: string
      readonly error: unknown
    })

/** What every event says. */
export interface EventContext {
  readonly at: EpochSeconds
  readonly realm: string
  /** Address of the client as far as `trustedProxies` allows to know it; absent outside requests. */
  readonly clientAddress?: string
}

/** Called after the effect, synchronously; what it throws is swallowed, so a broken log never breaks a sign-in. */
export type EventListener = (event: ServerEvent) => void
