import { KeyboundError } from '@keybound/protocol'
import { exposedHeaders } from '../tokens/protect/challenge.ts'

/** Which pages may call: the configured origins, compared exactly, and nobody else (attack F11). */
export interface OriginRules {
  /** Refuses with `origin_not_allowed` what would change state from a page of another origin. */
  check(method: string, origin: string | null): void
  /** CORS headers for an answer (Fetch §3.2). Empty for other origins and for clients that are not pages. */
  headersFor(origin: string | null): Readonly<Record<string, string>>
  /** The answer to a preflight. Refuses with `origin_not_allowed`. */
  preflight(origin: string | null): Readonly<Record<string, string>>
}

export function createOriginRules(origins: readonly string[]): OriginRules {
  const allowed = new Map(
    origins.map((origin) => [
      origin,
      {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': exposedHeaders,
      },
    ]),
  )
  const none = {}

  function requireAllowed(origin: string | null): void {
    if (origin !== null && allowed.has(origin)) return
    throw new KeyboundError(
      'origin_not_allowed',
      'Unexpected origin of the calling page, expected a configured one. Add it to the origins of the server if it is yours.',
    )
  }

  return {
    check(method, origin) {
      // Apps and servers send no Origin; a browser always does where state could change (Fetch §4.6).
      if (origin !== null && method !== 'GET' && method !== 'HEAD') requireAllowed(origin)
    },
    headersFor: (origin) => (origin === null ? none : (allowed.get(origin) ?? none)),
    preflight(origin) {
      requireAllowed(origin)
      return {
        'access-control-allow-methods': 'GET, POST, DELETE',
        'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
        'access-control-max-age': '600',
      }
    },
  }
}
