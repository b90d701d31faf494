import { hash } from 'node:crypto'
import { parseClientData, type VerifiedRegistration, verifyRegistration } from '@keybound/attestation'
import { KeyboundError, type RegistrationAnswer, type RegistrationRequest } from '@keybound/protocol'
import { recogniseDecoy } from '../authentication/decoys.ts'
import { challengeUsed, type OpenChallenge, openChallenge } from '../challenge/challenge.ts'
import { credentialJSON } from '../credentials/credential-json.ts'
import { attestationPolicy } from '../evidence/attestation-policy.ts'
import { verdictOf } from '../evidence/verify-evidence.ts'
import { grantUsed, openGrant } from '../grant/grant.ts'
import type { ServerContext } from '../internal/context.ts'
import type { CredentialRecord, RegisterCredentialResult, SessionRecord } from '../store/contract.ts'
import type { Evidence } from '../store/evidence-contract.ts'

/**
 * Registers a key (WebAuthn L3 §7.1). Everything is checked before anything is written (attack F15); challenge, grant
 * and credential are then committed together. The same request again, while its challenge lives, gets the same answer.
 */
export async function register(
  context: ServerContext,
  session: SessionRecord,
  request: RegistrationRequest,
): Promise<RegistrationAnswer> {
  try {
    const credential = await verifyAndCommit(context, session, request)
    context.emit({ type: 'credential.registered', account: session.account, credentialId: credential.id })
    return { credential: credentialJSON(credential) }
  } catch (error) {
    if (error instanceof KeyboundError) {
      context.emit({ type: 'registration.refused', account: session.account, code: error.code })
    }
    throw error
  }
}

async function verifyAndCommit(
  context: ServerContext,
  session: SessionRecord,
  request: RegistrationRequest,
): Promise<CredentialRecord> {
  const grant = await openGrant(context, session, request.grant)
  const clientData = parseClientData(Buffer.from(request.response.response.clientDataJSON, 'base64url'))
  const challenge = await openChallenge(context, 'registration', clientData.challenge)
  if (!context.tickets.isFor(challenge.ticket, session.account)) throw challengeOfAnotherAccount()
  const verified = await verify(context, request, clientData.challenge)
  const credential = recordOf(context, session, request, verified)
  const isDecoy = (await recogniseDecoy(context, credential.id)) !== undefined
  const { outcome } = await context.store.registerCredential({
    realm: context.realm,
    operationId: operationIdOf(session, request, challenge, credential),
    now: context.now(),
    credential,
    evidence: evidenceOf(context, request, verified),
    challenge: challenge.use,
    grant: grant.use,
    // A decoy is refused like the id of another account, after all that comes before that (attack F01).
    limit: isDecoy ? 0 : context.policy.registration.credentialsPerAccount,
  })
  if (outcome !== 'registered')
    throw refusals[isDecoy && outcome === 'limitReached' ? 'credentialExists' : outcome]()
  // Read back: when this was a repeat, the first one is what stands.
  const standing = await context.store.findCredential(context.realm, credential.id)
  if (standing === undefined) throw removedSince()
  return standing
}

function verify(
  { relyingParty, origins, policy, trust, now }: ServerContext,
  { response }: RegistrationRequest,
  challenge: string,
): Promise<VerifiedRegistration> {
  const { algorithms } = policy.registration
  const issuedAt = new Date(now() * 1000)
  return verifyRegistration({
    response,
    expected: { challenge, rpId: relyingParty.id, origins, algorithms, userVerification: 'required' },
    policy: attestationPolicy(policy.registration),
    trust,
    issuedAt,
    now: issuedAt,
  })
}

/** What is kept to be judged again: without the client data, because that holds the challenge. */
function evidenceOf(
  { relyingParty, policy, now }: ServerContext,
  { response: { response } }: RegistrationRequest,
  verified: VerifiedRegistration,
): Evidence {
  const { algorithms } = policy.registration
  return {
    attestationObject: Buffer.from(response.attestationObject, 'base64url'),
    clientDataHash: hash('sha256', Buffer.from(response.clientDataJSON, 'base64url'), 'buffer'),
    ceremony: { rpId: relyingParty.id, origin: verified.origin, algorithms },
    issuedAt: now(),
    judgedAt: now(),
    verdict: verdictOf(verified),
  }
}

function recordOf(
  context: ServerContext,
  session: SessionRecord,
  request: RegistrationRequest,
  verified: VerifiedRegistration,
): CredentialRecord {
  const { publicKey, level, signCount, backupEligible, backedUp, transports, aaguid, format } = verified
  return {
    id: Buffer.from(verified.credentialId).toString('base64url'),
    account: session.account,
    publicKey,
    name: request.name ?? 'Biometric key',
    level,
    suspendedBy: null,
    signCount,
    backupEligible,
    backedUp,
    // Bounded as in the schema: they come back in every sign-in.
    transports: transports.slice(0, 8),
    aaguid,
    format,
    createdAt: context.now(),
    lastUsedAt: null,
  }
}

/**
 * The client's id bound to all that it stands for, so that nobody is answered with the result of another's operation
 * and no id names two effects.
 */
function operationIdOf(
  { account }: SessionRecord,
  { operationId }: RegistrationRequest,
  { use }: OpenChallenge,
  { id }: CredentialRecord,
): string {
  return hash('sha256', `keybound/register/v1\0${account}\0${operationId}\0${use.hash}\0${id}`, 'base64url')
}

type Refusal = Exclude<RegisterCredentialResult['outcome'], 'registered'>

const refusals: { readonly [O in Refusal]: () => KeyboundError } = {
  challengeUsed,
  grantUsed,
  credentialExists: () =>
    new KeyboundError(
      'credential_exists',
      'Unexpected known credential id, expected a new one. Sign in with it.',
    ),
  limitReached: () =>
    new KeyboundError(
      'credential_limit_reached',
      'Unexpected number of credentials, expected room for one more. Remove one that is no longer used.',
    ),
}

function removedSince(): KeyboundError {
  return new KeyboundError(
    'credential_unknown',
    'Unexpected repeat of a registration whose credential was removed since, expected it to stand. Register again.',
  )
}

function challengeOfAnotherAccount(): KeyboundError {
  return new KeyboundError(
    'challenge_account_mismatch',
    'Unexpected account of the challenge, expected that of the session. Ask for options in this session.',
  )
}
