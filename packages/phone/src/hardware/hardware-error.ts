/** Why a call of the hardware can fail: the same codes on Android, on iOS and on the virtual phone. */
export const hardwareErrorCodes = [
  // The prompt.
  'userCanceled',
  'systemCanceled',
  'promptBusy',
  'authenticationFailed',
  'lockedOut',
  'lockedOutPermanently',
  // The device.
  'notAvailable',
  'notEnrolled',
  'weakOnly',
  'permissionDenied',
  'passcodeNotSet',
  'securityUpdateRequired',
  'deviceLocked',
  'strongBoxUnavailable',
  'integrityUnavailable',
  // Keys.
  'keyExists',
  'keyMissing',
  'keyInvalidated',
  'keyNotAuthorized',
  'policyNotEnforced',
  'policyUnsupported',
  'handleUnknown',
  'openFailed',
  // Everything else.
  'storageFailed',
  'networkFailed',
  'pinMismatch',
  'invalidArgument',
  'unsupported',
  'internal',
] as const

/** One of `hardwareErrorCodes`. */
export type HardwareErrorCode = (typeof hardwareErrorCodes)[number]

/** What an implementation rejects with. */
export interface HardwareError extends Error {
  readonly code: HardwareErrorCode
  /** The system's own number, where it gave one. */
  readonly userInfo?: { readonly nativeCode?: number }
}

/** Whether an error is one of the hardware's, by its shape: one of another realm is no instance of this one's `Error`. */
export function isHardwareError(error: unknown): error is HardwareError {
  return typeof error === 'object' && error !== null && 'code' in error && codes.has(error.code)
}

const codes: ReadonlySet<unknown> = new Set(hardwareErrorCodes)
