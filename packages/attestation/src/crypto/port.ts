import type { CoseAlgorithm } from '@keybound/protocol'

/** A public key as its DER SubjectPublicKeyInfo, validated by the strict readers before it gets here. */
export interface PublicKey {
  readonly spki: Uint8Array
}

/** Signature algorithms of certificates and credentials, by name. Encodings are those of X.509 and WebAuthn (ECDSA: DER). */
export type SignatureAlgorithm =
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p256-sha384'
  | 'ecdsa-p384-sha256'
  | 'ecdsa-p384-sha384'
  | 'ecdsa-p521-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512'

/**
 * The cryptography a verifier needs, and nothing more. Node's by default, WebCrypto's by subpath; both give the
 * same answers. A port may answer at once or with a promise: verifiers await either.
 */
export interface CryptoPort {
  sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array>
  /** False for any signature that does not verify, also a malformed one; throws only for keys it cannot use. */
  verify(
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    signature: Uint8Array,
    data: Uint8Array,
  ): boolean | Promise<boolean>
}

/** The COSE algorithms a port can verify now. */
export type SupportedAlgorithms = ReadonlySet<CoseAlgorithm>
