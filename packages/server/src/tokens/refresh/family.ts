import type { Acr, EpochSeconds } from '@keybound/protocol'

/**
 * A family of refresh tokens: one session of one device. Its tokens are MACs over family and generation, so this is
 * all a server keeps, and nothing in it opens anything.
 */
export interface FamilyRecord {
  /** 16 random bytes, base64url. Unique within the realm. */
  readonly id: string
  readonly account: string
  readonly clientId: string
  /** The credential that signed in, or null after another first factor. */
  readonly credentialId: string | null
  /** Thumbprint of the proof key: the only key that may refresh (RFC 9449 §5). */
  readonly proofJkt: string
  /** The newest generation that was issued; 0 at the start. */
  readonly generation: number
  /** `iat` of the proof behind the newest generation, in milliseconds by the device's own clock. */
  readonly rotatedProofAt: number
  /** How the user signed in; a refresh changes neither this nor `authTime`. */
  readonly acr: Acr
  readonly authTime: EpochSeconds
  readonly createdAt: EpochSeconds
  /** When the user last did something that counts; refreshing does not. */
  readonly lastActiveAt: EpochSeconds
  /** The absolute end, fixed at the sign-in. A policy that is shortened later ends it earlier, never later. */
  readonly expiresAt: EpochSeconds
  readonly revokedAt: EpochSeconds | null
}
