import { type ErrorCode, KeyboundError, type ProblemJSON } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'

/** An RFC 9457 problem with the headers that belong to it. */
export interface Problem {
  readonly json: ProblemJSON
  readonly headers: Readonly<Record<string, string>>
  /** Set when this was not a refusal but a failure that somebody must look at. */
  readonly failed: boolean
}

/**
 * Turns whatever was thrown into a problem. Refusals say what they found and expected; failures (5xx, and codes no
 * client should ever see) say only what the catalogue says, and carry an instance to find them by.
 */
export function problemOf(
  error: unknown,
  publicUrl: string,
  realm: string,
  newInstance: () => string,
): Problem {
  const refusal = error instanceof KeyboundError && catalogue[error.code].status >= 400 ? error : undefined
  const code: ErrorCode = refusal?.code ?? 'internal'
  const { status, title, happened } = catalogue[code]
  const expected = status < 500 || code === 'overloaded'
  const retryAfter = refusal?.retryAfter ?? (code === 'store_unavailable' ? 5 : undefined)
  return {
    json: {
      type: `${publicUrl}/v1/errors/${code}`,
      title,
      status,
      detail: expected && refusal !== undefined ? refusal.message : happened,
      code,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(expected ? {} : { instance: newInstance() }),
    },
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      // RFC 9110 §15.5.2 wants a challenge with every 401; RFC 6750 §3 gives its form.
      ...(status === 401 ? { 'www-authenticate': `Bearer realm="${realm}"` } : {}),
    },
    failed: !expected,
  }
}
