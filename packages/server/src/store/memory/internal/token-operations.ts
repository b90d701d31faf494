import { KeyboundError } from '@keybound/protocol'
import { decideRefresh } from '../../../tokens/refresh/decide.ts'
import type { SingleUse } from '../../contract.ts'
import { mayBeForgotten } from '../../internal/rules.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import type {
  FamilyRecord,
  RecordActivity,
  RevokeFamilies,
  RotateRefreshToken,
  RotateRefreshTokenResult,
  StartFamily,
  StartFamilyResult,
  UseProof,
} from '../../token-contract.ts'
import { judgeAssertion, useAssertion } from './operations.ts'
import type { Realm } from './realm.ts'

// As in operations.ts: judge first, change only when nothing can fail any more.

export function startFamily(realm: Realm, input: StartFamily): Verdict<StartFamilyResult> {
  const { family, proofs, now } = input
  const refused = judgeAssertion(realm, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  if (proofs.some((proof) => isProofUsed(realm, proof, now))) return refusal({ outcome: 'proofUsed' })
  if (realm.families.has(family.id)) {
    throw new KeyboundError(
      'internal',
      'Unexpected family id that is in use, expected a new one. Make ids of 128 random bits.',
    )
  }
  useAssertion(realm, input)
  useProofs(realm, proofs)
  realm.families.set(family.id, { ...family })
  return effect({ outcome: 'recorded' })
}

export function rotateRefreshToken(realm: Realm, input: RotateRefreshToken): RotateRefreshTokenResult {
  const { now, proofs } = input
  if (proofs.some((proof) => isProofUsed(realm, proof, now))) return { outcome: 'proofUsed' }
  const family = realm.families.get(input.family)
  const decision = decideRefresh(family, input, input.limits)
  if (family === undefined || decision.outcome === 'refuse') {
    return { outcome: 'refused', reason: decision.outcome === 'refuse' ? decision.reason : 'unknown' }
  }
  useProofs(realm, proofs)
  if (decision.outcome === 'revoke') {
    realm.families.set(family.id, { ...family, revokedAt: now })
    return { outcome: 'revoked', reason: decision.reason, account: family.account }
  }
  const { generation } = decision
  if (decision.outcome === 'repeat') return { outcome: 'repeated', generation, family: { ...family } }
  const rotated = { ...family, generation, rotatedProofAt: input.proofIssuedAt }
  realm.families.set(family.id, rotated)
  return { outcome: 'rotated', generation, family: { ...rotated } }
}

export function listFamilies(realm: Realm, account: string): readonly FamilyRecord[] {
  return [...realm.families.values()]
    .filter((family) => family.account === account && family.revokedAt === null)
    .map((family) => ({ ...family }))
    .reverse()
}

export function revokeFamilies(realm: Realm, { now, of }: RevokeFamilies): number {
  if ('account' in of && !('credentialId' in of)) {
    for (const [tokenHash, session] of realm.sessions) {
      if (session.account === of.account) realm.sessions.delete(tokenHash)
    }
  }
  const meant = [...realm.families.values()].filter(
    (family) => family.revokedAt === null && isNamed(family, of),
  )
  for (const family of meant) realm.families.set(family.id, { ...family, revokedAt: now })
  return meant.length
}

export function recordActivity(realm: Realm, input: RecordActivity): void {
  const family = realm.families.get(input.family)
  if (family === undefined) return
  const lastActiveAt = Math.max(family.lastActiveAt, input.now)
  realm.families.set(family.id, { ...family, lastActiveAt })
}

export function useProof(realm: Realm, input: UseProof): 'fresh' | 'used' | 'familyEnded' {
  const { family, now } = input
  if (family !== undefined && realm.families.get(family)?.revokedAt !== null) return 'familyEnded'
  if (isProofUsed(realm, input, now)) return 'used'
  useProofs(realm, [input])
  return 'fresh'
}

function isNamed(family: FamilyRecord, of: RevokeFamilies['of']): boolean {
  if ('family' in of) return family.id === of.family
  if (family.account !== of.account) return false
  return !('credentialId' in of) || family.credentialId === of.credentialId
}

function isProofUsed(realm: Realm, proof: SingleUse, now: number): boolean {
  return mayBeForgotten(proof.expiresAt, now) || realm.proofs.has(proof.hash)
}

function useProofs(realm: Realm, proofs: readonly SingleUse[]): void {
  for (const { hash, expiresAt } of proofs) realm.proofs.set(hash, expiresAt)
}
