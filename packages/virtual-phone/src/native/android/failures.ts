import type { HardwareError, HardwareErrorCode } from '@keybound/phone'
import { SystemFailure } from '../../channel/channel.ts'
import { foreignBytes, hardwareError } from '../errors.ts'

/** `BiometricPrompt.ERROR_…` as codes of the contract. Numbers that are not here are the vendor's: `internal`. */
const promptErrors: Readonly<Record<number, HardwareErrorCode>> = {
  1: 'notAvailable',
  2: 'authenticationFailed',
  3: 'systemCanceled',
  4: 'notAvailable',
  5: 'systemCanceled',
  7: 'lockedOut',
  8: 'notAvailable',
  9: 'lockedOutPermanently',
  10: 'userCanceled',
  11: 'notEnrolled',
  12: 'notAvailable',
  13: 'userCanceled',
  14: 'passcodeNotSet',
  15: 'securityUpdateRequired',
  18: 'notAvailable',
  20: 'notAvailable',
  22: 'userCanceled',
}

/** What a prompt that ended with an error rejects with; the number stays with it. */
export function promptFailure(code: number): HardwareError {
  const meaning = promptErrors[code] ?? 'internal'
  return hardwareError(meaning, `Unexpected end of the prompt: BiometricPrompt error ${code}.`, code)
}

/** Numbers after which a fresh operation may succeed: nobody was recognised, the operation is gone. */
const worthRetrying: readonly (number | undefined)[] = [-26, -28]

/** Whether one more operation may do what this one did not. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof SystemFailure && worthRetrying.includes(error.number)
}

/** Failures of the key store by exception and, where that says little, by number. */
export function keystoreFailure(error: unknown): unknown {
  return error instanceof SystemFailure ? meaningOf(error) : error
}

/**
 * Failures of making a key. The system says in prose why it refuses; what has no meaning of its own is a policy that this
 * phone's key store cannot keep.
 */
export function creationFailure(error: unknown): unknown {
  if (!(error instanceof SystemFailure)) return error
  const known = meaningOf(error)
  if (known.code !== 'internal') return known
  // `canAuthenticate` is only advice: phones said yes and then this (android.md §5).
  const code = error.message.includes('enrolled') ? 'notEnrolled' : 'policyUnsupported'
  return hardwareError(code, `Unexpected refusal by the key store: ${error.message}.`, error.number)
}

function meaningOf(error: SystemFailure): HardwareError {
  const { number } = error
  switch (error.exception) {
    case 'KeyExists':
      return hardwareError(
        'keyExists',
        'Unexpected alias, expected a new one. Delete the key that has it first.',
      )
    case 'KeyPermanentlyInvalidatedException':
    case 'UnrecoverableKeyException':
      return invalidated(number)
    case 'KeyNotFound':
      return hardwareError(
        'keyMissing',
        'Unexpected alias, expected one of a key. Register this device anew.',
      )
    case 'StrongBoxUnavailableException':
      return hardwareError('strongBoxUnavailable', 'Unexpected device, expected one with StrongBox.', number)
    case 'UserNotAuthenticatedException':
      return unauthorized(number)
    case 'BadPaddingException':
    case 'AEADBadTagException':
      return foreignBytes(number)
    default:
      // What wraps a number says nothing itself: KeyStoreException, ProviderException, IllegalBlockSizeException.
      return byNumber(error)
  }
}

function byNumber({ number, message }: SystemFailure): HardwareError {
  switch (number) {
    // LOCKED of keystore2: the framework calls it "User authentication required".
    case 2:
    case -26:
    case -28:
      return unauthorized(number)
    case 17:
      return invalidated(number)
    case -72:
      return hardwareError('deviceLocked', 'Unexpected locked phone. Unlock it and try again.', number)
    case -31:
      return hardwareError(
        'notAvailable',
        'Unexpected load of the secure hardware. Try again shortly.',
        number,
      )
    case -2:
    case -3:
    case -13:
    case -78:
      return hardwareError(
        'invalidArgument',
        'Unexpected use of a key, expected what it was made for.',
        number,
      )
    case -38:
      return foreignBytes(number)
    default:
      return hardwareError('internal', `Unexpected failure of the key store: ${message}.`, number)
  }
}

function unauthorized(number: number | undefined): HardwareError {
  const message = 'Unexpected refusal of the key after the prompt, expected its signature. Ask once more.'
  return hardwareError('keyNotAuthorized', message, number)
}

/** The key is gone because enrolment or screen lock changed. */
export function invalidated(number?: number): HardwareError {
  const message =
    'Unexpected change of biometrics or screen lock: the key is gone. Sign in another way, then register.'
  return hardwareError('keyInvalidated', message, number)
}

/** Runs a call of the key store. */
export async function withKeystore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw keystoreFailure(error)
  }
}
