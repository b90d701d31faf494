import { AttestationError } from '@keybound/attestation'
import type { EpochSeconds, ErrorCode } from '@keybound/protocol'
import { checkTrust, resolvePolicy } from '../configuration.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { ServerTrust } from '../options.ts'
import { lowestPhoneLevel } from '../phones/phone-policy.ts'
import type { PolicyOverrides, ServerPolicy } from '../policy/policy.ts'
import type { EvidenceRecord, EvidenceVerdict } from '../store/evidence-contract.ts'
import { judgeEvidence } from './judge-evidence.ts'
import { isAtLeast } from './levels.ts'

/** What credentials were registered with, judged again. */
export interface EvidenceReview {
  /**
   * Judges the evidence of every credential of the realm again: call it when the status list, the roots or the policy
   * changed. A credential whose evidence is refused falls to the level that is still proven, `W` if none, and is
   * suspended where `policy.evidence.suspendOn` says so; one whose evidence holds again rises again, but for those of
   * development, which stay what they are. Nothing is deleted and no session ended. While the status list is late, nothing changes for want of it. Each change is an event.
   *
   * May be called at any time, also twice at once, and again after it failed. Credentials from before evidence was
   * kept are left alone. Rejects: `configuration_invalid`, `demo_not_loopback`, `store_unavailable`.
   */
  judgeAgain(options?: JudgeAgainOptions): Promise<JudgedAgain>
}

export interface JudgeAgainOptions {
  /** Default: that of the server. */
  readonly trust?: ServerTrust
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
  readonly trust: ServerTrust
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
  if (before.device?.development === true) return 'unchanged'
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
  const lowered = { ...registration, level: 'W', apps: { ...registration.apps, level: 'L1' } } as const
  const lowest = evidence.device === null ? registration.level : lowestPhoneLevel(registration)
  try {
    const verdict = await judgeEvidence(evidence, { registration: lowered, trust, now })
    const suffices = isAtLeast(verdict.level, lowest)
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
  const { android, apps } = registration
  const ifGiven = { revocation: 'ifGiven' } as const
  const without = {
    ...registration,
    android: android && { ...android, policy: { ...android.policy, ...ifGiven } },
    apps: { ...apps, androidRules: { ...apps.androidRules, ...ifGiven } },
  }
  return { ...question, policy: { ...policy, registration: without } }
}

function isSame(one: EvidenceVerdict, other: EvidenceVerdict): boolean {
  return one.level === other.level && one.refusedBy === other.refusedBy && one.suspends === other.suspends
}

function isWorse(verdict: EvidenceVerdict, before: EvidenceVerdict): boolean {
  return (
    !isAtLeast(verdict.level, before.level) ||
    (verdict.refusedBy !== null && before.refusedBy === null) ||
    (verdict.suspends && !before.suspends)
  )
}
