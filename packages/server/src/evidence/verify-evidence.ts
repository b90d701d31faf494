import {
  type AndroidKeyAttestation,
  type RegistrationPolicy,
  type TrustOptions,
  type VerifiedEvidence,
  verifyRegistrationEvidence,
} from '@keybound/attestation'
import type { EpochSeconds } from '@keybound/protocol'
import type { AndroidFindings, EvidenceRecord, EvidenceVerdict } from '../store/evidence-contract.ts'

/** What evidence is judged by. */
export interface EvidenceRules {
  readonly policy: RegistrationPolicy
  readonly trust: TrustOptions
  /** Revocation is judged at this time; certificate dates at `issuedAt` of the evidence. */
  readonly now: EpochSeconds
}

/** Verifies stored evidence by rules that may have changed since it arrived (WebAuthn L3 §7.1 steps 13 to 24). */
export function verifyEvidence(
  { credentialId, attestationObject, clientDataHash, ceremony, issuedAt }: EvidenceRecord,
  { policy, trust, now }: EvidenceRules,
): Promise<VerifiedEvidence> {
  const { rpId, origin, algorithms } = ceremony
  return verifyRegistrationEvidence({
    evidence: {
      credentialId: Buffer.from(credentialId, 'base64url'),
      attestationObject,
      clientDataHash,
      origin,
    },
    expected: { rpId, algorithms, userVerification: 'required' },
    policy,
    trust,
    issuedAt: new Date(issuedAt * 1000),
    now: new Date(now * 1000),
  })
}

/** The verdict on evidence that satisfies the policy. */
export function verdictOf({ format, attestationType, level, android }: VerifiedEvidence): EvidenceVerdict {
  const findings = android === undefined ? null : findingsOf(android)
  return { format, attestationType, level, refusedBy: null, suspends: false, android: findings }
}

function findingsOf(android: AndroidKeyAttestation): AndroidFindings {
  const { securityLevel, attestationVersion, provisioning, findings, root, testOnly } = android
  return { securityLevel, attestationVersion, provisioning, findings, root: root.name, testOnly }
}
