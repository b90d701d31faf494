import type { DpopAlgorithm, ErrorCode, KeyboundError, ProblemJSON } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { acrValuesFrom } from '../access-token/acr.ts'
import { describable } from '../internal/describable.ts'
import type { Requirements } from './requirements.ts'

/** Headers that a page of another origin must be let read: without them it gets neither nonce nor challenge (RFC 9449 §8). */
export const exposedHeaders = 'DPoP-Nonce, Retry-After, WWW-Authenticate'

/** What a refusal is told with. */
export interface ChallengeOptions {
  /** Public address of the server whose pages explain the codes: `{explainedAt}/v1/errors/{code}`. */
  readonly explainedAt: string
  readonly algorithms: readonly DpopAlgorithm[]
}

/** The answer to a refused request: status, challenge (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3) and a problem (RFC 9457). */
export function challengeResponse(
  error: KeyboundError,
  requirements: Requirements,
  nonce: string | undefined,
  { explainedAt, algorithms }: ChallengeOptions,
): Response {
  const { status, title } = catalogue[error.code]
  const { code, retryAfter } = error
  const problem: ProblemJSON = {
    type: `${explainedAt}/v1/errors/${code}`,
    title,
    status,
    detail: status < 500 ? error.message : catalogue[code].happened,
    code,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'access-control-expose-headers': exposedHeaders,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  if (status === 401) headers.set('www-authenticate', challenge(code, title, requirements, algorithms))
  if (nonce !== undefined) headers.set('dpop-nonce', nonce)
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  return new Response(JSON.stringify(problem), { status, headers })
}

function challenge(
  code: ErrorCode,
  title: string,
  requirements: Requirements,
  algorithms: readonly DpopAlgorithm[],
): string {
  const error = oauthError(code)
  const parameters = [
    // RFC 6750 §3.1: no error code when no credentials were sent.
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${describable(title)}"`]),
    ...(error === 'insufficient_user_authentication' ? stepUpParameters(requirements) : []),
    `algs="${algorithms.join(' ')}"`,
  ]
  return `DPoP ${parameters.join(', ')}`
}

function oauthError(code: ErrorCode): string | undefined {
  if (code === 'access_token_required') return undefined
  if (code === 'step_up_required') return 'insufficient_user_authentication'
  if (code === 'dpop_nonce_required') return 'use_dpop_nonce'
  // RFC 9449 §7.1 calls a token with another key than its own an invalid token.
  if (code.startsWith('dpop_') && code !== 'dpop_key_mismatch') return 'invalid_dpop_proof'
  return 'invalid_token'
}

/** RFC 9470 §3: what a new sign-in must satisfy. */
function stepUpParameters({ acr, maxAge }: Requirements): readonly string[] {
  return [
    ...(acr === undefined ? [] : [`acr_values="${acrValuesFrom(acr).join(' ')}"`]),
    ...(maxAge === undefined ? [] : [`max_age="${maxAge}"`]),
  ]
}
