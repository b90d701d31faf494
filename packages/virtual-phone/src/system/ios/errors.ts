import { SystemFailure } from '../../channel/channel.ts'

/** `LAError`, as far as it occurs here. */
export const laError = {
  authenticationFailed: -1,
  userCancel: -2,
  userFallback: -3,
  systemCancel: -4,
  passcodeNotSet: -5,
  biometryNotAvailable: -6,
  biometryNotEnrolled: -7,
  biometryLockout: -8,
  appCancel: -9,
  invalidContext: -10,
  notInteractive: -1004,
} as const

/** Security's `OSStatus`. */
export const osStatus = {
  param: -50,
  authFailed: -25293,
  duplicateItem: -25299,
  itemNotFound: -25300,
  interactionNotAllowed: -25308,
  missingEntitlement: -34018,
} as const

/** `DCError`. */
export const dcError = {
  featureUnsupported: 1,
  invalidInput: 2,
  invalidKey: 3,
  serverUnavailable: 4,
} as const

export const laFailure = (code: number) => new SystemFailure('LAError', code)
export const osFailure = (code: number) => new SystemFailure('OSStatus', code)
export const dcFailure = (code: number) => new SystemFailure('DCError', code)
