import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Base64Url, type DeviceJSON, KeyboundError, type P256Jwk } from '@keybound/protocol'
import { thumbprint } from '../tokens/dpop/proof-key.ts'

/** The keys of a phone beside the one that signs, as they were shown: whether they are proven is not judged here. */
export interface PhoneKeys {
  /** SubjectPublicKeyInfo. */
  readonly sealing: Uint8Array
  /** RFC 7638 thumbprint of the proof key, a P-256 key. */
  readonly proofJkt: Base64Url
}

/** Refuses with `certificate_malformed` or `public_key_invalid`. */
export function phoneKeysOf(device: DeviceJSON): PhoneKeys {
  if (device.platform === 'android') {
    const { sealingChain, proofChain } = device
    return { sealing: spkiOf(leafKey(sealingChain)), proofJkt: jktOf(leafKey(proofChain)) }
  }
  return { sealing: sealingKeyOf(device.sealingKey), proofJkt: jktOf(readKey(device.proofKey)) }
}

function leafKey([leaf = '']: readonly Base64Url[]): KeyObject {
  try {
    return new X509Certificate(Buffer.from(leaf, 'base64url')).publicKey
  } catch (cause) {
    throw new KeyboundError(
      'certificate_malformed',
      'Unexpected first certificate of a chain, expected one in DER with a key that is known. Send the chain unchanged.',
      { cause, rule: 'RFC 5280 §4.1' },
    )
  }
}

/** On iOS: a P-256 point in the one encoding of RFC 5480, so that its hash is the one the client data commit to. */
function sealingKeyOf(text: Base64Url): Uint8Array {
  const bytes = Buffer.from(text, 'base64url')
  const key = readKey(bytes)
  requireP256(key)
  if (!spkiOf(key).equals(bytes)) throw keyInvalid()
  return bytes
}

/** A point that is not on the curve is refused by the importer (SP 800-56A §5.6.2.3). */
function readKey(key: Buffer | P256Jwk): KeyObject {
  try {
    return createPublicKey(
      Buffer.isBuffer(key) ? { key, format: 'der', type: 'spki' } : { key: { ...key }, format: 'jwk' },
    )
  } catch (cause) {
    throw keyInvalid(cause)
  }
}

function jktOf(key: KeyObject): Base64Url {
  requireP256(key)
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return thumbprint({ kty: 'EC', crv: 'P-256', x, y })
}

function requireP256(key: KeyObject): void {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw keyInvalid()
  }
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' })
}

function keyInvalid(cause?: unknown): KeyboundError {
  const message =
    'Unexpected key of the phone, expected a P-256 public key. Send what the phone made, unchanged.'
  return new KeyboundError('public_key_invalid', message, { cause, rule: 'RFC 5480 §2.2' })
}
