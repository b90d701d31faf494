import { parseAttestationObject, verifyRegistrationEvidence } from '@keybound/attestation'
import { type EvidenceRules, questionOf, verdictOf } from '../evidence/verdict.ts'
import type { DeviceFindings, EvidenceVerdict } from '../store/evidence-contract.ts'
import type { PhoneEvidence } from './phone-policy.ts'

const nothingProven: DeviceFindings = { development: false, sealing: null, proof: null, app: null }

export function formatOf({ attestationObject }: PhoneEvidence): string {
  return parseAttestationObject(attestationObject).format
}

/** A phone of which nothing is known but that it holds its signing key: `L1`, or `W` for a key that may leave it. */
export async function verifyUnproven(
  evidence: PhoneEvidence,
  rules: EvidenceRules,
): Promise<EvidenceVerdict> {
  const question = questionOf(evidence, rules)
  const verified = await verifyRegistrationEvidence({ ...question, policy: { formats: ['packed'] } })
  const level = verified.backupEligible ? 'W' : 'L1'
  return { ...verdictOf(verified), level, device: nothingProven }
}
