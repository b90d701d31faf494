/** A public key as its DER SubjectPublicKeyInfo. Ports accept the encodings of {@link keyKindOf} and no others. */
export interface PublicKey {
  readonly spki: Uint8Array
}

/** Hashes that certificates, TPM structures and client data use. SHA-1 only where a structure names it (TPM). */
export type HashAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** Signature algorithms of certificates and credentials, by name. Encodings are those of X.509 and WebAuthn (ECDSA: DER). */
export type SignatureAlgorithm =
  | `ecdsa-${'p256' | 'p384' | 'p521'}-${'sha256' | 'sha384' | 'sha512'}`
  | `rsa-${'pkcs1' | 'pss'}-${'sha256' | 'sha384' | 'sha512'}`
  /** For the attestation keys of TPMs only, many of which sign with it; never for a credential or certificate. */
  | 'rsa-pkcs1-sha1'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-44'
  | 'ml-dsa-65'
  | 'ml-dsa-87'

/**
 * The cryptography a verifier needs, and nothing more. Node's by default, WebCrypto's by subpath; both give the
 * same answers. A port may answer at once or with a promise: verifiers await either.
 */
export interface CryptoPort {
  /** The digest that nearly everything here uses. */
  sha256(data: Uint8Array): Uint8Array | Promise<Uint8Array>
  hash(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array | Promise<Uint8Array>
  /**
   * Whether the key can be used with the algorithm: strictly encoded, of the right type and curve, its point on the
   * curve, and the algorithm known to this runtime.
   */
  validateKey(algorithm: SignatureAlgorithm, key: PublicKey): boolean | Promise<boolean>
  /**
   * False for any signature that does not verify, also a malformed one. Throws `AttestationError` with
   * `public_key_invalid` for a key that {@link validateKey} refuses.
   */
  verify(
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    signature: Uint8Array,
    data: Uint8Array,
  ): boolean | Promise<boolean>
}
