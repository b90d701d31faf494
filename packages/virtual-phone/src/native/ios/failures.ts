import type { HardwareError, HardwareErrorCode } from '@keybound/phone'
import { SystemFailure } from '../../channel/channel.ts'
import { hardwareError } from '../errors.ts'

/** `LAError` as codes of the contract. */
const laErrors: Readonly<Record<number, HardwareErrorCode>> = {
  [-1]: 'authenticationFailed',
  [-2]: 'userCanceled',
  [-3]: 'userCanceled',
  [-4]: 'systemCanceled',
  [-5]: 'passcodeNotSet',
  [-6]: 'notAvailable',
  [-7]: 'notEnrolled',
  [-8]: 'lockedOutPermanently',
  [-9]: 'systemCanceled',
  // Of a Mac: no watch near it, no keyboard with Touch ID paired, or none connected.
  [-11]: 'notAvailable',
  [-12]: 'notAvailable',
  [-13]: 'notAvailable',
  [-1004]: 'deviceLocked',
}

const osErrors: Readonly<Record<number, HardwareErrorCode>> = {
  [-4]: 'unsupported',
  [-128]: 'userCanceled',
  [-25291]: 'notAvailable',
  [-25293]: 'authenticationFailed',
  [-25299]: 'keyExists',
  [-25300]: 'keyMissing',
  [-25308]: 'deviceLocked',
  [-34018]: 'notAvailable',
}

/** `TKError` of the Secure Enclave's driver. */
const tkErrors: Readonly<Record<number, HardwareErrorCode>> = {
  [-3]: 'authenticationFailed',
  [-4]: 'userCanceled',
  [-5]: 'authenticationFailed',
  [-6]: 'authenticationFailed',
  [-9]: 'deviceLocked',
}

const codes: Readonly<Record<string, Readonly<Record<number, HardwareErrorCode>>>> = {
  LAError: laErrors,
  OSStatus: osErrors,
  TKError: tkErrors,
}

/** What a key of the current set may say once that changed; which of them comes differs between versions of iOS. */
export function isChangeOfSet(error: unknown): error is SystemFailure {
  return isOsStatus(error, -25293) || isTkError(error, -3) || isTkError(error, -6)
}

/** What Security answers, after the touch, to bytes that were not encrypted to this key: errSecParam, errSecDecode. */
export function isForeignBytes(error: unknown): error is SystemFailure {
  return isOsStatus(error, -50) || isOsStatus(error, -26275)
}

/** What a failure of iOS means to the contract; the number stays with it. */
export function iosFailure(error: unknown): unknown {
  if (!(error instanceof SystemFailure)) return error
  const { exception, number = 0 } = error
  if (exception === 'FaceIdCrash') {
    return hardwareError(
      'permissionDenied',
      'Unexpected app without NSFaceIDUsageDescription. Add it to Info.plist.',
    )
  }
  if (number === -34018) {
    const message =
      'Unexpected app without keychain-access-groups, expected that entitlement. Sign it with one.'
    return hardwareError('notAvailable', message, number)
  }
  const code = codes[exception]?.[number]
  return hardwareError(
    code ?? 'internal',
    `Unexpected failure of the system: ${exception} ${number}.`,
    number,
  )
}

/** A key that is bound to what was enrolled, and refuses. */
export function invalidated(number?: number): HardwareError {
  const message =
    'Unexpected change of biometrics or passcode: the key is gone. Sign in another way, then register.'
  return hardwareError('keyInvalidated', message, number)
}

export async function withIos<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw iosFailure(error)
  }
}

export function isOsStatus(error: unknown, number: number): boolean {
  return error instanceof SystemFailure && error.exception === 'OSStatus' && error.number === number
}

export function isLaError(error: unknown, number: number): boolean {
  return error instanceof SystemFailure && error.exception === 'LAError' && error.number === number
}

function isTkError(error: unknown, number: number): boolean {
  return error instanceof SystemFailure && error.exception === 'TKError' && error.number === number
}
