import type { KeyPurpose } from '../contract.ts'

/** When a key is followed by the next, in seconds. */
export interface Rotation {
  /** From becoming active to being followed. `null`: never. */
  readonly every: number | null
  /** Longest life of what is made with it, with ten minutes for clocks that disagree. */
  readonly lifetime: number
}

const day = 86_400
const clocks = 600

/** Seconds for which a key is published before anything is made with it. */
export const publishedAhead = 3_600

export const rotations: { readonly [P in KeyPurpose]: Rotation } = {
  challenge: { every: 30 * day, lifetime: 600 + clocks },
  grant: { every: 30 * day, lifetime: 300 + clocks },
  device: { every: 365 * day, lifetime: 400 * day + clocks },
  decoy: { every: null, lifetime: 0 },
  // Resource servers may keep the published keys for an hour.
  token: { every: 30 * day, lifetime: 3_600 + clocks },
  refresh: { every: 90 * day, lifetime: 90 * day + clocks },
  recovery: { every: null, lifetime: 0 },
  // Vouches for its successors for ten years, for whoever knows no newer one.
  receipt: { every: 365 * day, lifetime: 3_650 * day },
  'dpop-nonce': { every: 30 * day, lifetime: 600 + clocks },
}
