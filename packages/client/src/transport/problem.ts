import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { PlatformResponse } from '../platform.ts'
import { matching, optional, readJson, shape, text, whole } from '../read.ts'

const problem = shape<{ code: string; detail: string; retryAfter?: number }>({
  // The list of codes is the server's; only their form is checked, so that the client need not carry them all.
  code: matching(/^[a-z_]{1,64}$/),
  detail: text,
  retryAfter: optional(whole),
})

/**
 * Turns an RFC 9457 problem into the error it stands for: the server's code, its detail as the message, the seconds to
 * wait. What is no problem of this protocol is `server_answer_invalid`.
 */
export function readProblem({ status, header, body }: PlatformResponse): KeyboundError {
  // Only seconds (RFC 9110 §10.2.3): our servers never send a date. The member says the same, and is readable from
  // pages of another origin too.
  const waiting = /^\d{1,9}$/.exec(header('retry-after') ?? '')
  const byHeader = waiting && { retryAfter: Number(waiting[0]) }
  try {
    const { code, detail, ...byMember } = problem(readJson(body), 'problem')
    return new KeyboundError(code as ErrorCode, detail, { ...byHeader, ...byMember })
  } catch (cause) {
    return new KeyboundError(
      'server_answer_invalid',
      `The server failed (status ${status}); try again later.`,
      { ...byHeader, cause },
    )
  }
}
