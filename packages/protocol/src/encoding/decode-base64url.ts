import { KeyboundError } from '../errors/keybound-error.ts'
import { base64UrlAlphabet } from './encode-base64url.ts'

/** Code unit of a character to its six bits; -1 for everything outside the alphabet. */
const sextets = new Int8Array(128).fill(-1)
for (let value = 0; value < 64; value++) sextets[base64UrlAlphabet.charCodeAt(value)] = value
/** The character of six zero bits. */
const firstCode = base64UrlAlphabet.charCodeAt(0)

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
  // Whatever is wrong in any character leaves its mark: a code above 127 in the one, the sign of a -1 in the other.
  let codes = 0
  let seen = 0
  let to = start
  for (let at = 0; at < whole; at += 4) {
    const a = text.charCodeAt(at)
    const b = text.charCodeAt(at + 1)
    const c = text.charCodeAt(at + 2)
    const d = text.charCodeAt(at + 3)
    const group = (sextet(a) << 18) | (sextet(b) << 12) | (sextet(c) << 6) | sextet(d)
    codes |= a | b | c | d
    seen |= group
    bytes[to++] = group >> 16
    bytes[to++] = group >> 8
    bytes[to++] = group
  }
  // One character more holds six bits, less than a byte; two hold a byte and four bits, three two bytes and two bits.
  const rest = length - whole
  if (rest === 1) throw notBase64Url()
  if (rest > 1) {
    const a = text.charCodeAt(whole)
    const b = text.charCodeAt(whole + 1)
    const c = rest === 3 ? text.charCodeAt(whole + 2) : firstCode
    const group = (sextet(a) << 18) | (sextet(b) << 12) | (sextet(c) << 6)
    codes |= a | b | c
    seen |= group
    bytes[to++] = group >> 16
    if (rest === 3) bytes[to++] = group >> 8
    if ((group & (rest === 3 ? 0xff : 0xffff)) !== 0) throw notBase64Url()
  }
  if (codes > 127 || seen < 0) throw notBase64Url()
  return to
}

/** Of a code above 127 the answer means nothing. */
function sextet(code: number): number {
  return sextets[code & 127] as number
}

function notBase64Url(): KeyboundError {
  return new KeyboundError(
    'malformed_encoding',
    'Unexpected text, expected base64url without padding. Send the bytes in the encoding of RFC 4648 §5.',
    { rule: 'RFC 4648 §5' },
  )
}
