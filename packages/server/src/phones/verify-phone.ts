import { hash } from 'node:crypto'
import { AttestationError, type VerifiedRegistration, verifyRegistration } from '@keybound/attestation'
import {
  type Base64Url,
  type DeviceJSON,
  deviceKeyChallenge,
  KeyboundError,
  type RegistrationResponseJSON,
} from '@keybound/protocol'
import type { UnjudgedEvidence } from '../evidence/verdict.ts'
import type { ServerContext } from '../internal/context.ts'
import type { VerifiedKey } from '../registration/verified-key.ts'
import type { DeviceEvidence, EvidenceVerdict } from '../store/evidence-contract.ts'
import { requireCommitment } from './commitment.ts'
import { judgePhone } from './judge-phone.ts'
import { phoneKeysOf } from './phone-keys.ts'

/** What a phone sent. */
export interface PhoneRegistration {
  readonly response: RegistrationResponseJSON
  readonly device: DeviceJSON
  readonly challenge: Base64Url
}

/** ES256: the one algorithm that both systems' hardware has. */
const algorithms = [-7] as const
/** Of credentials of development, in seconds. */
const developmentLifetime = 86_400

/**
 * Verifies the three keys of a phone: the signing key by its response (WebAuthn L3 §7.1), the others by what the signing
 * key says of them, all by their evidence. Nothing is written.
 */
export async function verifyPhone(context: ServerContext, phone: PhoneRegistration): Promise<VerifiedKey> {
  const clientData = Buffer.from(phone.response.response.clientDataJSON, 'base64url')
  const keys = phoneKeysOf(phone.device)
  const verified = await verifyResponse(context, phone)
  requireCommitment(clientData, keys)
  const now = context.now()
  const unjudged = {
    credentialId: phone.response.id,
    attestationObject: Buffer.from(phone.response.response.attestationObject, 'base64url'),
    clientDataHash: hash('sha256', clientData, 'buffer'),
    ceremony: { rpId: context.relyingParty.id, origin: verified.origin, algorithms },
    device: await deviceEvidence(phone),
    issuedAt: now,
  }
  const verdict = await judge(context, unjudged, verified)
  const { credentialId: _, ...evidence } = { ...unjudged, judgedAt: now, verdict }
  const isOfDevelopment = verdict.device?.development === true
  return {
    verified,
    evidence,
    proofJkt: keys.proofJkt,
    appAttestKey: phone.device.platform === 'ios' ? (phone.device.keyId ?? null) : null,
    expiresAt: isOfDevelopment ? now + developmentLifetime : null,
  }
}

/** The response as such, from an app of this platform. What its certificates are worth is judged with the other keys'. */
function verifyResponse(
  { relyingParty, origins, policy, trust, now }: ServerContext,
  { response, device: { platform }, challenge }: PhoneRegistration,
): Promise<VerifiedRegistration> {
  if (policy.registration.apps[platform].length === 0) throw noApps(platform)
  const issuedAt = new Date(now() * 1000)
  return verifyRegistration({
    response,
    expected: {
      challenge,
      rpId: relyingParty.id,
      origins: origins[platform],
      algorithms,
      userVerification: 'required',
    },
    policy: { formats: ['packed', 'android-key'], attestation: 'any' },
    trust,
    issuedAt,
    now: issuedAt,
  })
}

/** What is kept: chains with the hash they were made for instead of the challenge, which must not be stored. */
async function deviceEvidence({ device, challenge }: PhoneRegistration): Promise<DeviceEvidence> {
  if (device.platform === 'ios') {
    const { keyId, attestationObject } = device
    if (keyId !== undefined && attestationObject !== undefined) {
      return { platform: 'ios', appAttest: { keyId, attestationObject } }
    }
    if (keyId === undefined && attestationObject === undefined) return { platform: 'ios', appAttest: null }
    throw halfAppAttest()
  }
  const { sealingChain, proofChain } = device
  const challengeOf = async (role: 'sealing' | 'proof') =>
    Buffer.from(await deviceKeyChallenge(role, challenge, sha256)).toString('base64url')
  return {
    platform: 'android',
    sealing: { chain: sealingChain, challenge: await challengeOf('sealing') },
    proof: { chain: proofChain, challenge: await challengeOf('proof') },
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** In development a phone that proves nothing is taken for what it is: `L1`, for a day. */
async function judge(
  { policy: { registration }, trust, now }: ServerContext,
  evidence: UnjudgedEvidence & { readonly device: DeviceEvidence },
  { format, attestationType, backupEligible }: VerifiedRegistration,
): Promise<EvidenceVerdict> {
  try {
    return await judgePhone(evidence, { registration, trust, now: now() })
  } catch (error) {
    if (trust.development === undefined || !(error instanceof AttestationError) || backupEligible) throw error
    return {
      format,
      attestationType,
      level: 'L1',
      refusedBy: null,
      suspends: false,
      android: null,
      device: { development: true, sealing: null, proof: null, app: null },
    }
  }
}

function noApps(platform: 'android' | 'ios'): KeyboundError {
  return new KeyboundError(
    'app_identity_mismatch',
    `Unexpected phone, expected none: no app is configured. Add yours to policy.registration.apps.${platform}.`,
  )
}

function halfAppAttest(): KeyboundError {
  const message = 'Unexpected App Attest in part, expected keyId and attestationObject together, or neither.'
  return new KeyboundError('app_attest_malformed', `${message} Send what attestKey gave.`)
}
