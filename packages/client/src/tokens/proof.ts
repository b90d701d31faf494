import { encodeBase64Url, type PublicJwk } from '@keybound/protocol'
import type { Platform } from '../platform.ts'
import type { PlatformVault, SigningKey } from '../platform-vault.ts'

/** A platform with keys. */
export type KeyPlatform = Platform & { readonly vault: PlatformVault }

const utf8 = new TextEncoder()

/** The SHA-256 of ASCII text, base64url. */
export async function hashOf({ vault }: KeyPlatform, text: string): Promise<string> {
  return encodeBase64Url(await vault.sha256(utf8.encode(text)))
}

/** RFC 7638 §3.1 thumbprint. */
export function thumbprint(platform: KeyPlatform, { kty, crv, x, y }: PublicJwk): Promise<string> {
  return hashOf(platform, JSON.stringify({ crv, kty, x, y }))
}

/** Where a proof is for. */
export interface ProofTarget {
  readonly htm: string
  /** Absolute; query and fragment are left out of the proof. */
  readonly url: string
  readonly nonce: string | undefined
}

/** A proof (RFC 9449 §4.2), or one of the same form and another type. Serves once. */
export async function makeProof(
  { vault, randomBytes }: KeyPlatform,
  key: SigningKey,
  typ: string,
  { htm, url, nonce }: ProofTarget,
  claims: object,
): Promise<string> {
  const { origin, pathname } = new URL(url)
  const header = { typ, alg: 'ES256', jwk: key.jwk }
  const jti = encodeBase64Url(await randomBytes(16))
  // With its fraction: a refresh that was overtaken on its way is told from a copy by it (docs/tokens.md).
  const iat = vault.now() / 1000
  const encode = (part: object) => encodeBase64Url(utf8.encode(JSON.stringify(part)))
  const signed = `${encode(header)}.${encode({ jti, htm, htu: origin + pathname, iat, nonce, ...claims })}`
  return `${signed}.${encodeBase64Url(await key.sign(utf8.encode(signed)))}`
}
