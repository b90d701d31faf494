import type { Availability, ErrorCode, StateReason } from '@keybound/web'
import type { Texts } from './en.ts'

/** What failed, why biometrics are not to be had here, or why there is no session. */
export type Failure = ErrorCode | Extract<Availability, { readonly available: false }>['reason'] | StateReason

/** After these no touch helps: the key or what it opens is damaged. */
export const beyondRepair: readonly Failure[] = [
  'key_invalidated',
  'key_missing',
  'key_orphaned',
  'unlock_key_missing',
  'vault_wrong_key',
  'vault_corrupted',
  'vault_key_missing',
  'vault_swapped',
  'vault_rolled_back',
  'vault_other_account',
  'invalidated',
]

/** Failures of which the user is told the same as of the first, which alone the languages have words for. */
const alike: readonly (readonly Failure[])[] = [
  beyondRepair,
  ['credential_unknown', 'revoked'],
  ['session_expired', 'expired'],
  ['overloaded', 'store_unavailable', 'internal'],
  ['invalid_request', 'payload_too_large'],
  ['insecure_context', 'insecureContext'],
  ['storage_failed', 'storageBlocked'],
  ['prompt_interrupted', 'device_locked'],
  [
    'unsupported',
    'noPlatformAuthenticator',
    'biometric_not_enrolled',
    'notEnrolled',
    'biometric_weak_only',
    'weakOnly',
    'passcode_not_set',
    'passcodeNotSet',
  ],
  ['biometric_locked_out', 'lockedOut'],
  ['biometric_locked_out_permanently', 'lockedOutPermanently'],
  ['grant_required', 'grant_expired'],
  ['transaction_mismatch', 'statement_malformed'],
]

/** What happened and what to do; undefined where the language has no words for it. */
export function textOf({ errors }: Texts, failure: Failure): string | undefined {
  const [told = failure] = alike.find((failures) => failures.includes(failure)) ?? []
  return errors[told]
}
