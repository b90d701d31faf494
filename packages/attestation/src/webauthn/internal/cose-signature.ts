import type { CoseAlgorithm } from '@keybound/protocol'
import { type CborValue, type CoseKey, decodeCbor, parseCoseKey } from '@keybound/protocol/encoding'
import type { CryptoPort, PublicKey, SignatureAlgorithm } from '../../crypto/port.ts'
import { publicKeyOfCose } from '../../crypto/spki.ts'
import { refusing } from '../../errors.ts'
import { BoundedCache } from '../../internal/bounded-cache.ts'
import { checksumOf, equalBytes } from '../../internal/bytes.ts'

/** The signature algorithm of each COSE algorithm, in the encodings of WebAuthn L3 §6.5.5. */
const signatureAlgorithms: Readonly<Record<CoseAlgorithm, SignatureAlgorithm>> = {
  [-7]: 'ecdsa-p256-sha256',
  [-9]: 'ecdsa-p256-sha256',
  [-35]: 'ecdsa-p384-sha384',
  [-51]: 'ecdsa-p384-sha384',
  [-36]: 'ecdsa-p521-sha512',
  [-52]: 'ecdsa-p521-sha512',
  [-8]: 'ed25519',
  [-19]: 'ed25519',
  [-53]: 'ed448',
  [-257]: 'rsa-pkcs1-sha256',
  [-37]: 'rsa-pss-sha256',
  [-38]: 'rsa-pss-sha384',
  [-39]: 'rsa-pss-sha512',
  [-48]: 'ml-dsa-44',
  [-49]: 'ml-dsa-65',
  [-50]: 'ml-dsa-87',
}

/** The signature algorithm of a COSE algorithm number, or undefined for one this package does not verify. */
export function signatureAlgorithmOf(algorithm: CborValue | undefined): SignatureAlgorithm | undefined {
  // Only of a number: a text such as “toString” would find what every object inherits.
  return typeof algorithm === 'number' ? signatureAlgorithms[algorithm as CoseAlgorithm] : undefined
}

/** A credential's key, ready for a crypto port. */
export interface CredentialKey {
  readonly algorithm: CoseAlgorithm
  readonly cose: CoseKey
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
}

/** Reads a credential's COSE_Key. Refuses with `public_key_invalid`; says nothing about the curve. */
export function readCredentialKey(key: CborValue): CredentialKey {
  const cose = refusing('public_key_invalid', 'WebAuthn L3 §6.5.1.1', () => parseCoseKey(key))
  const { algorithm } = cose
  const signatureAlgorithm = signatureAlgorithms[algorithm]
  return { algorithm, cose, publicKey: publicKeyOfCose(cose), signatureAlgorithm }
}

/** What a stored key was read to: most servers see the same credentials again and again. */
const storedKeys = new BoundedCache<{ readonly bytes: Uint8Array; readonly key: CredentialKey }, number>(4096)

/** Reads the COSE_Key bytes of a stored credential, once for each while they are used. Refuses as above. */
export function readStoredKey(bytes: Uint8Array): CredentialKey {
  // The number only finds the entry; all bytes decide whether it is that of this key.
  const number = checksumOf(bytes)
  const known = storedKeys.get(number)
  if (known !== undefined && equalBytes(known.bytes, bytes)) return known.key
  // A copy, so that nobody can change what is kept.
  const copy = bytes.slice()
  const key = readCredentialKey(
    refusing('public_key_invalid', 'WebAuthn L3 §7.2 step 21', () => decodeCbor(copy)),
  )
  storedKeys.set(number, { bytes: copy, key })
  return key
}

/** Whether the credential's key signed the data. */
export function verifyWithCredentialKey(
  crypto: CryptoPort,
  key: CredentialKey,
  signature: Uint8Array,
  data: Uint8Array,
): boolean | Promise<boolean> {
  return crypto.verify(key.signatureAlgorithm, key.publicKey, signature, data)
}
