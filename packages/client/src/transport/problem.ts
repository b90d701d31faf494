import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { PlatformResponse } from '../platform.ts'
import { object, text, Unexpected, whole } from './read.ts'

/**
 * Turns an RFC 9457 problem into the error it stands for: the server's code, its detail as the message, the seconds to
 * wait. What is no problem of this protocol is `server_answer_invalid`.
 */
export function readProblem(response: PlatformResponse): KeyboundError {
  let retryAfter = readRetryAfter(response.header('retry-after'))
  try {
    const problem = object(JSON.parse(response.body), 'problem')
    const code = text(problem.code, 'code')
    // The list of codes is the server's; only their form is checked, so that the client need not carry them all.
    if (!/^[a-z_]{1,64}$/.test(code)) throw new Unexpected('code', 'a code of this protocol')
    // A page of another origin reads the header only where the server exposes it; the member says the same.
    if (problem.retryAfter !== undefined) retryAfter = { retryAfter: whole(problem.retryAfter, 'retryAfter') }
    return new KeyboundError(code as ErrorCode, text(problem.detail, 'detail'), retryAfter)
  } catch (cause) {
    return new KeyboundError(
      'server_answer_invalid',
      `The server failed with status ${response.status} and said nothing more; try again later, and check the server’s address.`,
      { ...retryAfter, cause },
    )
  }
}

/** Seconds of a Retry-After header (RFC 9110 §10.2.3); our servers never send its date form. */
function readRetryAfter(header: string | null): { retryAfter?: number } {
  return header !== null && /^\d{1,9}$/.test(header) ? { retryAfter: Number(header) } : {}
}

/** The error for an answer that this protocol does not know. */
export function answerInvalid(cause: unknown): KeyboundError {
  const what = cause instanceof Unexpected ? ` (${cause.message})` : ''
  return new KeyboundError(
    'server_answer_invalid',
    `The server gave an answer this app does not understand${what}; check that app and server are of matching versions.`,
    { cause },
  )
}
