import { parseClientData, type VerifiedAuthentication, verifyAuthentication } from '@keybound/attestation'
import { type AuthenticationRequest, KeyboundError, type SignInAnswer } from '@keybound/protocol'
import { challengeUsed, type OpenChallenge, openChallenge } from '../challenge/challenge.ts'
import { issueDeviceToken } from '../device/device.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import { userHandleOf } from '../registration/user-handle.ts'
import { type NewSession, newSession } from '../sessions/sessions.ts'
import type { CredentialRecord, RecordAuthenticationResult } from '../store/contract.ts'

/**
 * Signs in with a key (WebAuthn L3 §7.2). Everything is checked before anything is written (attack F15); challenge,
 * counter and session are then committed together. A refusal changes nothing: wrong signatures can neither burn the
 * challenge of another nor lock a credential or the password (attacks F04, F15).
 */
export async function authenticate(
  context: ServerContext,
  request: AuthenticationRequest,
  clientAddress: string,
): Promise<SignInAnswer> {
  let credential: CredentialRecord | undefined
  try {
    const { challenge, text } = await challengeOf(context, request)
    credential = await findCredential(context, request, challenge)
    const verified = await verify(context, request, credential, challenge, text)
    const session = newSession(context, credential.account, credential.level, credential.id)
    await commit(context, credential, verified, challenge, session)
    context.emit({
      type: 'authentication.accepted',
      account: credential.account,
      credentialId: credential.id,
      acr: credential.level,
      clientAddress,
    })
    return { session: session.json, deviceToken: await issueDeviceToken(context, credential.account) }
  } catch (error) {
    reportRefusal(context, error, credential, clientAddress)
    throw error
  }
}

async function challengeOf(context: ServerContext, { response }: AuthenticationRequest) {
  const clientData = parseClientData(Buffer.from(response.response.clientDataJSON, 'base64url'))
  const challenge = await openChallenge(context, 'authentication', clientData.challenge)
  return { challenge, text: clientData.challenge }
}

async function findCredential(
  context: ServerContext,
  { response }: AuthenticationRequest,
  challenge: OpenChallenge,
): Promise<CredentialRecord> {
  const credential = await context.store.findCredential(context.realm, response.id)
  if (credential === undefined) {
    throw new KeyboundError(
      'credential_unknown',
      'Unexpected credential id, expected a registered one. Sign in with the password and register again.',
    )
  }
  if (!challenge.discoverable && !context.tickets.isFor(challenge.ticket, credential.account)) {
    throw new KeyboundError(
      'credential_account_mismatch',
      'Unexpected credential of another account, expected one of the account that was named. Sign in as its owner.',
    )
  }
  return credential
}

function verify(
  { realm, relyingParty, origins, policy }: ServerContext,
  { response }: AuthenticationRequest,
  credential: CredentialRecord,
  { discoverable }: OpenChallenge,
  challenge: string,
): Promise<VerifiedAuthentication> {
  const id = Buffer.from(credential.id, 'base64url')
  const { publicKey, signCount, backupEligible } = credential
  return verifyAuthentication({
    response,
    expected: {
      challenge,
      origins,
      rpId: relyingParty.id,
      userVerification: 'required',
      signCount: policy.authentication.signCount,
      // Without an account nothing was offered, and the user handle must say whose credential this is.
      allowCredentials: discoverable ? [] : [id],
    },
    credential: {
      id,
      publicKey,
      signCount,
      backupEligible,
      userHandle: userHandleOf(realm, credential.account),
    },
  })
}

async function commit(
  context: ServerContext,
  credential: CredentialRecord,
  verified: VerifiedAuthentication,
  challenge: OpenChallenge,
  session: NewSession,
): Promise<void> {
  const result = await context.store.recordAuthentication({
    realm: context.realm,
    operationId: newOperationId(context),
    now: context.now(),
    challenge: challenge.use,
    account: credential.account,
    credentialId: credential.id,
    signCount: verified.signCount,
    acceptReplayedCount: context.policy.authentication.signCount === 'report',
    backedUp: verified.backedUp,
    session: session.record,
  })
  const refusal = refusals[result.outcome]?.()
  if (refusal !== undefined) throw refusal
}

const refusals: { readonly [O in RecordAuthenticationResult['outcome']]?: () => KeyboundError } = {
  challengeUsed,
  credentialUnknown: () =>
    new KeyboundError(
      'credential_unknown',
      'Unexpected credential that was just removed, expected a registered one. Sign in with the password.',
    ),
  signCountReplayed: () =>
    new KeyboundError(
      'sign_count_replayed',
      'Unexpected counter, expected more than the last one. Sign in with the password and register again.',
    ),
}

function reportRefusal(
  context: ServerContext,
  error: unknown,
  credential: CredentialRecord | undefined,
  clientAddress: string,
): void {
  if (!(error instanceof KeyboundError)) return
  context.emit({
    type: 'authentication.refused',
    code: error.code,
    clientAddress,
    ...(credential === undefined ? {} : { account: credential.account, credentialId: credential.id }),
  })
}
