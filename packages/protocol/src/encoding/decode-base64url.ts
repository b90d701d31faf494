import { KeyboundError } from '../errors/keybound-error.ts'
import { base64UrlAlphabet } from './encode-base64url.ts'

/** Code unit of a character to its six bits; 64 for everything outside the alphabet. */
const sextets = new Uint8Array(128).fill(64)
for (let value = 0; value < 64; value++) sextets[base64UrlAlphabet.charCodeAt(value)] = value

/**
 * Decodes base64url without padding (RFC 4648 §5), strictly: no padding, no white space, no character outside the
 * alphabet, no left-over bits. So every byte string has exactly one text, and texts may be compared instead of bytes.
 *
 * Refuses with `malformed_encoding`, also what is not a string.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string') throw notBase64Url()
  const bytes = new Uint8Array((text.length * 3) >> 2)
  decodeBase64UrlInto(text, bytes, 0)
  return bytes
}

/**
 * Decodes by the rules of {@link decodeBase64Url} into a part of `bytes` that begins at `start`, and tells where it
 * ends: several texts can share one buffer. The buffer must have the room.
 */
export function decodeBase64UrlInto(text: string, bytes: Uint8Array, start: number): number {
  const { length } = text
  const whole = length - (length % 4)
  // Whatever is wrong in any character leaves its mark here: a code above 127, or a sextet of 64.
  let codes = 0
  let seen = 0
  const sextet = (at: number): number => {
    const code = text.charCodeAt(at)
    const value = sextets[code & 127] as number
    codes |= code
    seen |= value
    return value
  }
  let to = start
  for (let at = 0; at < whole; at += 4) {
    const group = (sextet(at) << 18) | (sextet(at + 1) << 12) | (sextet(at + 2) << 6) | sextet(at + 3)
    bytes[to++] = group >> 16
    bytes[to++] = group >> 8
    bytes[to++] = group
  }
  // One character more holds six bits, less than a byte; two hold a byte and four bits, three two bytes and two bits.
  let leftOver = 0
  if (length - whole === 1) {
    leftOver = 1
  } else if (length - whole === 2) {
    const group = (sextet(whole) << 6) | sextet(whole + 1)
    bytes[to++] = group >> 4
    leftOver = group & 15
  } else if (length - whole === 3) {
    const group = (sextet(whole) << 12) | (sextet(whole + 1) << 6) | sextet(whole + 2)
    bytes[to++] = group >> 10
    bytes[to++] = group >> 2
    leftOver = group & 3
  }
  if (codes > 127 || seen > 63 || leftOver !== 0) throw notBase64Url()
  return to
}

function notBase64Url(): KeyboundError {
  return new KeyboundError(
    'malformed_encoding',
    'Unexpected text, expected base64url without padding. Send the bytes in the encoding of RFC 4648 §5.',
    { rule: 'RFC 4648 §5' },
  )
}
