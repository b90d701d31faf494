import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'
import { importPublicJwk } from '../internal/signature.ts'
import type { IssuerKey, IssuerKeys } from './keys.ts'

export interface RemoteKeysOptions {
  /** The issuer's `jwks_uri`. Configured, never taken from a token. */
  readonly url: string
  /** Default: the global fetch. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Seconds after which the keys are read again. Default 300, what the issuer lets caches keep them. */
  readonly maxAge?: number
  /** Seconds between two readings because of an unknown `kid`. Default 30: forged tokens cannot make it hammer. */
  readonly cooldown?: number
  /** Seconds for which old keys serve while the issuer cannot be reached. Default 3600. */
  readonly maxStale?: number
  /** Milliseconds one reading may take. Default 5000. */
  readonly timeout?: number
}

const maxBytes = 65_536
const maxKeys = 32

/**
 * The issuer's keys as its JWKS shows them, for resource servers apart from it. Read when first needed and again
 * after `maxAge`; never from an address that a token names.
 *
 * `find` refuses with `issuer_keys_unavailable` when there are no keys that are fresh enough.
 */
export function createRemoteKeys(options: RemoteKeysOptions): IssuerKeys {
  const { url, fetch = globalThis.fetch, maxAge = 300, cooldown = 30, maxStale = 3600 } = options
  let keys: ReadonlyMap<string, IssuerKey> = new Map()
  let readAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let failure: unknown
  let reading: Promise<void> | undefined

  async function read(now: EpochSeconds): Promise<void> {
    triedAt = now
    try {
      keys = await requestKeys(url, fetch, options.timeout ?? 5000, keys)
      readAt = now
    } catch (error) {
      failure = error
    }
  }

  /** One reading at a time, for all who wait. */
  function readOnce(now: EpochSeconds): Promise<void> {
    reading ??= read(now).finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    async find(kid, now) {
      // Old keys serve on for a while: an issuer that restarts must not take every resource with it.
      const usable = () => now - readAt <= maxStale
      const due = now - readAt > maxAge || !keys.has(kid)
      const mayTry = reading !== undefined || now - triedAt >= (usable() ? cooldown : 1)
      if (due && mayTry) await readOnce(now)
      if (usable()) return keys.get(kid)
      const message = `Unexpected answer for the keys at ${url}, expected a JWKS. Check the address and the connection.`
      throw new KeyboundError('issuer_keys_unavailable', message, { cause: failure, retryAfter: 1 })
    },
  }
}

async function requestKeys(
  url: string,
  fetch: (request: Request) => Promise<Response>,
  timeout: number,
  known: ReadonlyMap<string, IssuerKey>,
): Promise<ReadonlyMap<string, IssuerKey>> {
  const request = new Request(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
  })
  const response = await fetch(request)
  if (response.status !== 200) throw new Error(`status ${response.status}`)
  const body = new Uint8Array(await response.arrayBuffer())
  return importKeys(parseStrictJson(body, { maxBytes, maxDepth: 6 }), known)
}

/** Imports the ES256 signature keys and skips the others (RFC 7517 §5). Keys that did not change stay the same objects. */
function importKeys(jwks: JsonValue, known: ReadonlyMap<string, IssuerKey>): ReadonlyMap<string, IssuerKey> {
  const list = (jwks as { keys?: JsonValue } | null)?.keys
  if (!Array.isArray(list) || list.length > maxKeys) throw new Error('no JWKS')
  const keys = new Map<string, IssuerKey>()
  for (const jwk of list as { readonly [name: string]: JsonValue }[]) {
    const { kty, crv, x, y, kid, use = 'sig', alg = 'ES256', d } = jwk
    if (kty !== 'EC' || crv !== 'P-256' || use !== 'sig' || alg !== 'ES256' || typeof kid !== 'string')
      continue
    if (typeof x !== 'string' || typeof y !== 'string' || d !== undefined) continue
    if (keys.has(kid)) throw new Error('kid twice')
    const key = importPublicJwk({ kty, crv, x, y }, 'ES256')
    const before = known.get(kid)
    keys.set(kid, before?.key.equals(key.key) ? before : key)
  }
  return keys
}
