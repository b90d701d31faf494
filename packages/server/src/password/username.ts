/**
 * The one form of a user name that is stored, looked up and throttled: NFKC, lower case, NFKC again (lower case can
 * undo it). Undefined for what cannot be a user name: empty, longer than 64 characters, with white space around it,
 * control or invisible formatting characters.
 */
export function normaliseUsername(username: string): string | undefined {
  const normalised = username.normalize('NFKC').toLowerCase().normalize('NFKC')
  if (normalised.length === 0 || [...normalised].length > 64) return undefined
  if (normalised.trim() !== normalised || /[\p{Cc}\p{Cf}\p{Cs}]/u.test(normalised)) return undefined
  return normalised
}

/** The bytes of a password that are hashed: NFC (NIST SP 800-63B-4 §3.1.1.2), UTF-8, nothing cut off. */
export function passwordBytes(password: string): Uint8Array {
  return Buffer.from(password.normalize('NFC'))
}
