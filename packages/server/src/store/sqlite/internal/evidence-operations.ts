import type { RegisterCredential } from '../../contract.ts'
import type {
  DeviceEvidence,
  EvidenceCeremony,
  EvidencePage,
  EvidenceRecord,
  EvidenceVerdict,
  RecordJudgement,
  RecordJudgementResult,
} from '../../evidence-contract.ts'
import { judgementRefusal, suspensionBy } from '../../internal/judgement.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import { rowOf, rowsOf, type Statements } from './statements.ts'

export function addEvidence(run: Statements, { realm, credential, evidence }: RegisterCredential): void {
  run.addEvidence.run(
    realm,
    credential.id,
    credential.account,
    evidence.attestationObject,
    evidence.clientDataHash,
    JSON.stringify(evidence.ceremony),
    evidence.device && JSON.stringify(evidence.device),
    evidence.issuedAt,
    evidence.judgedAt,
    JSON.stringify(evidence.verdict),
  )
}

export function findEvidence(
  run: Statements,
  realm: string,
  credentialId: string,
): EvidenceRecord | undefined {
  const row = rowOf<EvidenceRow>(run.findEvidence, realm, credentialId)
  return row && evidenceOf(row)
}

export function listEvidence(
  run: Statements,
  realm: string,
  { after = '', limit }: EvidencePage,
): readonly EvidenceRecord[] {
  return rowsOf<EvidenceRow>(run.listEvidence, realm, after, limit).map(evidenceOf)
}

export function recordJudgement(run: Statements, input: RecordJudgement): Verdict<RecordJudgementResult> {
  const { realm, credentialId, judgedAt, verdict } = input
  const stored = rowOf<EvidenceRow>(run.findEvidence, realm, credentialId)
  if (stored === undefined) return refusal('unknown')
  const refused = judgementRefusal(stored, input)
  if (refused !== undefined) return refusal(refused)
  run.judgeEvidence.run(judgedAt, JSON.stringify(verdict), realm, credentialId)
  run.judgeCredential.run(verdict.level, suspensionBy(verdict), realm, credentialId)
  return effect('recorded')
}

/** Evidence as the statements give it: three members are JSON. */
interface EvidenceRow extends Omit<EvidenceRecord, 'ceremony' | 'device' | 'verdict'> {
  readonly ceremony: string
  readonly device: string | null
  readonly verdict: string
}

function evidenceOf(row: EvidenceRow): EvidenceRecord {
  return {
    ...row,
    // Drivers give subclasses of their own, such as Buffer.
    attestationObject: new Uint8Array(row.attestationObject),
    clientDataHash: new Uint8Array(row.clientDataHash),
    ceremony: JSON.parse(row.ceremony) as EvidenceCeremony,
    device: row.device === null ? null : (JSON.parse(row.device) as DeviceEvidence),
    // Verdicts from before there were phones do not say that they are of none.
    verdict: { device: null, ...(JSON.parse(row.verdict) as Omit<EvidenceVerdict, 'device'>) },
  }
}
