import { hash } from 'node:crypto'
import { type DpopAlgorithm, type EpochSeconds, KeyboundError } from '@keybound/protocol'
import { optionalText, requireText, requireTime } from '../internal/claims.ts'
import { isSignedBy } from '../internal/signature.ts'
import {
  type JsonObject,
  type JwsFormat,
  type JwsParts,
  readerChangingHeaders,
  readJwsPayload,
  splitJws,
} from '../internal/strict-jws.ts'
import { normaliseHttpUri } from './http-uri.ts'
import { type ProofKey, type ProofKeyCache, readProofHeader } from './proof-key.ts'

/** What a proof must match: the request as the server knows it, never as the client's headers claim it. */
export interface ExpectedProof {
  /** HTTP method of the request. */
  readonly method: string
  /** Public address of the request: the configured public URL and the path; never built from the Host header. */
  readonly url: string
  readonly now: EpochSeconds
  /** Access token that came with the proof; its hash must be in the proof. */
  readonly accessToken?: string
  /** Thumbprint of the only key that may have made the proof (`cnf.jkt` of a token, the family's proof key). */
  readonly boundTo?: string
  /** Whether a nonce is one of ours and of now. Where given, proofs without a nonce are refused (RFC 9449 §8). */
  readonly acceptsNonce?: (nonce: string, now: EpochSeconds) => boolean | Promise<boolean>
}

/** How strict, and where imported keys are kept. */
export interface ProofRules {
  /** Algorithms that are accepted. Default ES256 alone. */
  readonly algorithms?: readonly DpopAlgorithm[]
  /** Seconds a proof may be old, 1 to 60. Default 60. */
  readonly maxAge?: number
  /**
   * Seconds a client's clock may be ahead, 0 to 60. Default 60, the most of FAPI 2.0 §5.3.2.1: what a proof made in advance
   * could gain is bounded by its nonce, and clocks of devices are often half a minute off.
   */
  readonly clockTolerance?: number
  /** The header type. Default `dpop+jwt`. */
  readonly typ?: string
  readonly keys?: ProofKeyCache
}

/** A proof all of whose claims were checked, but not yet that it is used for the first time. */
export interface VerifiedProof {
  /** RFC 7638 thumbprint of the key that made it. */
  readonly jkt: string
  readonly algorithm: DpopAlgorithm
  readonly jti: string
  readonly issuedAt: EpochSeconds
  readonly nonce: string | undefined
  /** All claims, for those of ours; the standard ones are checked already. */
  readonly claims: JsonObject
  /** After this time the proof is too old whatever else holds: a replay store may forget it. */
  readonly expiresAt: EpochSeconds
}

const proofFormat: JwsFormat = {
  what: 'DPoP proof',
  code: 'dpop_proof_malformed',
  // An ES256 proof with nonce and token hash has about 700 characters.
  maxLength: 4096,
  refusedHeaders: readerChangingHeaders,
}

/**
 * Checks a DPoP proof: RFC 9449 §4.3, checks 2 to 12. (Check 1, one header, is the caller's: see `onlyProof`.)
 * What costs little comes first, the signature last; nothing is remembered, so the caller still has to make sure
 * that the proof is used once.
 *
 * Refuses with one of the `dpop_…` codes; the rule of the error names the check.
 */
export async function verifyDpopProof(
  proof: string,
  expected: ExpectedProof,
  rules: ProofRules = {},
): Promise<VerifiedProof> {
  const { algorithms = ['ES256'], typ = 'dpop+jwt', keys } = rules
  // Check 2: a well-formed JWT, after bounding its size.
  const parts = splitJws(proof, proofFormat)
  // Checks 4, 5, 7: type, algorithm, public key.
  const cacheKey = `${typ} ${parts.header}`
  const known = keys?.get(cacheKey)
  const proofKey = known ?? readProofHeader(parts.header, typ, algorithms, proofFormat)
  // A cached header is judged by the rules of this call too.
  requireListed(proofKey, algorithms)
  // Checks 3 and 8 to 12: claims.
  const claims = readJwsPayload(parts.payload, proofFormat)
  const checked = await checkClaims(claims, proofKey, expected, rules)
  // Check 6: the signature by the key in the header.
  requireSignature(parts, proofKey)
  // Only proven keys are kept, so that junk cannot push out the keys of devices.
  if (known === undefined) keys?.set(cacheKey, proofKey)
  return checked
}

async function checkClaims(
  claims: JsonObject,
  proofKey: ProofKey,
  expected: ExpectedProof,
  rules: ProofRules,
): Promise<VerifiedProof> {
  // Check 3: the required claims, bounded.
  const jti = requireText(claims, 'jti', proofFormat)
  const method = requireText(claims, 'htm', proofFormat, 32)
  const uri = requireText(claims, 'htu', proofFormat, 2048)
  const issuedAt = requireTime(claims, 'iat', proofFormat)
  const nonce = optionalText(claims, 'nonce', proofFormat)
  requireMethod(method, expected.method)
  requireUri(uri, expected.url)
  const expiresAt = requireFresh(issuedAt, expected.now, rules)
  requireTokenHash(claims, expected.accessToken)
  requireKey(proofKey.jkt, expected.boundTo)
  await requireNonce(nonce, expected)
  return { jkt: proofKey.jkt, algorithm: proofKey.algorithm, jti, issuedAt, nonce, claims, expiresAt }
}

