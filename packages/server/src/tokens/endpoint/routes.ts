import { type FamiliesAnswer, KeyboundError } from '@keybound/protocol'
import * as schemas from '@keybound/protocol/schemas'
import { openRoute, type Route, sessionRoute } from '../../http/route.ts'
import { familyEnd } from '../refresh/limits.ts'
import { jwksAnswer, jwksPath, metadataAnswer, metadataPath, revocationPath } from './metadata.ts'
import { answerRevocation } from './revocation.ts'
import { answerTokenRequest, tokenPath } from './token-endpoint.ts'
import type { Tokens } from './tokens.ts'

/** The paths that come with tokens. */
export function createTokenRoutes(tokens: Tokens): readonly Route[] {
  return [...oauthRoutes(tokens), ...sessionRoutes(tokens)]
}

/** Codes of proofs. */
const proofCodes = [
  'dpop_proof_required',
  'dpop_proof_malformed',
  'dpop_algorithm_not_allowed',
  'dpop_key_invalid',
  'dpop_signature_invalid',
  'dpop_method_mismatch',
  'dpop_uri_mismatch',
  'dpop_proof_expired',
  'dpop_nonce_required',
  'dpop_token_mismatch',
  'dpop_key_mismatch',
  'dpop_proof_replayed',
] as const

const formCodes = [
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
  'client_unknown',
] as const

function oauthRoutes({ context }: Tokens): readonly Route[] {
  return [
    openRoute({
      method: 'POST',
      path: tokenPath,
      summary: 'Token endpoint (RFC 6749, RFC 9449): a form and a DPoP proof; refusals are RFC 6749 errors',
      answer: schemas.tokenAnswer,
      codes: [
        ...formCodes,
        ...proofCodes,
        'grant_type_unsupported',
        'resource_unknown',
        'scope_not_supported',
        'session_key_proof_invalid',
        'session_key_not_allowed',
        'proof_key_mismatch',
        'credential_expired',
        'refresh_token_invalid',
        'refresh_token_expired',
        'refresh_token_revoked',
        'refresh_token_replayed',
        'refresh_token_superseded',
        'refresh_token_key_mismatch',
      ],
      handle: ({ request, clientAddress }) => answerTokenRequest(context, request, clientAddress),
    }),
    openRoute({
      method: 'POST',
      path: revocationPath,
      summary: 'End the session of a refresh or access token (RFC 7009)',
      codes: formCodes,
      handle: ({ request, clientAddress }) => answerRevocation(context, request, clientAddress),
    }),
    openRoute({
      method: 'GET',
      path: jwksPath,
      summary: 'Public keys of access tokens (RFC 7517)',
      codes: [],
      handle: () => jwksAnswer(context.server),
    }),
    openRoute({
      method: 'GET',
      path: metadataPath,
      summary: 'Metadata of the token endpoint (RFC 8414)',
      codes: [],
      handle: () => metadataAnswer(context.server),
    }),
  ]
}

/** ASVS 5.0 §7.5.2: a user sees and ends their sessions. */
function sessionRoutes({ context, sessions }: Tokens): readonly Route[] {
  const { policy } = context.server
  return [
    sessionRoute({
      method: 'GET',
      path: '/v1/sessions',
      summary: 'Sessions of this account that can be refreshed, newest first',
      answer: schemas.familiesAnswer,
      codes: [],
      handle: async ({ session, family }) => {
        const families = await sessions.list(session.account)
        const answer: FamiliesAnswer = {
          sessions: families.map((each) => ({
            id: each.id,
            clientId: each.clientId,
            credentialId: each.credentialId,
            acr: each.acr,
            authTime: each.authTime,
            lastActiveAt: each.lastActiveAt,
            expiresAt: familyEnd(each, policy.tokens.sessions),
            current: each.id === family,
          })),
        }
        return { json: answer }
      },
    }),
    sessionRoute({
      method: 'DELETE',
      path: '/v1/sessions/:id',
      summary: 'End one session of this account',
      answer: null,
      codes: ['family_unknown'],
      handle: async ({ session, params }) => {
        const own = await sessions.list(session.account)
        const family = own.find(({ id }) => id === params.id)
        if (family === undefined) throw familyUnknown()
        await sessions.revoke({ family: family.id })
        return { status: 204 }
      },
    }),
  ]
}

function familyUnknown(): KeyboundError {
  const message = 'Unexpected session id, expected a live one of this account. List the sessions again.'
  return new KeyboundError('family_unknown', message)
}
