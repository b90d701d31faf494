import type {
  AndroidKeyAttestation,
  VerifiedEvidence,
  VerifyRegistrationEvidenceOptions,
} from '@keybound/attestation'
import type { EpochSeconds } from '@keybound/protocol'
import type { ServerTrust } from '../options.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { AndroidFindings, Evidence, EvidenceVerdict } from '../store/evidence-contract.ts'

/** Evidence with the credential it speaks of, but not yet what it is worth. */
export type UnjudgedEvidence = Omit<Evidence, 'judgedAt' | 'verdict'> & { readonly credentialId: string }

/** What evidence is judged by. */
export interface EvidenceRules {
  readonly registration: ServerPolicy['registration']
  readonly trust: ServerTrust
  /** Revocation is judged at this time; certificate dates at `issuedAt` of the evidence. */
  readonly now: EpochSeconds
}

/** What the verifier asks about the WebAuthn part of evidence, but for the policy. */
export function questionOf(
  evidence: UnjudgedEvidence,
  { trust, now }: EvidenceRules,
): VerifyRegistrationEvidenceOptions {
  const { credentialId, attestationObject, clientDataHash, ceremony, issuedAt } = evidence
  const { rpId, origin, algorithms } = ceremony
  return {
    evidence: {
      credentialId: Buffer.from(credentialId, 'base64url'),
      attestationObject,
      clientDataHash,
      origin,
    },
    expected: { rpId, algorithms, userVerification: 'required' },
    trust,
    issuedAt: new Date(issuedAt * 1000),
    now: new Date(now * 1000),
  }
}

/** The verdict on evidence that satisfies the policy. */
export function verdictOf({ format, attestationType, level, android }: VerifiedEvidence): EvidenceVerdict {
  return {
    format,
    attestationType,
    level,
    refusedBy: null,
    suspends: false,
    android: android === undefined ? null : androidFindings(android),
    device: null,
  }
}

export function androidFindings(attestation: AndroidKeyAttestation): AndroidFindings {
  const { securityLevel, attestationVersion, provisioning, findings, root, testOnly } = attestation
  return { securityLevel, attestationVersion, provisioning, findings, root: root.name, testOnly }
}