function requireListed(key: ProofKey, algorithms: readonly DpopAlgorithm[]): void {
  if (!algorithms.includes(key.algorithm)) {
    const message = `Unexpected proof algorithm, expected one of ${algorithms.join(', ')}. Sign proofs with ES256.`
    throw new KeyboundError('dpop_algorithm_not_allowed', message, { rule: 'RFC 9449 §4.3 check 5' })
  }
}

/** Check 6. The algorithm is that of the imported key, so a header cannot choose another one. */
function requireSignature(parts: JwsParts, proofKey: ProofKey): void {
  if (isSignedBy(parts, proofKey)) return
  const message =
    'Unexpected proof signature, expected one by the key in the header. Sign with its private half.'
  throw new KeyboundError('dpop_signature_invalid', message, { rule: 'RFC 9449 §4.3 check 6' })
}

/** Check 8. Methods are case-sensitive (RFC 9110 §9.1). */
function requireMethod(found: string, expected: string): void {
  if (found !== expected) {
    const message = `Unexpected htm, expected ${expected}. Make a proof for each request.`
    throw new KeyboundError('dpop_method_mismatch', message, { rule: 'RFC 9449 §4.3 check 8' })
  }
}

/** Check 9. */
function requireUri(found: string, expected: string): void {
  const normal = normaliseHttpUri(found)
  if (normal === undefined || normal !== normaliseHttpUri(expected)) {
    const message = `Unexpected htu, expected ${expected}. Use the public address of the server.`
    throw new KeyboundError('dpop_uri_mismatch', message, { rule: 'RFC 9449 §4.3 check 9' })
  }
}

/** Check 11 (and §11.1). Answers when the proof ends. */
function requireFresh(issuedAt: number, now: EpochSeconds, rules: ProofRules): EpochSeconds {
  const { maxAge = 60, clockTolerance = 60 } = rules
  if (issuedAt < now - maxAge || issuedAt > now + clockTolerance) {
    const message = `Unexpected iat ${Math.round(issuedAt - now)} seconds from now, expected at most ${maxAge} before and ${clockTolerance} after. Check the clock of the device.`
    throw new KeyboundError('dpop_proof_expired', message, { rule: 'RFC 9449 §4.3 check 11' })
  }
  return Math.ceil(issuedAt + maxAge)
}

/** Check 12, first half. A proof made for a token is also refused where none came. */
function requireTokenHash(claims: JsonObject, accessToken: string | undefined): void {
  const found = optionalText(claims, 'ath', proofFormat)
  const expected = accessToken === undefined ? undefined : hashAccessToken(accessToken)
  if (found !== expected) {
    const message =
      'Unexpected ath, expected the SHA-256 of the access token that was sent. Make the proof for this token.'
    throw new KeyboundError('dpop_token_mismatch', message, { rule: 'RFC 9449 §4.3 check 12' })
  }
}

/** Check 12, second half; for refresh tokens RFC 9449 §5. */
function requireKey(jkt: string, boundTo: string | undefined): void {
  if (boundTo !== undefined && jkt !== boundTo) {
    const message =
      'Unexpected proof key, expected the one the token is bound to. Use the key it was issued to.'
    throw new KeyboundError('dpop_key_mismatch', message, { rule: 'RFC 9449 §4.3 check 12' })
  }
}

/** Check 10 (and §8, §9). */
async function requireNonce(nonce: string | undefined, expected: ExpectedProof): Promise<void> {
  if (expected.acceptsNonce === undefined) return
  if (nonce === undefined || !(await expected.acceptsNonce(nonce, expected.now))) {
    const message =
      'Unexpected nonce, expected the newest one of this server. Repeat with the one in the DPoP-Nonce header.'
    throw new KeyboundError('dpop_nonce_required', message, { rule: 'RFC 9449 §4.3 check 10' })
  }
}

/** `ath` of an access token: base64url(SHA-256(ASCII(token))) (RFC 9449 §4.2). */
export function hashAccessToken(token: string): string {
  return hash('sha256', Buffer.from(token, 'latin1'), 'base64url')
}

/**
 * Check 1: the value of exactly one DPoP header. HTTP joins repeated headers with a comma, which no JWT contains.
 * Refuses with `dpop_proof_required`.
 */
export function onlyProof(headers: Headers): string {
  const value = headers.get('dpop')
  if (value === null || value === '' || value.includes(',')) {
    const message = `Unexpected ${value ? 'number of DPoP headers' : 'absence of a DPoP header'}, expected exactly one. Send one proof with each request.`
    throw new KeyboundError('dpop_proof_required', message, { rule: 'RFC 9449 §4.3 check 1' })
  }
  return value
}
