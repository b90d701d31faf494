/** An AAGUID in the form of a UUID, lowercase: how lists of authenticators name it. */
export function formatAaguid(aaguid: Uint8Array): string {
  const hex = Array.from(aaguid, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
