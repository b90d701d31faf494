/** What this phone knows of a credential of its own. Nothing in it is secret. */
export interface Credential {
  readonly id: string
  readonly rpId: string
  /** The user id of the registration options, base64url: what a discoverable credential names its user by. */
  readonly userHandle: string
  /** Uncompressed point of the proof key, base64url. */
  readonly proofKey: string
  /** The installation of the app that made its keys. */
  readonly installation: string
  /** Rises with every credential that is kept: of several, the newest is used. */
  readonly order: number
  /** No longer signs: the server dropped it, or another took its place. What was sealed for it is still kept. */
  readonly retired?: boolean
}

/** Reads a stored one; `undefined` for what is none. */
export function readCredential(stored: string | undefined): Credential | undefined {
  try {
    const value: unknown = JSON.parse(stored ?? 'null')
    return isCredential(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isCredential(value: unknown): value is Credential {
  if (typeof value !== 'object' || value === null) return false
  const { id, rpId, userHandle, proofKey, installation, order } = value as Readonly<Record<string, unknown>>
  return (
    [id, rpId, userHandle, proofKey, installation].every((text) => typeof text === 'string') &&
    typeof order === 'number'
  )
}
