/** What sealing takes from WebCrypto; passed in, so that tests fix its randomness. */
export interface SealingCrypto extends Pick<Crypto, 'getRandomValues' | 'subtle'> {}

const nonceLength = 12
/** AES-256-GCM keys. */
export const aes = { name: 'AES-GCM', length: 256 } as const

/** The curve of sealing keys, ephemeral keys, and all keys that sign. */
export const p256 = 'P-256'

/** Key agreement on that curve. */
export const ecdh = { name: 'ECDH', namedCurve: p256 } as const

/** AES-256-GCM parameters; the tag is the full 128 bits. */
export function gcm(iv: BufferSource, additionalData?: BufferSource): AesGcmParams {
  return { name: 'AES-GCM', iv, ...(additionalData && { additionalData }) }
}

/** HKDF-SHA-256 to an AES-256-GCM key that stays in WebCrypto. */
export function deriveAes(
  { subtle }: SealingCrypto,
  material: CryptoKey,
  salt: BufferSource,
  info: BufferSource,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  return subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info }, material, aes, false, usages)
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
