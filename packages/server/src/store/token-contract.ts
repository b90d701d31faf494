import type { EpochSeconds } from '@keybound/protocol'
import type { ProofReplayStore } from '../tokens/dpop/replay.ts'
import type { RefreshPresentation, RefusalReason, RevocationReason } from '../tokens/refresh/decide.ts'
import type { FamilyRecord } from '../tokens/refresh/family.ts'
import type { LimitsByAcr } from '../tokens/refresh/limits.ts'
import type { Assertion, RecordAuthenticationResult, SingleUse } from './contract.ts'

export type { UseProof } from '../tokens/dpop/replay.ts'
export type { RefreshPresentation, RefusalReason, RevocationReason } from '../tokens/refresh/decide.ts'
export type { FamilyRecord } from '../tokens/refresh/family.ts'
export type { LimitsByAcr, SessionLimits } from '../tokens/refresh/limits.ts'

/**
 * What a store remembers of tokens: families of refresh tokens and proofs that were used. Part of `Store`, whose rules
 * hold here too, with one difference: but for `startFamily` these operations carry no id. Asked again they give the
 * same answer or change nothing, so keeping their results would only cost room.
 */
export interface TokenStore extends ProofReplayStore {
  /**
   * Commits an assertion as `recordAuthentication` does, starts a family instead of a session, and uses the proofs
   * up. Refusals are judged in the order of the type, `proofUsed` last.
   */
  startFamily(input: StartFamily): Promise<StartFamilyResult>
  /**
   * Judges a presented refresh token by `decideRefresh`, the one implementation of the rule, and commits what it
   * decided together with the use of the proofs. A refusal uses no proof up.
   */
  rotateRefreshToken(input: RotateRefreshToken): Promise<RotateRefreshTokenResult>
  /** Also gives families that ended, until they are pruned. */
  findFamily(realm: string, id: string): Promise<FamilyRecord | undefined>
  /** Those that were not revoked, newest first; the caller judges their limits. */
  listFamilies(realm: string, account: string): Promise<readonly FamilyRecord[]>
  /** Ends what it names. Answers how many families were live until then. */
  revokeFamilies(input: RevokeFamilies): Promise<number>
  /** The user of this family did something that counts. Never moves the time back; does nothing for an unknown one. */
  recordActivity(input: RecordActivity): Promise<void>
}

export interface StartFamily extends Assertion {
  /** Under an id that is not in use. */
  readonly family: FamilyRecord
  readonly proofs: readonly SingleUse[]
}

export type StartFamilyResult = RecordAuthenticationResult | { readonly outcome: 'proofUsed' }

export interface RotateRefreshToken extends RefreshPresentation {
  readonly realm: string
  /** Id of the family. */
  readonly family: string
  readonly limits: LimitsByAcr
  readonly proofs: readonly SingleUse[]
}

export type RotateRefreshTokenResult =
  /** `generation` to give out; `repeated`: the same as before, nothing changed but the use of the proofs. */
  | { readonly outcome: 'rotated' | 'repeated'; readonly generation: number; readonly family: FamilyRecord }
  /** The family was ended by this. */
  | { readonly outcome: 'revoked'; readonly reason: RevocationReason; readonly account: string }
  /** Nothing changed. */
  | { readonly outcome: 'refused'; readonly reason: RefusalReason }
  | { readonly outcome: 'proofUsed' }

export interface RevokeFamilies {
  readonly realm: string
  readonly now: EpochSeconds
  /** One family, those a credential of the account opened, or all of the account and its opaque sessions with them. */
  readonly of:
    | { readonly family: string }
    | { readonly account: string; readonly credentialId: string }
    | { readonly account: string }
}

export interface RecordActivity {
  readonly realm: string
  /** Id of the family. */
  readonly family: string
  readonly now: EpochSeconds
}
