import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { RefusalReason, RevocationReason } from './decide.ts'

const refusals: { readonly [R in RefusalReason | RevocationReason]: readonly [ErrorCode, string] } = {
  unknown: ['refresh_token_invalid', 'Unexpected refresh token, expected one of this server. Sign in again.'],
  revoked: [
    'refresh_token_revoked',
    'Unexpected refresh token of an ended session, expected a live one. Sign in again.',
  ],
  expired: [
    'refresh_token_expired',
    'Unexpected age of the session, expected less than its limits. Sign in again.',
  ],
  superseded: [
    'refresh_token_superseded',
    'Unexpected order of requests, expected the newest refresh token. Go on with that one.',
  ],
  keyMismatch: [
    'refresh_token_key_mismatch',
    'Unexpected proof key, expected the one the session is bound to; the session was ended. Sign in again.',
  ],
  replayed: [
    'refresh_token_replayed',
    'Unexpected second use of an outdated refresh token; the session was ended. Sign in again.',
  ],
}

/** The error a refused refresh is answered with (RFC 6749 §5.2 `invalid_grant`). */
export function refreshRefused(reason: RefusalReason | RevocationReason): KeyboundError {
  const [code, message] = refusals[reason]
  return new KeyboundError(code, message, { rule: 'RFC 6749 §5.2' })
}
