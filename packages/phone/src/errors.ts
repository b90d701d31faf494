import type { StateReason } from '@keybound/client'
import { type Failure, failure, promptBusy, promptRefused, unreachable } from '@keybound/client/for-platforms'
import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import { type HardwareErrorCode, isHardwareError } from './hardware/hardware-error.ts'

const password = 'or sign in with the password.'
const anew = 'sign in with the password and turn biometrics on anew.'
const again = `try again, ${password}`
const failed = failure('platform_failed', `The phone failed in a way that is not known; ${again}`)
const policy = failure(
  'key_policy_refused',
  'This phone makes no key as strong as this app asks for; sign in with the password.',
)

/** What each refusal of the hardware means to people, and which code it has everywhere. */
const meanings: { readonly [C in HardwareErrorCode]: Failure } = {
  userCanceled: promptRefused,
  authenticationFailed: promptRefused,
  systemCanceled: failure(
    'prompt_interrupted',
    'The system closed the prompt; try again when the app is in front.',
  ),
  promptBusy,
  lockedOut: failure(
    'biometric_locked_out',
    `Too many tries were not recognised; wait half a minute and try again, ${password}`,
  ),
  lockedOutPermanently: failure(
    'biometric_locked_out_permanently',
    `The sensor is off after too many tries; lock the phone, open it with its PIN or passcode and try again, ${password}`,
  ),
  notAvailable: failure(
    'biometric_unavailable',
    `The fingerprint or face sensor cannot be used; try later, ${password}`,
  ),
  notEnrolled: failure(
    'biometric_not_enrolled',
    `No finger or face is enrolled; enrol one in the settings of the phone, ${password}`,
  ),
  weakOnly: failure(
    'biometric_weak_only',
    `What is enrolled opens no keys; enrol a fingerprint in the settings of the phone, ${password}`,
  ),
  permissionDenied: failure(
    'biometric_permission_denied',
    `This app may not use face recognition; allow it in the settings of the app, ${password}`,
  ),
  passcodeNotSet: failure(
    'passcode_not_set',
    `The phone has no screen lock; set one in the settings of the phone, ${password}`,
  ),
  securityUpdateRequired: failure(
    'biometric_update_required',
    `The sensor needs an update; install the updates of the phone, ${password}`,
  ),
  deviceLocked: failure(
    'device_locked',
    'The phone was locked; unlock it, bring the app to the front, and try again.',
  ),
  strongBoxUnavailable: policy,
  policyNotEnforced: policy,
  policyUnsupported: policy,
  integrityUnavailable: failure(
    'app_integrity_unavailable',
    'The service that vouches for this app gave no answer; try again in a few minutes.',
  ),
  keyMissing: failure('key_missing', `The key of this device is gone; ${anew}`),
  keyInvalidated: failure(
    'key_invalidated',
    `The key of this device was destroyed because a finger, a face or the screen lock changed; ${anew}`,
  ),
  keyNotAuthorized: failure('key_not_authorized', `The key did not follow the touch; ${again}`),
  keyExists: failed,
  handleUnknown: failure('vault_locked', 'The vault is locked; unlock it first.'),
  openFailed: failure(
    'vault_wrong_key',
    'Unexpected key of the vault, expected the one it was made with. Turn biometrics on anew.',
  ),
  storageFailed: failure(
    'storage_failed',
    'This phone neither reads nor stores this app’s files; free some space and try again.',
  ),
  networkFailed: unreachable,
  pinMismatch: failure(
    'server_pin_mismatch',
    'The server is not the one this app knows; leave this network, or update the app.',
  ),
  invalidArgument: failed,
  unsupported: failure('unsupported', 'This phone cannot do what was asked; sign in with the password.'),
  internal: failed,
}

/** The KeyboundError of what the hardware rejected with. The original, with the system's number, stays as the cause. */
export function translate(error: unknown): KeyboundError {
  if (error instanceof KeyboundError) return error
  const meaning = isHardwareError(error) ? meanings[error.code] : failed
  return meaning({ cause: error })
}

/** Awaits the hardware; rejects with KeyboundErrors only. */
export async function native<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw translate(error)
  }
}

/** An error by the hardware's word for it. */
export function refusal(code: HardwareErrorCode): KeyboundError {
  return meanings[code]()
}

/** The keys were made by another installation of the app. */
export const orphaned = failure(
  'key_orphaned',
  `The app was installed anew or its files come from another phone, so their key is not here; ${anew}`,
)

const reasons: { readonly [code in ErrorCode]?: StateReason } = {
  key_invalidated: 'invalidated',
  // Of a credential that was registered here: the system removes keys with the screen lock.
  key_missing: 'invalidated',
  key_orphaned: 'orphaned',
  biometric_locked_out: 'lockedOut',
  biometric_locked_out_permanently: 'lockedOutPermanently',
}

/** What an error says about the state of the client. */
export function reasonOf({ code }: KeyboundError): StateReason | undefined {
  return reasons[code]
}
