import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { optionalText, optionalTime, requireText, requireTime } from '../internal/claims.ts'
import { isSignedBy } from '../internal/signature.ts'
import {
  type JsonObject,
  type JwsFormat,
  malformed,
  readerChangingHeaders,
  readJwsHeader,
  readJwsPayload,
  splitJws,
} from '../internal/strict-jws.ts'
import type { IssuerKey, IssuerKeys } from './keys.ts'

/** What a token must be for: the resource's own configuration. */
export interface ExpectedAccessToken {
  readonly issuer: string
  /** Names this resource; several where it goes by several names. */
  readonly audience: string | readonly string[]
  /** Where given, the token must carry this realm. */
  readonly realm?: string
  readonly now: EpochSeconds
  /** Seconds by which the issuer's clock may differ, 0 to 300. Default 10. */
  readonly clockTolerance?: number
  /** Longest `exp` − `iat` in seconds that is believed. Default 600. */
  readonly maxLifetime?: number
}

/** A token that was signed by the issuer; its claims are checked against no resource yet. */
export interface SignedAccessToken {
  readonly kid: string
  readonly key: IssuerKey
  readonly claims: JsonObject
}

/** What a verified token says. */
export interface AccessToken {
  readonly account: string
  readonly tokenId: string
  readonly issuedAt: EpochSeconds
  readonly expiresAt: EpochSeconds
  /** The claims below are written by our issuer always, and absent from other issuers' tokens at most. */
  readonly clientId: string | undefined
  readonly realm: string | undefined
  /** Family of refresh tokens (`sid`). */
  readonly session: string | undefined
  readonly acr: string | undefined
  readonly amr: readonly string[]
  readonly authTime: EpochSeconds | undefined
  /** Thumbprint of the key it is bound to. */
  readonly jkt: string | undefined
}

const tokenFormat: JwsFormat = {
  what: 'access token',
  code: 'access_token_malformed',
  // Ours have about 700 characters.
  maxLength: 8192,
  refusedHeaders: [...readerChangingHeaders, 'jwk'],
}

/**
 * Verifies an RFC 9068 access token as §4 asks of a resource server, and strictly: one algorithm per key, keys of
 * the issuer only, no key from the token, bounded size and lifetime, no member twice.
 *
 * Refuses with an `access_token_…` code; `issuer_keys_unavailable` when the keys cannot be read.
 */
export async function verifyAccessToken(
  token: string,
  keys: IssuerKeys,
  expected: ExpectedAccessToken,
): Promise<AccessToken> {
  return checkAccessToken(await readSignedToken(token, keys, expected.now), expected)
}

/** The half of the verification that depends on nothing but the token and the issuer's keys. */
export async function readSignedToken(
  token: string,
  keys: IssuerKeys,
  now: EpochSeconds,
): Promise<SignedAccessToken> {
  const parts = splitJws(token, tokenFormat)
  const header = readJwsHeader(parts.header, tokenFormat)
  requireType(header.typ)
  const kid = requireText(header, 'kid', tokenFormat, 128)
  const key = await keys.find(kid, now)
  // RFC 9068 §4, RFC 8725 §3.1: the key is one of the issuer's, and the algorithm is the key's.
  if (key === undefined || header.alg !== key.algorithm) throw notOurs('key')
  const claims = readJwsPayload(parts.payload, tokenFormat)
  if (!isSignedBy(parts, key)) throw notOurs('signature')
  return { kid, key, claims }
}

/** The half that depends on the time and the resource. */
export function checkAccessToken({ claims }: SignedAccessToken, expected: ExpectedAccessToken): AccessToken {
  const account = requireText(claims, 'sub', tokenFormat)
  const tokenId = requireText(claims, 'jti', tokenFormat)
  requireIssuer(requireText(claims, 'iss', tokenFormat, 2048), expected.issuer)
  requireAudience(claims, expected.audience)
  const realm = requireRealm(optionalText(claims, 'realm', tokenFormat), expected.realm)
  const { issuedAt, expiresAt } = requireValidNow(claims, expected)
  return {
    account,
    tokenId,
    issuedAt,
    expiresAt,
    realm,
    // RFC 9068 §4 does not list `client_id` among what a resource server checks; where present it is text.
    clientId: optionalText(claims, 'client_id', tokenFormat),
    session: optionalText(claims, 'sid', tokenFormat),
    acr: optionalText(claims, 'acr', tokenFormat),
    amr: optionalTexts(claims, 'amr'),
    authTime: optionalTime(claims, 'auth_time', tokenFormat),
    jkt: optionalThumbprint(claims),
  }
}

