import type { CredentialProtection } from '@keybound/attestation'
import type { RegistrationOptionsAnswer, RegistrationOptionsRequest } from '@keybound/protocol'
import { challengeLifetime, issueChallenge } from '../challenge/challenge.ts'
import { descriptorOf } from '../credentials/credential-json.ts'
import { requireProof } from '../devices/vouch.ts'
import { openGrant } from '../grant/grant.ts'
import type { ServerContext } from '../internal/context.ts'
import type { ServerPolicy } from '../policy/policy.ts'
import type { SessionRecord } from '../store/contract.ts'
import { userHandleOf } from './user-handle.ts'

/** Options for `navigator.credentials.create` (WebAuthn L3 §5.1.9). Needs a fresh grant; writes nothing. */
export async function registrationOptions(
  context: ServerContext,
  session: SessionRecord,
  request: RegistrationOptionsRequest,
): Promise<RegistrationOptionsAnswer> {
  const { user, proof } = await openGrant(context, session, request.grant)
  await requireProof(context, session, proof)
  const { realm, relyingParty, store } = context
  const { registration } = context.policy
  const { credentialProtection } = registration
  const existing = await store.listCredentials(realm, session.account)
  return {
    rp: { id: relyingParty.id, name: relyingParty.name },
    user: { id: userHandleOf(realm, session.account).toString('base64url'), ...user },
    challenge: await issueChallenge(context, 'registration', session.account),
    pubKeyCredParams: registration.algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: challengeLifetime(context, 'registration') * 1000,
    excludeCredentials: existing.map(descriptorOf),
    authenticatorSelection: {
      ...(registration.authenticators === 'platform' ? { authenticatorAttachment: 'platform' } : {}),
      residentKey: registration.residentKey,
      requireResidentKey: registration.residentKey === 'required',
      userVerification: 'required',
    },
    attestation: wantsProof(registration) ? 'direct' : 'none',
    ...(credentialProtection === null ? {} : { extensions: protectionAsked(credentialProtection) }),
  }
}

/** Browsers strip attestations nobody asked for. */
function wantsProof({ attestation, level, android }: ServerPolicy['registration']): boolean {
  return attestation === 'trusted' || level !== 'W' || android !== null
}

/** CTAP 2.2 §12.1: enforced, so that an authenticator without it makes no key that would be refused. */
function protectionAsked(level: CredentialProtection): Readonly<Record<string, unknown>> {
  return { credentialProtectionPolicy: protections[level], enforceCredentialProtectionPolicy: level > 1 }
}

const protections = {
  1: 'userVerificationOptional',
  2: 'userVerificationOptionalWithCredentialIDList',
  3: 'userVerificationRequired',
} as const
