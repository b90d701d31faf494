import { type Acr, type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { problemOf } from '../http/problem.ts'
import type { ServerContext } from '../internal/context.ts'
import { acrValuesFrom } from '../tokens/access-token/acr.ts'

/** Who asks, and how they signed in. */
export interface SignedSession {
  readonly account: string
  readonly acr: Acr
  readonly authTime: EpochSeconds
}

/** Whether a session may send approvals: no password stands in for a key (attack F12), and no session that is merely kept alive. */
export function isSignedLately({ acr, authTime }: SignedSession, now: EpochSeconds, maxAge: number): boolean {
  return acr !== 'pwd' && now - authTime <= maxAge
}

/**
 * Answers `step_up_required` with the challenge of RFC 9470 §3, in the scheme the request came with, so that a client
 * knows what sign-in to ask the user for. Other errors stay as they are.
 */
export function stepUpAnswer(
  context: ServerContext,
  request: Request,
  error: unknown,
  maxAge = context.policy.transactions.sessionMaxAge,
): Response {
  if (!(error instanceof KeyboundError) || error.code !== 'step_up_required') throw error
  const { publicUrl, realm } = context
  const { json, headers } = problemOf(error, publicUrl, realm, () => '')
  const scheme = /^dpop /i.test(request.headers.get('authorization') ?? '') ? 'DPoP' : 'Bearer'
  const challenge = [
    'error="insufficient_user_authentication"',
    `error_description="${json.title}"`,
    `acr_values="${acrValuesFrom('W').join(' ')}"`,
    `max_age="${maxAge}"`,
  ]
  const answered = new Headers({ ...headers, 'www-authenticate': `${scheme} ${challenge.join(', ')}` })
  return new Response(JSON.stringify(json), { status: json.status, headers: answered })
}
