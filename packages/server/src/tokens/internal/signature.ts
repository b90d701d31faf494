import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { DpopAlgorithm, PublicJwk } from '@keybound/protocol'
import type { JwsParts } from './strict-jws.ts'

/** A public key with the one algorithm it verifies: no header chooses another (RFC 8725 §3.1). */
export interface VerificationKey {
  readonly algorithm: DpopAlgorithm
  readonly key: KeyObject
}

/** Digest of each algorithm (RFC 7518 §3.4); Ed25519 hashes by itself (RFC 8037 §3.1). */
const digests: { readonly [A in DpopAlgorithm]: string | null } = { ES256: 'sha256', EdDSA: null }

/** Imports a public key. Throws for points that are not on the curve (SP 800-56A §5.6.2.3) and whatever else is no key. */
export function importPublicJwk(jwk: PublicJwk, algorithm: DpopAlgorithm): VerificationKey {
  return { algorithm, key: createPublicKey({ key: { ...jwk }, format: 'jwk' }) }
}

/**
 * Whether the key signed header and payload. Straight to OpenSSL: WebCrypto, and a library over it, costs a third
 * more per signature, on the path that every protected request takes (bench: protect). False for a signature of the
 * wrong length; ECDSA as r ‖ s only.
 */
export function isSignedBy({ signed, signature }: JwsParts, { key, algorithm }: VerificationKey): boolean {
  const bytes = Buffer.from(signed, 'latin1')
  return verify(digests[algorithm], bytes, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
