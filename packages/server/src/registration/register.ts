import { hash } from 'node:crypto'
import { parseClientData } from '@keybound/attestation'
import { KeyboundError, type RegistrationAnswer, type RegistrationRequest } from '@keybound/protocol'
import { recogniseDecoy } from '../authentication/decoys.ts'
import { challengeUsed, type OpenChallenge, openChallenge } from '../challenge/challenge.ts'
import { credentialJSON } from '../credentials/credential-json.ts'
import { requireProof } from '../devices/vouch.ts'
import { grantUsed, openGrant } from '../grant/grant.ts'
import type { ServerContext } from '../internal/context.ts'
import { newNotice, readerOf } from '../notices/notices.ts'
import type { NewDeviceProof } from '../policy/policy.ts'
import type { CredentialRecord, RegisterCredentialResult, SessionRecord } from '../store/contract.ts'
import type { NewNotice } from '../store/notice-contract.ts'
import { type VerifiedKey, verifyKey } from './verified-key.ts'

/**
 * Registers a key (WebAuthn L3 §7.1). Everything is checked before anything is written (attack F15); challenge, grant
 * and credential are then committed together. The same request again, while its challenge lives, gets the same answer.
 */
export async function register(
  context: ServerContext,
  session: SessionRecord,
  family: string | undefined,
  request: RegistrationRequest,
): Promise<RegistrationAnswer> {
  try {
    const credential = await verifyAndCommit(context, session, family, request)
    context.emit({ type: 'credential.registered', account: session.account, credentialId: credential.id })
    return { credential: credentialJSON(context, credential, false) }
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
  family: string | undefined,
  request: RegistrationRequest,
): Promise<CredentialRecord> {
  const grant = await openGrant(context, session, request.grant)
  await requireProofOnce(context, session, request, grant.proof)
  const clientData = parseClientData(Buffer.from(request.response.response.clientDataJSON, 'base64url'))
  const challenge = await openChallenge(context, 'registration', clientData.challenge)
  if (!context.tickets.isFor(challenge.ticket, session.account)) throw challengeOfAnotherAccount()
  const key = await verifyKey(context, request, clientData.challenge)
  const credential = recordOf(context, session, request, key, grant.proof)
  const replaced = await findReplaced(context, session, request)
  const isDecoy = (await recogniseDecoy(context, credential.id)) !== undefined
  const { outcome } = await context.store.registerCredential({
    realm: context.realm,
    operationId: operationIdOf(session, request, challenge, credential),
    now: context.now(),
    credential,
    evidence: key.evidence,
    challenge: challenge.use,
    grant: grant.use,
    // A decoy is refused like the id of another account, after all that comes before that (attack F01).
    limit: isDecoy ? 0 : context.policy.registration.credentialsPerAccount,
    notices: noticesOf(context, credential, replaced, await readerOf(context, session, family)),
    ...(replaced === undefined
      ? {}
      : { replaces: { credentialId: replaced.id, keepSession: session.tokenHash } }),
  })
  if (outcome !== 'registered')
    throw refusals[isDecoy && outcome === 'limitReached' ? 'credentialExists' : outcome]()
  if (replaced !== undefined) {
    context.emit({ type: 'credential.removed', account: session.account, credentialId: replaced.id })
  }
  // Read back: when this was a repeat, the first one is what stands.
  const standing = await context.store.findCredential(context.realm, credential.id)
  if (standing === undefined) throw removedSince()
  return standing
}

/** Asked of the grant that is used, whatever grant the options were given for. A repeat is not asked again. */
async function requireProofOnce(
  context: ServerContext,
  session: SessionRecord,
  { response }: RegistrationRequest,
  proof: NewDeviceProof,
): Promise<void> {
  const registered = await context.store.findCredential(context.realm, response.id)
  if (registered?.account !== session.account) await requireProof(context, session, proof)
}

/** The credential the new one stands for, if it is still there. */
async function findReplaced(
  { realm, store }: ServerContext,
  { account }: SessionRecord,
  { replaces }: RegistrationRequest,
): Promise<CredentialRecord | undefined> {
  const held = replaces === undefined ? undefined : await store.findCredential(realm, replaces)
  return held?.account === account ? held : undefined
}

/** What the account's other devices are told. */
function noticesOf(
  context: ServerContext,
  credential: CredentialRecord,
  replaced: CredentialRecord | undefined,
  reader: string,
): readonly NewNotice[] {
  const causedBy = [reader, credential.id]
  const removed = replaced === undefined ? [] : [newNotice(context, 'credentialRemoved', replaced, causedBy)]
  return [...removed, newNotice(context, 'credentialRegistered', credential, causedBy)]
}

function recordOf(
  context: ServerContext,
  session: SessionRecord,
  request: RegistrationRequest,
  { verified, evidence, proofJkt, appAttestKey, expiresAt }: VerifiedKey,
  proof: NewDeviceProof,
): CredentialRecord {
  const { coolingOff } = context.policy.newDevice
  const { publicKey, signCount, backupEligible, backedUp, transports, aaguid, format } = verified
  return {
    id: Buffer.from(verified.credentialId).toString('base64url'),
    account: session.account,
    publicKey,
    name: request.name ?? 'Biometric key',
    level: evidence.verdict.level,
    platform: request.device?.platform ?? 'web',
    proofJkt,
    appAttestKey,
    probationUntil: coolingOff === 0 || proof !== 'password' ? null : context.now() + coolingOff,
    expiresAt,
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
  appAttestKeyUsed: () =>
    new KeyboundError(
      'app_attest_key_used',
      'Unexpected App Attest key of another credential, expected a new one. Make and attest a new key.',
      { rule: 'Apple App Attest, attestation step 9' },
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
