import { verifyRegistrationEvidence } from '@keybound/attestation'
import { judgePhone } from '../phones/judge-phone.ts'
import type { EvidenceVerdict } from '../store/evidence-contract.ts'
import { attestationPolicy } from './attestation-policy.ts'
import { type EvidenceRules, questionOf, type UnjudgedEvidence, verdictOf } from './verdict.ts'

/**
 * Judges evidence whose client data were found right when it arrived, by rules that may have changed since
 * (WebAuthn L3 §7.1 steps 13 to 24). Refuses with one of `evidenceCodes` or `attestation_status_unavailable`.
 */
export async function judgeEvidence(
  evidence: UnjudgedEvidence,
  rules: EvidenceRules,
): Promise<EvidenceVerdict> {
  const { device } = evidence
  if (device !== null) return judgePhone({ ...evidence, device }, rules)
  const policy = attestationPolicy(rules.registration)
  return verdictOf(await verifyRegistrationEvidence({ ...questionOf(evidence, rules), policy }))
}
