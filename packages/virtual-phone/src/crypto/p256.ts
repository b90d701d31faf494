import { concatBytes, writeInteger, writeSequence } from '@keybound/attestation/der'
import type { VirtualCrypto } from './port.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A key pair for signatures, and its public half in the forms that are asked for. */
export interface SigningPair {
  readonly privateKey: CryptoKey
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
/** SubjectPublicKeyInfo of every P-256 key up to the point (RFC 5480). */
const spkiHead = Uint8Array.from([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
  0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
])

/** A fresh P-256 pair that signs. */
export async function newSigningPair({ subtle }: VirtualCrypto, extractable = false): Promise<SigningPair> {
  const pair = await subtle.generateKey(ecdsa, extractable, ['sign', 'verify'])
  return {
    privateKey: pair.privateKey,
    spki: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)),
  }
}

/** Uncompressed point of a P-256 SubjectPublicKeyInfo. */
export function pointOf(spki: Uint8Array): Bytes {
  return new Uint8Array(spki.subarray(spkiHead.length))
}

/** SubjectPublicKeyInfo of an uncompressed P-256 point. */
export function spkiOf(point: Uint8Array): Bytes {
  return concatBytes([spkiHead, point])
}

/** ECDSA with SHA-256, in DER. */
export async function signDer({ subtle }: VirtualCrypto, key: CryptoKey, bytes: Bytes): Promise<Bytes> {
  return derSignature(new Uint8Array(await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes)))
}

/** An ECDSA signature as DER, from r ‖ s. */
export function derSignature(raw: Uint8Array): Bytes {
  const half = raw.length / 2
  return writeSequence(writeInteger(raw.subarray(0, half)), writeInteger(raw.subarray(half)))
}
