import { KeyboundError } from '../errors/keybound-error.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Code unit of a character to its six bits; 64 for everything outside the alphabet. */
const sextets = new Uint8Array(128).fill(64)
for (let value = 0; value < 64; value++) sextets[alphabet.charCodeAt(value)] = value

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const a = bytes[at] as number
    const b = bytes[at + 1] ?? 0
    const c = bytes[at + 2] ?? 0
    const group = (a << 16) | (b << 8) | c
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    if (at + 1 < bytes.length) text += alphabet.charAt((group >> 6) & 63)
    if (at + 2 < bytes.length) text += alphabet.charAt(group & 63)
  }
  return text
}

/**
 * Decodes base64url without padding (RFC 4648 §5), strictly: no padding, no white space, no character outside the
 * alphabet, no left-over bits. So every byte string has exactly one text, and texts may be compared instead of bytes.
 *
 * Refuses with `malformed_encoding`, also what is not a string.
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  // A remainder of one character holds six bits, less than a byte.
  if (typeof text !== 'string' || text.length % 4 === 1) throw notBase64Url()
  const bytes = new Uint8Array((text.length * 3) >> 2)
  let bits = 0
  let held = 0
  let seen = 0
  for (let at = 0, to = 0; at < text.length; at++) {
    // Code units beyond the table read undefined; they count as outside the alphabet.
    const sextet = sextets[text.charCodeAt(at)] ?? 64
    seen |= sextet
    bits = (bits << 6) | (sextet & 63)
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[to++] = bits >> held
      bits &= (1 << held) - 1
    }
  }
  if (seen & 64 || bits !== 0) throw notBase64Url()
  return bytes
}

function notBase64Url(): KeyboundError {
  return new KeyboundError(
    'malformed_encoding',
    'Unexpected text, expected base64url without padding. Send the bytes in the encoding of RFC 4648 §5.',
    { rule: 'RFC 4648 §5' },
  )
}
