import type { EpochSeconds } from '@keybound/protocol'

/**
 * What a server key is for. A key serves one purpose only, so that nothing made for one is ever taken for another.
 *
 * - `challenge`, `grant`, `device`: MAC keys of the tickets a server gives away (docs/challenge.md).
 * - `decoy`: makes the credential ids shown for accounts that have none; never rotated, because a decoy that changes
 *   tells itself apart from a real credential.
 * - `token`: ES256, signs what others verify with the public key.
 * - `refresh`: MACs the generations of refresh tokens.
 * - `dpop-nonce`: MACs the nonces that proofs of possession carry.
 * - `recovery`: MACs the recovery keys of accounts; never rotated, because what was wrapped to one would be lost.
 * - `receipt`: ES256, signs receipts, and each the public key of the next, so that receipts outlive rotation.
 */
export type KeyPurpose =
  | ('challenge' | 'grant' | 'device' | 'decoy')
  | ('token' | 'refresh' | 'dpop-nonce')
  | ('receipt' | 'recovery')

/** HMAC-SHA-256 (32 bytes out), or ECDSA on P-256 with SHA-256 (64 bytes, r ‖ s, RFC 7518 §3.4). */
export type KeyAlgorithm = 'HS256' | 'ES256'

export const keyAlgorithms: { readonly [P in KeyPurpose]: KeyAlgorithm } = {
  challenge: 'HS256',
  grant: 'HS256',
  device: 'HS256',
  decoy: 'HS256',
  token: 'ES256',
  refresh: 'HS256',
  'dpop-nonce': 'HS256',
  receipt: 'ES256',
  recovery: 'HS256',
}

/** Public key of an ES256 key, as the members of a JWK. */
export interface PublicJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** One key as a provider lists it; never key material. */
export interface KeyInfo {
  /** 8 random bytes, base64url: 11 characters. Unique among all keys of the provider. */
  readonly kid: string
  readonly purpose: KeyPurpose
  readonly algorithm: KeyAlgorithm
  /** From here on new things are made with this key. Before, it is published and accepted only. */
  readonly activeFrom: EpochSeconds
  /** Until here things made with it are accepted, which is after the longest lifetime of any of them. */
  readonly acceptUntil: EpochSeconds
  /** Only of ES256 keys. */
  readonly publicKey?: PublicJwk
}

/**
 * Holds the server's keys and uses them; a key never leaves it. The default keeps sealed files
 * (`openFileKeys`); a host may put a KMS or HSM behind the same three calls.
 *
 * Every call may answer at once or with a promise. All refuse with `key_unavailable` when the key cannot be used.
 */
export interface KeyProvider {
  /** Every key of the purpose that is published and still accepted, newest `activeFrom` first. Never empty. */
  list(purpose: KeyPurpose): readonly KeyInfo[] | Promise<readonly KeyInfo[]>
  /** ES256 signature (r ‖ s) over the bytes. */
  sign(kid: string, bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** HMAC-SHA-256 over the bytes. */
  mac(kid: string, bytes: Uint8Array): Uint8Array | Promise<Uint8Array>
}
