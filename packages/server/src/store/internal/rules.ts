import type { EpochSeconds } from '@keybound/protocol'
import { clockTolerance } from '../contract.ts'

/** True when what expires then may be forgotten, and so counts as used. One rule for consuming and for pruning. */
export function mayBeForgotten(expiresAt: EpochSeconds, now: EpochSeconds): boolean {
  return expiresAt + clockTolerance <= now
}

/** WebAuthn L3 §7.2 step 22: a counter must rise, unless the authenticator has none and always sends zero. */
export function signCountRises(stored: number, next: number): boolean {
  return next > stored || (next === 0 && stored === 0)
}
