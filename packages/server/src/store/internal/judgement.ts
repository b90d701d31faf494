import type { ErrorCode } from '@keybound/protocol'
import type { Evidence, EvidenceVerdict, RecordJudgement } from '../evidence-contract.ts'

/** Why a judgement has no effect on the evidence that is stored, if it has none. */
export function judgementRefusal(
  stored: Pick<Evidence, 'issuedAt' | 'judgedAt'>,
  { issuedAt, judgedAt }: RecordJudgement,
): 'unknown' | 'outdated' | undefined {
  if (stored.issuedAt !== issuedAt) return 'unknown'
  return stored.judgedAt > judgedAt ? 'outdated' : undefined
}

/** What a verdict closes sign-in with, if it does. */
export function suspensionBy({ suspends, refusedBy }: EvidenceVerdict): ErrorCode | null {
  return suspends ? refusedBy : null
}
