import { type AuthenticationResponseJSON, KeyboundError, type TokenAnswer } from '@keybound/protocol'
import { parseStrictJson } from '@keybound/protocol/encoding'
import { authenticationResponse } from '@keybound/protocol/schemas'
import { assertionOf, reported, requireRecorded, verifyAssertion } from '../../authentication/authenticate.ts'
import { maxBodyBytes } from '../../http/body.ts'
import type { CredentialRecord } from '../../store/contract.ts'
import type { FamilyRecord } from '../refresh/family.ts'
import type { TokenContext, TokenRequest } from './context.ts'
import { type Form, requireParameter } from './form.ts'
import {
  grantTokens,
  millisecondsOf,
  proofReplayed,
  requireSessionKeyAllowed,
  usesOf,
} from './grant-tokens.ts'

export const webauthnGrantType = 'urn:keybound:params:oauth:grant-type:webauthn'

/**
 * Grant for an assertion of a registered key (RFC 6749 §4.5). The challenge names the proof key that may exchange it,
 * so an assertion that was stolen on its way serves nobody else. A new family at every sign-in (attack D04).
 */
export function webauthnGrant(
  context: TokenContext,
  request: TokenRequest,
  form: Form,
): Promise<TokenAnswer> {
  const { server } = context
  return reported(server, request.clientAddress, async (seen) => {
    const response = readAssertion(requireParameter(form, 'assertion'))
    const signedIn = await verifyAssertion(server, response, seen)
    requireBoundTo(signedIn.challenge.boundTo, request.proof.jkt)
    requireRegisteredProofKey(signedIn.credential, request.proof.jkt)
    const family = newFamily(context, request, signedIn.credential)
    requireSessionKeyAllowed(context, request, family)
    const input = { ...assertionOf(server, signedIn), family, proofs: usesOf(request) }
    const result = await server.store.startFamily(input)
    if (result.outcome === 'proofUsed') throw proofReplayed()
    requireRecorded(result)
    return grantTokens(context, request, family, family.generation, family.acr)
  })
}

function readAssertion(text: string): AuthenticationResponseJSON {
  try {
    const json = parseStrictJson(new TextEncoder().encode(text), { maxBytes: maxBodyBytes, maxDepth: 8 })
    return authenticationResponse.parse(json) as AuthenticationResponseJSON
  } catch (cause) {
    const message =
      'Unexpected assertion, expected AuthenticationResponseJSON. Send the result of toJSON() unchanged.'
    throw new KeyboundError('response_malformed', message, { cause })
  }
}

function requireBoundTo(found: string | undefined, jkt: string): void {
  if (found === undefined) {
    const message =
      'Unexpected challenge for a session, expected one that is bound to the proof key. Ask for it with dpopJkt.'
    throw new KeyboundError('challenge_purpose_mismatch', message)
  }
  if (found !== jkt) {
    const message =
      'Unexpected proof key, expected the one the challenge was made for. Use the key of the options request.'
    throw new KeyboundError('dpop_key_mismatch', message, { rule: 'RFC 9449 §10' })
  }
}

/** A phone's tokens are bound to the proof key it registered, so that refreshing them takes its hardware. */
function requireRegisteredProofKey({ proofJkt }: CredentialRecord, jkt: string): void {
  if (proofJkt === null || proofJkt === jkt) return
  const message =
    'Unexpected proof key, expected the one that was registered with the credential. Sign in with that, or register again.'
  throw new KeyboundError('proof_key_mismatch', message, { rule: 'docs/devices.md, tokens' })
}

function newFamily(
  { server }: TokenContext,
  { clientId, proof }: TokenRequest,
  { account, id, level, expiresAt }: CredentialRecord,
): FamilyRecord {
  const now = server.now()
  const ends = now + server.policy.tokens.sessions[level].absolute
  return {
    id: Buffer.from(server.randomBytes(16)).toString('base64url'),
    account,
    clientId,
    credentialId: id,
    proofJkt: proof.jkt,
    generation: 0,
    rotatedProofAt: millisecondsOf(proof.issuedAt),
    acr: level,
    authTime: now,
    createdAt: now,
    lastActiveAt: now,
    expiresAt: Math.min(ends, expiresAt ?? ends),
    revokedAt: null,
  }
}
