import type { IosDeviceJSON } from '@keybound/protocol'
import { concat, decode, encode } from './bytes.ts'
import { refusal } from './errors.ts'

const size = 32
/** SubjectPublicKeyInfo of a P-256 key up to its point (RFC 5480 §2). */
const spkiLength = 91

/** The uncompressed point (65 bytes) of a P-256 key in a SubjectPublicKeyInfo, base64url in and out. */
export function pointOfSpki(spki: string): string {
  const bytes = decode(spki)
  const point = bytes.subarray(bytes.length - 2 * size - 1)
  if (bytes.length !== spkiLength || point[0] !== 4) throw refusal('internal')
  return encode(point)
}

/** The coordinates of an uncompressed point. */
export function coordinates(point: string): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const bytes = decode(point)
  if (bytes.length !== 2 * size + 1 || bytes[0] !== 4) throw refusal('internal')
  return { x: bytes.subarray(1, 1 + size), y: bytes.subarray(1 + size) }
}

/** The JWK of an uncompressed point (RFC 7518 §6.2.1). */
export function jwkOfPoint(point: string): IosDeviceJSON['proofKey'] {
  const { x, y } = coordinates(point)
  return { kty: 'EC', crv: 'P-256', x: encode(x), y: encode(y) }
}

/** r ‖ s (64 bytes, RFC 7518 §3.4) of an ECDSA signature in DER (RFC 3279 §2.2.3). */
export function rawOfDer(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const raw = new Uint8Array(2 * size)
  let at = 2
  for (const end of [size, 2 * size]) {
    const length = der[at + 1] ?? 0
    const number = der.subarray(at + 2, at + 2 + length)
    const digits = number[0] === 0 ? number.subarray(1) : number
    if (der[at] !== 2 || number.length !== length || length === 0 || digits.length > size)
      throw refusal('internal')
    raw.set(digits, end - digits.length)
    at += 2 + length
  }
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || at !== der.length) throw refusal('internal')
  return raw
}

/** The DER of r ‖ s. */
export function derOfRaw(raw: Uint8Array): Uint8Array<ArrayBuffer> {
  const numbers = concat(integer(raw.subarray(0, size)), integer(raw.subarray(size)))
  return concat(Uint8Array.of(0x30, numbers.length), numbers)
}

function integer(digits: Uint8Array): Uint8Array {
  let from = 0
  while (from < digits.length - 1 && digits[from] === 0) from++
  const short = digits.subarray(from)
  const positive = (short[0] ?? 0) > 0x7f ? concat(Uint8Array.of(0), short) : short
  return concat(Uint8Array.of(2, positive.length), positive)
}
