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
import { judgeAssertion, useCredential } from './operations.ts'
import { rowOf, type Statements } from './statements.ts'

// As in operations.ts: inside a transaction that holds the write lock.

export function startFamily(run: Statements, input: StartFamily): Verdict<StartFamilyResult> {
  const refused = judgeAssertion(run, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  if (isAnyUsed(run, input)) return refusal({ outcome: 'proofUsed' })
  useCredential(run, input)
  useProofs(run, input)
  addFamily(run, input.realm, input.family)
  return effect({ outcome: 'recorded' })
}

export function rotateRefreshToken(run: Statements, input: RotateRefreshToken): RotateRefreshTokenResult {
  const { realm, now } = input
  if (isAnyUsed(run, input)) return { outcome: 'proofUsed' }
  const family = rowOf<FamilyRecord>(run.findFamily, realm, input.family)
  const decision = decideRefresh(family, input, input.limits)
  if (family === undefined || decision.outcome === 'refuse') {
    return { outcome: 'refused', reason: decision.outcome === 'refuse' ? decision.reason : 'unknown' }
  }
  useProofs(run, input)
  if (decision.outcome === 'revoke') {
    run.revokeFamily.run(now, realm, family.id)
    return { outcome: 'revoked', reason: decision.reason, account: family.account }
  }
  const { generation } = decision
  if (decision.outcome === 'repeat') return { outcome: 'repeated', generation, family: { ...family } }
  run.rotateFamily.run(generation, input.proofIssuedAt, realm, family.id)
  const rotated = { ...family, generation, rotatedProofAt: input.proofIssuedAt }
  return { outcome: 'rotated', generation, family: rotated }
}

export function revokeFamilies(run: Statements, { realm, now, of }: RevokeFamilies): number {
  if ('family' in of) return changesOf(run.revokeFamily.run(now, realm, of.family))
  if ('credentialId' in of) {
    return changesOf(run.revokeFamiliesOfDevice.run(now, realm, of.credentialId, of.account))
  }
  run.endSessionsOfAccount.run(realm, of.account)
  return changesOf(run.revokeFamiliesOfAccount.run(now, realm, of.account))
}

export function recordActivity(run: Statements, { realm, family, now }: RecordActivity): void {
  run.touchFamily.run(now, realm, family)
}

export function useProof(run: Statements, input: UseProof): 'fresh' | 'used' | 'familyEnded' {
  const { realm, family } = input
  if (family !== undefined) {
    const found = rowOf<FamilyRecord>(run.findFamily, realm, family)
    if (found?.revokedAt !== null) return 'familyEnded'
  }
  const use = { realm, now: input.now, proofs: [input] }
  if (isAnyUsed(run, use)) return 'used'
  useProofs(run, use)
  return 'fresh'
}

/** Proofs that are to be used up together. */
interface Proofs {
  readonly realm: string
  readonly now: number
  readonly proofs: readonly SingleUse[]
}

function isAnyUsed(run: Statements, { realm, now, proofs }: Proofs): boolean {
  return proofs.some(
    ({ hash, expiresAt }) => mayBeForgotten(expiresAt, now) || run.findProof.get(realm, hash) !== undefined,
  )
}

function useProofs(run: Statements, { realm, proofs }: Proofs): void {
  for (const { hash, expiresAt } of proofs) run.addProof.run(realm, hash, expiresAt)
}

function addFamily(run: Statements, realm: string, family: FamilyRecord): void {
  const last = rowOf<{ position: number }>(run.lastFamilyPosition, realm, family.account)
  run.addFamily.run(
    realm,
    family.id,
    family.account,
    (last?.position ?? 0) + 1,
    family.clientId,
    family.credentialId,
    family.proofJkt,
    family.generation,
    family.rotatedProofAt,
    family.acr,
    family.authTime,
    family.createdAt,
    family.lastActiveAt,
    family.expiresAt,
    family.revokedAt,
  )
}

function changesOf({ changes }: { readonly changes: number | bigint }): number {
  return Number(changes)
}
