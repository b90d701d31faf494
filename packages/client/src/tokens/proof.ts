import { encodeBase64Url, type PublicJwk } from '@keybound/protocol'
import type { SigningKey } from '../platform-vault.ts'
import type { KeyPlatform } from './key-platform.ts'

const utf8 = new TextEncoder()

/** The SHA-256 of ASCII text, base64url. */
export async function hashOf({ vault }: KeyPlatform, text: string): Promise<string> {
  return encodeBase64Url(await vault.sha256(utf8.encode(text)))
}

/** RFC 7638 §3.1 thumbprint. */
export function thumbprint(platform: KeyPlatform, { kty, crv, x, y }: PublicJwk): Promise<string> {
  return hashOf(platform, JSON.stringify({ crv, kty, x, y }))
}

/** The request that a proof is for. */
export interface ProofTarget {
  readonly method: string
  /** Absolute; query and fragment are left out of the proof. */
  readonly url: string
}

/** A proof (RFC 9449 §4.2), or one of the same form and another type. Serves once. */
export async function makeProof(
  { vault, nonces }: KeyPlatform,
  key: SigningKey,
  typ: string,
  { method, url }: ProofTarget,
  claims: object,
): Promise<string> {
  const { origin, pathname } = new URL(url)
  const encode = (part: object) => encodeBase64Url(utf8.encode(JSON.stringify(part)))
  const header = { typ, alg: 'ES256', jwk: key.jwk }
  const now = vault.now() / 1000
  const payload = {
    jti: encodeBase64Url(await vault.randomBytes(16)),
    htm: method,
    htu: origin + pathname,
    // To the token endpoint with its fraction: a refresh that was overtaken on its way is told from a copy by it
    // (docs/tokens.md). Resources may be others' code, some of which reads whole seconds alone.
    iat: 'ath' in claims ? Math.floor(now) : now,
    nonce: nonces.get(origin),
    ...claims,
  }
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${encodeBase64Url(await key.sign(utf8.encode(signed)))}`
}
