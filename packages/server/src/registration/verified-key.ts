import { hash } from 'node:crypto'
import { type VerifiedRegistration, verifyRegistration } from '@keybound/attestation'
import type { Base64Url, EpochSeconds, RegistrationRequest } from '@keybound/protocol'
import { attestationPolicy } from '../evidence/attestation-policy.ts'
import { verdictOf } from '../evidence/verdict.ts'
import type { ServerContext } from '../internal/context.ts'
import { verifyPhone } from '../phones/verify-phone.ts'
import type { Evidence } from '../store/evidence-contract.ts'

/** A key all of whose evidence was verified, and what is to be kept of it. */
export interface VerifiedKey {
  readonly verified: VerifiedRegistration
  readonly evidence: Evidence
  /** See the members of the credential. */
  readonly proofJkt: Base64Url | null
  readonly appAttestKey: Base64Url | null
  readonly expiresAt: EpochSeconds | null
}

/** Verifies the key of a registration (WebAuthn L3 §7.1), and of a phone all three. Nothing is written. */
export async function verifyKey(
  context: ServerContext,
  request: RegistrationRequest,
  challenge: Base64Url,
): Promise<VerifiedKey> {
  const { response, device } = request
  if (device !== undefined) return verifyPhone(context, { response, device, challenge })
  const { relyingParty, origins, policy, trust, now } = context
  const { algorithms } = policy.registration
  const issuedAt = new Date(now() * 1000)
  const verified = await verifyRegistration({
    response,
    expected: {
      challenge,
      rpId: relyingParty.id,
      origins: origins.web,
      algorithms,
      userVerification: 'required',
    },
    policy: attestationPolicy(policy.registration),
    trust,
    issuedAt,
    now: issuedAt,
  })
  const evidence: Evidence = {
    attestationObject: Buffer.from(response.response.attestationObject, 'base64url'),
    // That itself is not kept, because it holds the challenge.
    clientDataHash: hash('sha256', Buffer.from(response.response.clientDataJSON, 'base64url'), 'buffer'),
    ceremony: { rpId: relyingParty.id, origin: verified.origin, algorithms },
    device: null,
    issuedAt: now(),
    judgedAt: now(),
    verdict: verdictOf(verified),
  }
  return { verified, evidence, proofJkt: null, appAttestKey: null, expiresAt: null }
}
