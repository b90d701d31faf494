import {
  type AndroidKeyAttestation,
  type RegistrationPolicy,
  type TrustOptions,
  type VerifiedRegistration,
  verifyRegistration,
} from '@keybound/attestation'
import type { EpochSeconds, RegistrationResponseJSON } from '@keybound/protocol'
import type { AndroidFindings, Evidence, EvidenceVerdict } from '../store/evidence-contract.ts'

/** Evidence that was not judged yet. */
export type ReceivedEvidence = Omit<Evidence, 'judgedAt' | 'verdict'>

/** What evidence is judged by. */
export interface EvidenceRules {
  readonly policy: RegistrationPolicy
  readonly trust: TrustOptions
  /** Revocation is judged at this time; certificate dates at `issuedAt` of the evidence. */
  readonly now: EpochSeconds
}

/** Verifies a registration against what was expected of it (WebAuthn L3 §7.1), on arrival and ever after. */
export function verifyEvidence(
  response: RegistrationResponseJSON,
  { expected, issuedAt }: ReceivedEvidence,
  { policy, trust, now }: EvidenceRules,
): Promise<VerifiedRegistration> {
  return verifyRegistration({
    response,
    expected: { ...expected, userVerification: 'required' },
    policy,
    trust,
    issuedAt: new Date(issuedAt * 1000),
    now: new Date(now * 1000),
  })
}

/** The verdict on evidence that satisfies the policy. */
export function verdictOf({
  format,
  attestationType,
  level,
  android,
}: VerifiedRegistration): EvidenceVerdict {
  const findings = android === undefined ? null : findingsOf(android)
  return { format, attestationType, level, refusedBy: null, suspends: false, android: findings }
}

function findingsOf(android: AndroidKeyAttestation): AndroidFindings {
  const { securityLevel, attestationVersion, provisioning, findings, root, testOnly } = android
  return { securityLevel, attestationVersion, provisioning, findings, root: root.name, testOnly }
}
