import { KeyboundError } from '@keybound/protocol'
import type { CryptoPort, SignatureAlgorithm } from '../crypto/port.ts'
import type { Certificate } from './certificate.ts'
import { oid } from './oids.ts'
import type { PublicKeyInfo } from './public-key.ts'

const hashes: Readonly<Record<string, 'sha256' | 'sha384' | 'sha512' | undefined>> = {
  [oid.ecdsaWithSha256]: 'sha256',
  [oid.ecdsaWithSha384]: 'sha384',
  [oid.ecdsaWithSha512]: 'sha512',
  [oid.rsaWithSha256]: 'sha256',
  [oid.rsaWithSha384]: 'sha384',
  [oid.rsaWithSha512]: 'sha512',
}

/**
 * The algorithm that verifies a certificate's signature with this issuer key, or undefined when the two do not fit
 * or are of no kind a verifier here knows (SHA-1, ML-DSA, unknown curves).
 */
export function certificateSignatureAlgorithm(
  signatureAlgorithm: string,
  issuerKey: PublicKeyInfo,
): SignatureAlgorithm | undefined {
  if (issuerKey.kind === 'ed25519') return signatureAlgorithm === oid.ed25519 ? 'ed25519' : undefined
  const hash = hashes[signatureAlgorithm]
  if (hash === undefined) return undefined
  const isRsa = signatureAlgorithm.startsWith('1.2.840.113549.')
  if (issuerKey.kind === 'rsa') return isRsa ? `rsa-pkcs1-${hash}` : undefined
  if (issuerKey.kind !== 'ec' || isRsa) return undefined
  return `ecdsa-${issuerKey.curve}-${hash}`
}

/**
 * Whether the key signed the certificate. False also when the key cannot be used or does not fit the algorithm, so
 * that nothing but a signature that verified is ever true.
 */
export async function isSignedBy(
  certificate: Certificate,
  issuerKey: PublicKeyInfo,
  crypto: CryptoPort,
): Promise<boolean> {
  const algorithm = certificateSignatureAlgorithm(certificate.signatureAlgorithm, issuerKey)
  if (algorithm === undefined) return false
  try {
    return await crypto.verify(algorithm, issuerKey, certificate.signature, certificate.tbs)
  } catch (cause) {
    // An unusable issuer key, such as a point off its curve, has signed nothing.
    if (cause instanceof KeyboundError && cause.code === 'public_key_invalid') return false
    throw cause
  }
}
