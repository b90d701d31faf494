import { type EpochSeconds, KeyboundError, type TokenAcr } from '@keybound/protocol'
import { satisfiesAcr } from '../access-token/acr.ts'
import type { AccessToken } from '../access-token/verify.ts'

/** What a route asks of the sign-in behind a token, besides that it is live. */
export interface Requirements {
  /**
   * Weakest accepted `acr`. `L2` asks for a signature at that level; `L2.refreshed` also takes what was refreshed
   * since. Default: any.
   */
  readonly acr?: TokenAcr
  /** Most seconds since the user signed, 0 to 86,400. Default: any. */
  readonly maxAge?: number
}

/**
 * Refuses with `step_up_required` when the sign-in is too weak or too long ago (RFC 9470 §3). A token that says
 * nothing about either satisfies nothing.
 */
export function requireSignIn(
  token: Pick<AccessToken, 'acr' | 'authTime'>,
  { acr, maxAge }: Requirements,
  now: EpochSeconds,
): void {
  if (acr !== undefined && !satisfiesAcr(token.acr, acr)) {
    throw stepUp(`acr ${token.acr ?? '(none)'}`, `${acr} or stronger`)
  }
  if (maxAge !== undefined && !(token.authTime !== undefined && now - token.authTime <= maxAge)) {
    throw stepUp('age of the last signature', `at most ${maxAge} seconds`)
  }
}

function stepUp(found: string, expected: string): KeyboundError {
  const message = `Unexpected ${found}, expected ${expected}. Sign in again with the biometric key.`
  return new KeyboundError('step_up_required', message, { rule: 'RFC 9470 §3' })
}
