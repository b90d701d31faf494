/** The 64 characters of base64url in the order of their values (RFC 4648 §5). */
export const base64UrlAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Encodes bytes as base64url without padding (RFC 4648 §5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    for (let shift = 18; shift >= 0; shift -= 6) text += base64UrlAlphabet.charAt((group >> shift) & 63)
  }
  // The last group may say less than three bytes: eight bits for every six, rounded up.
  return text.slice(0, Math.ceil((bytes.length * 4) / 3))
}
