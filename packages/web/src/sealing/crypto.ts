import type { WebEnvironment } from '../environment.ts'

/** What sealing takes from WebCrypto; passed in, so that tests fix its randomness. */
export type SealingCrypto = WebEnvironment['crypto']

const nonceLength = 12
const none = new Uint8Array(0)
/** AES-256-GCM keys. */
export const aes = { name: 'AES-GCM', length: 256 } as const

/** The curve of sealing keys, ephemeral keys, and all keys that sign. */
export const p256 = 'P-256'

/** Key agreement on that curve. */
export const ecdh = { name: 'ECDH', namedCurve: p256 } as const

/** AES-256-GCM parameters; the tag is the full 128 bits. */
export function gcm(iv: BufferSource, additionalData: BufferSource = none): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData }
}

/** HKDF-SHA-256 to an AES-256-GCM key that stays in WebCrypto and wraps another one. */
export function deriveAes(
  { subtle }: SealingCrypto,
  material: CryptoKey,
  info: BufferSource,
  salt: BufferSource = none,
): Promise<CryptoKey> {
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info }
  return subtle.deriveKey(hkdf, material, aes, false, ['wrapKey', 'unwrapKey'])
}

/** A fresh nonce. */
export function newNonce(crypto: SealingCrypto): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(nonceLength))
}

/** Nonce first, what was encrypted under it behind. */
export function splitNonce(bytes: Uint8Array<ArrayBuffer>) {
  return [bytes.subarray(0, nonceLength), bytes.subarray(nonceLength)] as const
}

/** A fresh ECDH pair on P-256. */
export function newEcdh({ subtle }: SealingCrypto, extractable: boolean): Promise<CryptoKeyPair> {
  return subtle.generateKey(ecdh, extractable, ['deriveKey'])
}
