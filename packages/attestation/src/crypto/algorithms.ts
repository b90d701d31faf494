import type { HashAlgorithm, SignatureAlgorithm } from './port.ts'

/** The kinds of public key the ports know. */
export type KeyKind =
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'RSA'
  | 'Ed25519'
  | 'Ed448'
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87'

/** What an algorithm needs beyond the signature's bytes. */
export interface AlgorithmShape {
  readonly kind: KeyKind
  /** Applied to the data first; null where the algorithm does it itself. */
  readonly hash: HashAlgorithm | null
  /** Bytes of one of the two numbers of an ECDSA signature; 0 for all others. */
  readonly scalarSize: number
  /** RSASSA-PSS with MGF1 over the same hash and a salt of the hash's length (RFC 8230 §2). */
  readonly isPss: boolean
}

const shape = (kind: KeyKind, hash: HashAlgorithm | null = null, scalarSize = 0): AlgorithmShape => ({
  kind,
  hash,
  scalarSize,
  isPss: false,
})
const pss = (hash: HashAlgorithm): AlgorithmShape => ({ ...shape('RSA', hash), isPss: true })

/** Every signature algorithm with its shape, one table for all ports. */
export const algorithms: Readonly<Record<SignatureAlgorithm, AlgorithmShape>> = {
  'ecdsa-p256-sha256': shape('P-256', 'sha256', 32),
  'ecdsa-p256-sha384': shape('P-256', 'sha384', 32),
  'ecdsa-p256-sha512': shape('P-256', 'sha512', 32),
  'ecdsa-p384-sha256': shape('P-384', 'sha256', 48),
  'ecdsa-p384-sha384': shape('P-384', 'sha384', 48),
  'ecdsa-p384-sha512': shape('P-384', 'sha512', 48),
  'ecdsa-p521-sha256': shape('P-521', 'sha256', 66),
  'ecdsa-p521-sha384': shape('P-521', 'sha384', 66),
  'ecdsa-p521-sha512': shape('P-521', 'sha512', 66),
  'rsa-pkcs1-sha256': shape('RSA', 'sha256'),
  'rsa-pkcs1-sha384': shape('RSA', 'sha384'),
  'rsa-pkcs1-sha512': shape('RSA', 'sha512'),
  'rsa-pkcs1-sha1': shape('RSA', 'sha1'),
  'rsa-pss-sha256': pss('sha256'),
  'rsa-pss-sha384': pss('sha384'),
  'rsa-pss-sha512': pss('sha512'),
  ed25519: shape('Ed25519'),
  ed448: shape('Ed448'),
  'ml-dsa-44': shape('ML-DSA-44'),
  'ml-dsa-65': shape('ML-DSA-65'),
  'ml-dsa-87': shape('ML-DSA-87'),
}