/** RFC 9068 §4: `at+jwt` or its full media type, which compare without case (RFC 7515 §4.1.9); refuse any other. */
function requireType(typ: unknown): void {
  const name = typeof typ === 'string' ? typ.toLowerCase() : undefined
  if (name !== 'at+jwt' && name !== 'application/at+jwt') {
    throw malformed(tokenFormat, 'header member typ', 'at+jwt', 'RFC 9068 §4')
  }
}

/** RFC 9068 §4: exactly the expected issuer. */
function requireIssuer(found: string, expected: string): void {
  if (found !== expected) {
    const message = `Unexpected iss, expected ${expected}. Get a token from there.`
    throw new KeyboundError('access_token_issuer_mismatch', message, { rule: 'RFC 9068 §4' })
  }
}

/** RFC 9068 §4: `aud` is, or contains, this resource. */
function requireAudience(claims: JsonObject, expected: string | readonly string[]): void {
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : optionalTexts(claims, 'aud')
  if (audiences.length === 0) throw malformed(tokenFormat, 'absence of aud', 'the claim', 'RFC 9068 §2.2')
  const names = typeof expected === 'string' ? [expected] : expected
  if (!audiences.some((name) => names.includes(name))) {
    const message = `Unexpected aud, expected ${names.join(' or ')}. Ask the token endpoint for a token for this resource.`
    throw new KeyboundError('access_token_audience_mismatch', message, { rule: 'RFC 9068 §4' })
  }
}

/** A realm is a tenant of its own: where the resource belongs to one, tokens without it are refused too. */
function requireRealm(found: string | undefined, expected: string | undefined): string | undefined {
  if (expected !== undefined && found !== expected) {
    const message =
      'Unexpected realm, expected that of this resource. Get a token from the realm you sign in to.'
    throw new KeyboundError('access_token_realm_mismatch', message, { rule: 'RFC 8725 §3.9' })
  }
  return found
}

/** RFC 9068 §4 and RFC 7519 §4.1.4-6, with an upper bound on the lifetime. */
function requireValidNow(claims: JsonObject, expected: ExpectedAccessToken) {
  const { now, clockTolerance = 10, maxLifetime = 600 } = expected
  const issuedAt = requireTime(claims, 'iat', tokenFormat)
  const expiresAt = requireTime(claims, 'exp', tokenFormat)
  const notBefore = optionalTime(claims, 'nbf', tokenFormat) ?? issuedAt
  if (expiresAt <= issuedAt || expiresAt - issuedAt > maxLifetime) {
    throw malformed(tokenFormat, 'lifetime', `at most ${maxLifetime} seconds`, 'RFC 8725 §3.10')
  }
  if (now >= expiresAt + clockTolerance || Math.max(issuedAt, notBefore) > now + clockTolerance) {
    const message = 'Unexpected time, expected one between iat and exp of the access token. Refresh it.'
    throw new KeyboundError('access_token_expired', message, { rule: 'RFC 9068 §4' })
  }
  return { issuedAt, expiresAt }
}

/** `cnf` holds exactly a key thumbprint (RFC 9449 §6.1), or is absent. */
function optionalThumbprint(claims: JsonObject): string | undefined {
  const confirmation = claims.cnf
  if (confirmation === undefined) return undefined
  if (typeof confirmation !== 'object' || confirmation === null || Array.isArray(confirmation)) {
    throw malformed(tokenFormat, 'claim cnf', 'an object with jkt', 'RFC 7800 §3.1')
  }
  return requireText(confirmation as JsonObject, 'jkt', tokenFormat, 43)
}

function optionalTexts(claims: JsonObject, name: string): readonly string[] {
  const value = claims[name] ?? []
  if (!Array.isArray(value) || value.length > 16 || !value.every((item) => typeof item === 'string')) {
    throw malformed(tokenFormat, `claim ${name}`, 'a list of texts', 'RFC 7519 §4.1.3')
  }
  return value as readonly string[]
}

function notOurs(what: string): KeyboundError {
  const message = `Unexpected ${what} of the access token, expected one of the issuer's current ones. Get a new token.`
  return new KeyboundError('access_token_signature_invalid', message, { rule: 'RFC 9068 §4' })
}
