import type { ErrorCode } from '../errors/keybound-error.ts'

/** An RFC 9457 problem (`application/problem+json`) as our server sends it. */
export interface ProblemJSON {
  /** Address of the page about this code on the server that answered: `{publicUrl}/v1/errors/{code}`. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  /** Seconds, equal to the Retry-After header. */
  readonly retryAfter?: number
  /** `urn:uuid:…` of the occurrence, to find it in the server log; with 5xx only. */
  readonly instance?: string
}
