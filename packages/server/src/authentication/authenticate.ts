import { parseClientData, type VerifiedAuthentication } from '@keybound/attestation'
import {
  type AuthenticationRequest,
  type AuthenticationResponseJSON,
  KeyboundError,
  type SignInAnswer,
} from '@keybound/protocol'
import { challengeUsed, type OpenChallenge, openChallenge } from '../challenge/challenge.ts'
import { requireOpenCredential } from '../credentials/require-open.ts'
import { issueDeviceToken } from '../device/device.ts'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import { userHandleOf } from '../registration/user-handle.ts'
import { newSession } from '../sessions/sessions.ts'
import type { Assertion, CredentialRecord, RecordAuthenticationResult } from '../store/contract.ts'
import { recogniseDecoy } from './decoys.ts'
import { verifySignature } from './verify-signature.ts'

/**
 * Signs in with a key (WebAuthn L3 §7.2) and starts an opaque session. Everything is checked before anything is
 * written (attack F15); challenge, counter and session are then committed together.
 */
export function authenticate(
  context: ServerContext,
  request: AuthenticationRequest,
  clientAddress: string,
): Promise<SignInAnswer> {
  return reported(context, clientAddress, async (seen) => {
    const signedIn = await verifyAssertion(context, request.response, seen)
    if (signedIn.challenge.boundTo !== undefined) throw challengeOfTokens()
    const { credential } = signedIn
    const session = newSession(context, credential.account, credential.level, credential)
    const input = { ...assertionOf(context, signedIn), session: session.record }
    requireRecorded(await context.store.recordAuthentication(input))
    return { session: session.json, deviceToken: await issueDeviceToken(context, credential.account) }
  })
}

/** A verified assertion; nothing was written yet. */
export interface SignedIn {
  readonly credential: CredentialRecord
  readonly verified: VerifiedAuthentication
  readonly challenge: OpenChallenge
}

/** The credential of an attempt, as soon as it is known: a refusal that comes later is reported with it. */
export interface Seen {
  credential?: CredentialRecord
}

/**
 * Reports how an attempt to sign in ended. A refusal changes nothing: wrong signatures can neither burn the challenge
 * of another nor lock a credential or the password (attacks F04, F15).
 */
export async function reported<Result>(
  context: ServerContext,
  clientAddress: string,
  attempt: (seen: Seen) => Promise<Result>,
): Promise<Result> {
  const seen: Seen = {}
  try {
    const result = await attempt(seen)
    if (seen.credential !== undefined) {
      const { account, id, level } = seen.credential
      context.emit({
        type: 'authentication.accepted',
        account,
        credentialId: id,
        acr: level,
        clientAddress,
      })
    }
    return result
  } catch (error) {
    reportRefusal(context, error, seen.credential, clientAddress)
    throw error
  }
}

/** Checks an assertion against its challenge and credential. Writes nothing. */
export async function verifyAssertion(
  context: ServerContext,
  response: AuthenticationResponseJSON,
  seen: Seen,
): Promise<SignedIn> {
  const { challenge, text } = await challengeOf(context, response)
  const credential = await context.store.findCredential(context.realm, response.id)
  if (credential === undefined) return refuseUnknown(context, response, challenge, text)
  seen.credential = credential
  if (!challenge.discoverable && !context.tickets.isFor(challenge.ticket, credential.account)) {
    throw credentialOfAnotherAccount()
  }
  const userHandle = userHandleOf(context.realm, credential.account)
  const verified = await verifySignature(
    context,
    response,
    { ...credential, userHandle },
    { text, discoverable: challenge.discoverable },
  )
  requireOpenCredential(context, credential, verified)
  return { credential, verified, challenge }
}

async function challengeOf(context: ServerContext, { response }: AuthenticationResponseJSON) {
  const clientData = parseClientData(Buffer.from(response.clientDataJSON, 'base64url'))
  const challenge = await openChallenge(context, 'authentication', clientData.challenge)
  return { challenge, text: clientData.challenge }
}

/**
 * A decoy is refused for whatever a real credential in its place would be refused for, at last for its signature:
 * otherwise one wrong answer would tell which accounts have a key (attack F01).
 */
async function refuseUnknown(
  context: ServerContext,
  response: AuthenticationResponseJSON,
  challenge: OpenChallenge,
  text: string,
): Promise<never> {
  const decoy = await recogniseDecoy(context, response.id)
  if (decoy === undefined) throw credentialUnknown()
  if (!challenge.discoverable && !(await decoy.isFor(challenge.ticket.account))) {
    throw credentialOfAnotherAccount()
  }
  // Whose it would be is compared after the signature only, so the handle of the response itself will do.
  const userHandle = Buffer.from(response.response.userHandle ?? '', 'base64url')
  const { discoverable } = challenge
  await verifySignature(context, response, { ...decoy, signCount: 0, userHandle }, { text, discoverable })
  // Not reached: nobody can sign for a decoy.
  throw credentialUnknown()
}

/** What the store is told of a verified assertion, whatever it opens. */
export function assertionOf(
  context: ServerContext,
  { credential, verified, challenge }: SignedIn,
): Assertion {
  return {
    realm: context.realm,
    operationId: newOperationId(context),
    now: context.now(),
    challenge: challenge.use,
    account: credential.account,
    credentialId: credential.id,
    signCount: verified.signCount,
    acceptReplayedCount: context.policy.authentication.signCount === 'report',
    backedUp: verified.backedUp,
  }
}

/** Refuses with `challenge_used`, `credential_unknown` or `sign_count_replayed` what the store did not record. */
export function requireRecorded({ outcome }: RecordAuthenticationResult): void {
  const refusal = refusals[outcome]?.()
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
      'Unexpected counter, expected more than the last one. Sign in again; if this comes back, use the password and register anew.',
    ),
}

function credentialUnknown(): KeyboundError {
  return new KeyboundError(
    'credential_unknown',
    'Unexpected credential id, expected a registered one. Sign in with the password and register again.',
  )
}

function credentialOfAnotherAccount(): KeyboundError {
  return new KeyboundError(
    'credential_account_mismatch',
    'Unexpected credential of another account, expected one of the account that was named. Sign in as its owner.',
  )
}

/** The challenge was made for a proof key (D04): whoever holds it gets tokens for it at the token endpoint, nobody a session. */
function challengeOfTokens(): KeyboundError {
  return new KeyboundError(
    'challenge_purpose_mismatch',
    'Unexpected challenge that is bound to a proof key, expected one for a session. Send it to the token endpoint.',
  )
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
