import { AttestationError, type TrustOptions } from '@keybound/attestation'
import type { AssuranceLevel, EpochSeconds, ErrorCode } from '@keybound/protocol'
import { checkTrust, resolvePolicy } from '../configuration.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { PolicyOverrides, ServerPolicy } from '../policy/policy.ts'
import type { EvidenceRecord, EvidenceVerdict } from '../store/evidence-contract.ts'
import { attestationPolicy } from './attestation-policy.ts'
import { verdictOf, verifyEvidence } from './verify-evidence.ts'

/** What credentials were registered with, judged again. */
export interface EvidenceReview {
  /**
   * Judges the evidence of every credential of the realm again: call it when the status list, the roots or the policy
   * changed. A credential whose evidence is refused falls to the level that is still proven, `W` if none, and is
   * suspended where `policy.evidence.suspendOn` says so; one whose evidence holds again rises again. Nothing is deleted
   * and no session ended. While the status list is late, nothing changes for want of it. Each change is an event.
   *
   * May be called at any time, also twice at once, and again after it failed. Credentials from before evidence was
   * kept are left alone. Rejects: `configuration_invalid`, `demo_not_loopback`, `store_unavailable`.
   */
  judgeAgain(options?: JudgeAgainOptions): Promise<JudgedAgain>
}

export interface JudgeAgainOptions {
  /** Default: that of the server. */
  readonly trust?: TrustOptions
  /** Overrides of the policy of the server, of which `registration` and `evidence` count. */
  readonly policy?: PolicyOverrides
  /** Revocation is judged at this time; certificate dates always at the time of registration. Default: now. */
  readonly now?: EpochSeconds
}

/** How many credentials were judged, and what came of it. */
export interface JudgedAgain {
  readonly judged: number
  /** As many as events `credential.judgement`. */
  readonly changed: number
  /** As many as events `credential.judgement.postponed`. */
  readonly postponed: number
}

interface Question {
  readonly policy: ServerPolicy
  readonly trust: TrustOptions
  readonly now: EpochSeconds
}

/** Records read at once; each may be some 10 kB. */
const pageSize = 100

export function createEvidence(context: ServerContext): EvidenceReview {
  return {
    async judgeAgain({ trust = context.trust, policy, now = context.now() } = {}) {
      checkTrust(trust, new URL(context.publicUrl))
      const question = { policy: resolvePolicy(context.policy, policy), trust, now }
      const counts = { judged: 0, changed: 0, postponed: 0 }
      for await (const evidence of everyEvidence(context)) {
        const outcome = await judgeOne(context, evidence, question)
        counts.judged++
        if (outcome !== 'unchanged') counts[outcome]++
      }
      return counts
    },
  }
}

async function* everyEvidence({ store, realm }: ServerContext): AsyncGenerator<EvidenceRecord> {
  let after: string | undefined
  do {
    const page = await store.listEvidence(realm, {
      ...(after === undefined ? {} : { after }),
      limit: pageSize,
    })
    yield* page
    after = page.at(-1)?.credentialId
  } while (after !== undefined)
}

async function judgeOne(
  context: ServerContext,
  evidence: EvidenceRecord,
  question: Question,
): Promise<'unchanged' | 'changed' | 'postponed'> {
  const { account, credentialId, issuedAt, verdict: before } = evidence
  const verdict = await judge(evidence, question)
  if (isSame(verdict, before)) return 'unchanged'
  // What differs without a demand for the list speaks of the age of the list, and only the rest of the evidence.
  const rest = await judge(evidence, withoutStatus(question))
  const isLate = !isSame(rest, verdict)
  if (isLate && !isWorse(rest, before)) {
    const code = verdict.refusedBy ?? 'attestation_status_unavailable'
    context.emit({ type: 'credential.judgement.postponed', account, credentialId, code })
    return 'postponed'
  }
  const outcome = await context.store.recordJudgement({
    realm: context.realm,
    operationId: newOperationId(context),
    now: context.now(),
    credentialId,
    issuedAt,
    judgedAt: question.now,
    verdict: isLate ? rest : verdict,
  })
  // Removed since, or judged by somebody else at a later time.
  if (outcome !== 'recorded') return 'unchanged'
  report(context, evidence, rest)
  return 'changed'
}

function report(
  { emit }: ServerContext,
  { account, credentialId, verdict: { level: from } }: EvidenceRecord,
  { level: to, refusedBy, suspends: suspended }: EvidenceVerdict,
): void {
  const code = refusedBy === null ? {} : { code: refusedBy }
  emit({ type: 'credential.judgement', account, credentialId, from, to, suspended, ...code })
}

/** The verdict under other rules. The lowest level is compared here, so that what is still proven is known. */
async function judge(evidence: EvidenceRecord, { policy, trust, now }: Question): Promise<EvidenceVerdict> {
  const { registration, evidence: consequences } = policy
  const refused = (code: ErrorCode) => ({
    refusedBy: code,
    suspends: (consequences.suspendOn as readonly ErrorCode[]).includes(code),
  })
  const rules = { policy: attestationPolicy({ ...registration, level: 'W' }), trust, now }
  try {
    const verdict = verdictOf(await verifyEvidence(evidence, rules))
    const suffices = rank[verdict.level] >= rank[registration.level]
    return suffices ? verdict : { ...verdict, ...refused('attestation_required') }
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error
    return { ...evidence.verdict, level: 'W', ...refused(error.code) }
  }
}

/** The same question without the demand for a fresh list; one that is there still counts, however old. */
function withoutStatus(question: Question): Question {
  const { policy } = question
  const { registration } = policy
  if (registration.android === null) return question
  const keyPolicy = { ...registration.android.policy, revocation: 'ifGiven' } as const
  const android = { ...registration.android, policy: keyPolicy }
  return { ...question, policy: { ...policy, registration: { ...registration, android } } }
}

function isSame(one: EvidenceVerdict, other: EvidenceVerdict): boolean {
  return one.level === other.level && one.refusedBy === other.refusedBy && one.suspends === other.suspends
}

function isWorse(verdict: EvidenceVerdict, before: EvidenceVerdict): boolean {
  return (
    rank[verdict.level] < rank[before.level] ||
    (verdict.refusedBy !== null && before.refusedBy === null) ||
    (verdict.suspends && !before.suspends)
  )
}

/** Assurance levels from low to high. */
const rank: Readonly<Record<AssuranceLevel, number>> = { W: 0, L1: 1, L2: 2, R: 3 }
