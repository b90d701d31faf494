import type {
  EvidencePage,
  EvidenceRecord,
  RecordJudgement,
  RecordJudgementResult,
} from '../../evidence-contract.ts'
import { judgementRefusal, suspensionBy } from '../../internal/judgement.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import type { Realm } from './realm.ts'

export function listEvidence({ evidence }: Realm, { after, limit }: EvidencePage): readonly EvidenceRecord[] {
  return [...evidence.values()]
    .filter(({ credentialId }) => after === undefined || credentialId > after)
    .sort((a, b) => (a.credentialId < b.credentialId ? -1 : 1))
    .slice(0, limit)
    .map(copyOfEvidence)
}

export function recordJudgement(realm: Realm, input: RecordJudgement): Verdict<RecordJudgementResult> {
  const { credentialId, judgedAt, verdict } = input
  const evidence = realm.evidence.get(credentialId)
  const credential = realm.credentials.get(credentialId)
  if (evidence === undefined || credential === undefined) return refusal('unknown')
  const refused = judgementRefusal(evidence, input)
  if (refused !== undefined) return refusal(refused)
  realm.evidence.set(credentialId, copyOfEvidence({ ...evidence, judgedAt, verdict }))
  const { level } = verdict
  realm.credentials.set(credentialId, { ...credential, level, suspendedBy: suspensionBy(verdict) })
  return effect('recorded')
}

/** A copy that shares nothing mutable. */
export function copyOfEvidence(evidence: EvidenceRecord): EvidenceRecord {
  return structuredClone(evidence)
}
