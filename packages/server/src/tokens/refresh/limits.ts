import type { Acr, EpochSeconds } from '@keybound/protocol'
import type { FamilyRecord } from './family.ts'

/** How long a session lasts, in seconds. */
export interface SessionLimits {
  /** Since the user last did something that counts. A refresh does not (attack D08). */
  readonly idle: number
  /** Since the sign-in, whatever happens. */
  readonly absolute: number
}

/** Limits by how the user signed in. */
export type LimitsByAcr = { readonly [A in Acr]: SessionLimits }

const day = 86_400
const deviceBound: SessionLimits = { idle: 14 * day, absolute: 90 * day }

/**
 * A password alone: inactivity 1 h, overall 24 h (NIST SP 800-63B-4 §2.2.3). A registered key: 14 days and 90 days,
 * because the refresh token is bound to a key on the device and sealed under a biometric; what is sensitive asks for a
 * fresh signature anyway (`protect({ maxAge })`).
 */
export const defaultSessionLimits: LimitsByAcr = {
  pwd: { idle: 3600, absolute: day },
  W: deviceBound,
  L1: deviceBound,
  L2: deviceBound,
  R: deviceBound,
}

/** When a family ends by itself, unless the user does something that counts before. */
export function familyEnd(
  family: Pick<FamilyRecord, 'acr' | 'createdAt' | 'lastActiveAt' | 'expiresAt'>,
  limits: LimitsByAcr,
): EpochSeconds {
  const { idle, absolute } = limits[family.acr]
  return Math.min(family.lastActiveAt + idle, family.createdAt + absolute, family.expiresAt)
}
