import type { EpochSeconds } from '@keybound/protocol'
import type { FamilyRecord } from './family.ts'
import { familyEnd, type LimitsByAcr } from './limits.ts'

/** A refresh token whose MAC was right, and the proof it came with. */
export interface RefreshPresentation {
  readonly generation: number
  readonly clientId: string
  /** Thumbprint of the key that made the proof. */
  readonly proofJkt: string
  /** `iat` of the proof, in milliseconds: clients may give it with a fraction (RFC 7519 §2). */
  readonly proofIssuedAt: number
  readonly now: EpochSeconds
}

export type RefreshDecision =
  /** Issue this generation; the presented one may be presented again until this one is first used. */
  | { readonly outcome: 'rotate'; readonly generation: number }
  /** The answer got lost: give the same successor again. Nothing changes. */
  | { readonly outcome: 'repeat'; readonly generation: number }
  /** Somebody holds a copy. End the family, and only it. */
  | { readonly outcome: 'revoke'; readonly reason: 'keyMismatch' | 'replayed' }
  /** Nothing changes. */
  | { readonly outcome: 'refuse'; readonly reason: 'unknown' | 'revoked' | 'expired' | 'superseded' }

/** Why a refresh was refused without an effect. */
export type RefusalReason = Extract<RefreshDecision, { readonly outcome: 'refuse' }>['reason']
/** Why a refresh ended its family. */
export type RevocationReason = Extract<RefreshDecision, { readonly outcome: 'revoke' }>['reason']

/**
 * Decides what a presented refresh token gets. Pure, so that every store decides alike inside its transaction.
 *
 * The rule: the newest generation rotates. Its predecessor, with the same proof key, gets the same successor again
 * until that is first used, because the device may never have seen it. Another key, or an older generation, means a
 * copy, and ends the family (RFC 9700 §4.14.2).
 *
 * One exception loses nothing: an older generation whose proof was made before the proof of the last rotation, by
 * the clock of the same device, is a request that was overtaken on its way. It gets nothing and ends nothing. Whoever
 * holds the proof key could only use it to be refused more quietly.
 */
export function decideRefresh(
  family: FamilyRecord | undefined,
  presented: RefreshPresentation,
  limits: LimitsByAcr,
): RefreshDecision {
  // A family that is gone, or a token presented by another app of the same device.
  if (family === undefined || presented.clientId !== family.clientId) return refuse('unknown')
  if (family.revokedAt !== null) return refuse('revoked')
  if (presented.now >= familyEnd(family, limits)) return refuse('expired')
  if (presented.proofJkt !== family.proofJkt) return { outcome: 'revoke', reason: 'keyMismatch' }
  const behind = family.generation - presented.generation
  // The MAC is ours but the store never knew it: the store was set back. Fail closed without blaming anyone.
  if (behind < 0) return refuse('unknown')
  if (behind === 0) return { outcome: 'rotate', generation: family.generation + 1 }
  if (behind === 1) return { outcome: 'repeat', generation: family.generation }
  return presented.proofIssuedAt < family.rotatedProofAt
    ? refuse('superseded')
    : { outcome: 'revoke', reason: 'replayed' }
}

function refuse(reason: 'unknown' | 'revoked' | 'expired' | 'superseded'): RefreshDecision {
  return { outcome: 'refuse', reason }
}
