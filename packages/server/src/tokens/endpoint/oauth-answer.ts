import { type ErrorCode, KeyboundError, type ProblemJSON } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { describable } from '../internal/describable.ts'

/** Codes with an error of their own in RFC 6749 §5.2, RFC 8707 §2 and RFC 9449 §5, §8. */
const oauthErrors: { readonly [C in ErrorCode]?: string } = {
  invalid_request: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  payload_too_large: 'invalid_request',
  session_key_proof_invalid: 'invalid_request',
  session_key_not_allowed: 'invalid_request',
  scope_not_supported: 'invalid_scope',
  client_unknown: 'invalid_client',
  grant_type_unsupported: 'unsupported_grant_type',
  resource_unknown: 'invalid_target',
  dpop_nonce_required: 'use_dpop_nonce',
}

/** Everything else that a client can get wrong is in the proof or in the grant. */
function oauthErrorOf(code: ErrorCode): string {
  return oauthErrors[code] ?? (code.startsWith('dpop_') ? 'invalid_dpop_proof' : 'invalid_grant')
}

/** An answer of the token endpoint: never stored (RFC 6749 §5.1), with a nonce for the next proof (RFC 9449 §8.2). */
export function oauthAnswer(json: object, nonce: string | undefined, status = 200): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (nonce !== undefined) headers['dpop-nonce'] = nonce
  return new Response(JSON.stringify(json), { status, headers })
}

/** What a refusal is told with. */
export interface RefusalOptions {
  /** Public address of the server whose pages explain the codes. */
  readonly explainedAt: string
  readonly nonce?: string
  /** Header `Authorization` of the request. */
  readonly authorization: string | null
}

/**
 * The refusal of an OAuth endpoint: `error` and `error_description` (RFC 6749 §5.2) and an RFC 9457 problem in one
 * JSON, so that both kinds of client read what they know. The status is 400 for all of them, as RFC 6749 and RFC 9449
 * want it, but for clients that tried to authenticate by header; failures that no client caused (5xx) are not for here.
 */
export function oauthRefusal(
  error: KeyboundError,
  { explainedAt, nonce, authorization }: RefusalOptions,
): Response {
  const { code, message } = error
  const scheme = code === 'client_unknown' ? schemeOf(authorization) : undefined
  const status = scheme === undefined ? statusOf(code) : 401
  const problem: ProblemJSON = {
    type: `${explainedAt}/v1/errors/${code}`,
    title: catalogue[code].title,
    status,
    detail: message,
    code,
  }
  const oauth = { error: oauthErrorOf(code), error_description: describable(message) }
  const answer = oauthAnswer({ ...oauth, ...problem }, nonce, status)
  if (scheme !== undefined) answer.headers.set('www-authenticate', `${scheme} realm="${explainedAt}"`)
  return answer
}

function statusOf(code: ErrorCode): number {
  return code === 'payload_too_large' || code === 'unsupported_media_type' ? catalogue[code].status : 400
}

/**
 * RFC 6749 §5.2: a client that failed to authenticate by header is answered 401 with a challenge of the scheme it used.
 * Clients are public here, so none needs to; one that names itself in `client_id` besides is taken as that.
 */
function schemeOf(authorization: string | null): string | undefined {
  return /^[A-Za-z][A-Za-z0-9-]*/.exec(authorization ?? '')?.[0]
}

/** Whether a thrown error is a refusal of what the client sent. */
export function isRefusal(error: unknown): error is KeyboundError {
  return (
    error instanceof KeyboundError &&
    catalogue[error.code].status >= 400 &&
    catalogue[error.code].status < 500
  )
}
