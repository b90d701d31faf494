import type { CryptoPort } from '../crypto/port.ts'
import { BoundedCache } from '../internal/bounded-cache.ts'
import { toLatin1 } from '../internal/bytes.ts'
import type { Certificate } from './certificate.ts'
import type { PublicKeyInfo } from './public-key.ts'
import { isSignedBy } from './verify-signature.ts'

/** Issuers that a maker's devices share are a few dozen; each entry takes about 2 kB. */
const remembered = 512
const caches = new WeakMap<CryptoPort, BoundedCache<true>>()

/**
 * Whether the key signed the certificate of an issuer, asked of the port once: the answer for the same bytes and the
 * same key never changes, and the issuers above millions of devices are the same few. Only a signature that verified
 * is remembered, so nobody without the issuer's key can fill the memory. Per port, so that one port never answers
 * for another. Not for leaves, which do not come again.
 */
export async function isIssuerSignedBy(
  issuer: Certificate,
  key: PublicKeyInfo,
  crypto: CryptoPort,
): Promise<boolean> {
  const cache = cacheOf(crypto)
  const id = `${toLatin1(key.spki)}\n${toLatin1(issuer.raw)}`
  if (cache.get(id) === true) return true
  const signed = await isSignedBy(issuer, key, crypto)
  if (signed) cache.set(id, true)
  return signed
}

function cacheOf(crypto: CryptoPort): BoundedCache<true> {
  const known = caches.get(crypto)
  if (known !== undefined) return known
  const made = new BoundedCache<true>(remembered)
  caches.set(crypto, made)
  return made
}
