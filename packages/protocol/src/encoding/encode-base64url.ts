/** The 64 characters of base64url in the order of their values (RFC 4648 §5). */
export const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    const byte = bit >> 3
    // Six bits lie in two bytes at most; behind the last one there are zeros.
    const two = ((bytes[byte] as number) << 8) | (bytes[byte + 1] ?? 0)
    text += base64UrlAlphabet.charAt((two >> (10 - (bit & 7))) & 63)
  }
  return text
}
