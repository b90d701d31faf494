import type { HardwareErrorCode } from '../../hardware/hardware-error.ts'
import { defineCase } from '../case.ts'
import { challenge, createKey, message, signing, words } from '../common.ts'
import { equal, rejects } from '../expect.ts'

type Row = readonly [number: number, name: string, code: HardwareErrorCode]

/** `BiometricPrompt.ERROR_…` (android.md §7). */
const android: readonly Row[] = [
  [1, 'HW_UNAVAILABLE', 'notAvailable'],
  [2, 'UNABLE_TO_PROCESS', 'authenticationFailed'],
  [3, 'TIMEOUT', 'systemCanceled'],
  [4, 'NO_SPACE', 'notAvailable'],
  [5, 'CANCELED', 'systemCanceled'],
  [7, 'LOCKOUT', 'lockedOut'],
  [8, 'VENDOR', 'notAvailable'],
  [9, 'LOCKOUT_PERMANENT', 'lockedOutPermanently'],
  [10, 'USER_CANCELED', 'userCanceled'],
  [11, 'NO_BIOMETRICS', 'notEnrolled'],
  [12, 'HW_NOT_PRESENT', 'notAvailable'],
  [13, 'NEGATIVE_BUTTON', 'userCanceled'],
  [14, 'NO_DEVICE_CREDENTIAL', 'passcodeNotSet'],
  [15, 'SECURITY_UPDATE_REQUIRED', 'securityUpdateRequired'],
  [18, 'SENSOR_PRIVACY', 'notAvailable'],
  [20, 'IDENTITY_CHECK_NOT_ACTIVE', 'notAvailable'],
  [22, 'MORE_OPTIONS', 'userCanceled'],
  [4711, 'of the vendor', 'internal'],
]

/** `LAError` (ios.md §5). */
const ios: readonly Row[] = [
  [-1, 'authenticationFailed', 'authenticationFailed'],
  [-2, 'userCancel', 'userCanceled'],
  [-3, 'userFallback', 'userCanceled'],
  [-4, 'systemCancel', 'systemCanceled'],
  [-5, 'passcodeNotSet', 'passcodeNotSet'],
  [-6, 'biometryNotAvailable', 'notAvailable'],
  [-7, 'biometryNotEnrolled', 'notEnrolled'],
  [-8, 'biometryLockout', 'lockedOutPermanently'],
  [-9, 'appCancel', 'systemCanceled'],
  [-10, 'invalidContext', 'internal'],
  [-1004, 'notInteractive', 'deviceLocked'],
  [-4711, 'unknown', 'internal'],
]

const promptErrors = (platform: 'android' | 'ios', rows: readonly Row[], source: string) =>
  rows.map(([number, name, code]) =>
    defineCase({
      id: `E${platform === 'android' ? 'A' : 'I'}${Math.abs(number)}`,
      proves: `Error ${number} (${name}) is ${code}, keeps its number, and leaves nothing behind.`,
      source,
      platforms: [platform],
      uses: ['failPrompt', 'openOperations'],
      run: async (context) => {
        await createKey(context, 'signing')
        await context.world.failPrompt(number)
        await rejects(context.hardware.sign(signing, message, words), code, 'sign', number)
        equal(await context.world.openOperations(), 0, 'open operations')
        equal(await context.hardware.keyState(signing), 'ready', 'state')
      },
    }),
  )

type Failure = readonly [id: string, exception: string, number: number, code: HardwareErrorCode]

/** What the system names when a key is used: exceptions, and numbers of KeyMint (negative) and keystore2 (positive). */
const androidKeystore: readonly Failure[] = [
  ['EK1', 'KeyPermanentlyInvalidatedException', 0, 'keyInvalidated'],
  ['EK2', 'UserNotAuthenticatedException', -26, 'keyNotAuthorized'],
  ['EK3', 'KeyStoreException', -31, 'notAvailable'],
  ['EK4', 'KeyStoreException', -1000, 'internal'],
  ['EK9', 'KeyStoreException', -26, 'keyNotAuthorized'],
  ['EK10', 'KeyStoreException', -28, 'keyNotAuthorized'],
  ['EK11', 'KeyStoreException', -2, 'invalidArgument'],
  ['EK12', 'KeyStoreException', -3, 'invalidArgument'],
  ['EK13', 'KeyStoreException', -13, 'invalidArgument'],
  ['EK14', 'KeyStoreException', -78, 'invalidArgument'],
  ['EK15', 'KeyStoreException', -72, 'deviceLocked'],
  ['EK16', 'KeyStoreException', 2, 'keyNotAuthorized'],
  ['EK17', 'KeyStoreException', 17, 'keyInvalidated'],
  ['EK18', 'KeyStoreException', -49, 'internal'],
]
/** `OSStatus` of Security and `TKError` of the Secure Enclave's driver. */
const iosKeychain: readonly Failure[] = [
  ['EK5', 'OSStatus', -25293, 'keyInvalidated'],
  ['EK6', 'OSStatus', -25308, 'deviceLocked'],
  ['EK7', 'OSStatus', -34018, 'notAvailable'],
  ['EK8', 'OSStatus', -4712, 'internal'],
  ['EK19', 'OSStatus', -128, 'userCanceled'],
  ['EK20', 'OSStatus', -25291, 'notAvailable'],
  ['EK21', 'OSStatus', -4, 'unsupported'],
  ['EK22', 'OSStatus', -25300, 'keyInvalidated'],
  ['EK23', 'TKError', -3, 'keyInvalidated'],
  ['EK24', 'TKError', -6, 'keyInvalidated'],
  ['EK25', 'TKError', -4, 'userCanceled'],
  ['EK26', 'TKError', -5, 'authenticationFailed'],
  ['EK27', 'TKError', -9, 'deviceLocked'],
  ['EK28', 'TKError', -2, 'internal'],
]

const keyErrors = (
  platform: 'android' | 'ios',
  call: string,
  rows: readonly Failure[],
  source: string,
  enrolment: 'currentSet' | 'anyEnrolled' = 'currentSet',
) =>
  rows.map(([id, exception, number, code]) => {
    const bound = enrolment === 'currentSet' ? 'the current set' : 'any enrolled biometric'
    return defineCase({
      id,
      proves: `${exception} ${number || ''} at the use of a key of ${bound} is ${code}; the key is not deleted.`,
      source,
      platforms: [platform],
      uses: ['failNext'],
      run: async (context) => {
        await createKey(context, 'signing', { enrolment })
        await context.world.failNext(number === 0 ? { call, exception } : { call, exception, number })
        const sign = context.hardware.sign(signing, message, words)
        await rejects(sign, code, 'sign', number === 0 ? undefined : number)
        equal(await context.hardware.listKeys(''), [signing], 'keys')
      },
    })
  })

/** `DCError` (ios.md §6): only a device without App Attest never answers; all else may be tried again. */
const appAttest: readonly (readonly [number: number, name: string, code: HardwareErrorCode])[] = [
  [0, 'unknownSystemFailure', 'integrityUnavailable'],
  [1, 'featureUnsupported', 'unsupported'],
  [2, 'invalidInput', 'integrityUnavailable'],
  [3, 'invalidKey', 'integrityUnavailable'],
  [4, 'serverUnavailable', 'integrityUnavailable'],
]
const appAttestErrors = appAttest.map(([number, name, code]) =>
  defineCase({
    id: `ED${number}`,
    proves: `DCError ${number} (${name}) is ${code}, and keeps its number; the name has a key that can be attested.`,
    source: 'DCError.h; ios.md §6',
    platforms: ['ios'],
    uses: ['failNext'],
    run: async ({ hardware, world }) => {
      const keyId = await hardware.appAttestKey('one')
      await world.failNext({ call: 'appAttest.attestKey', exception: 'DCError', number })
      await rejects(hardware.appAttestAttest(keyId, challenge), code, 'appAttestAttest', number)
      await hardware.appAttestAttest(await hardware.appAttestKey('one'), challenge)
    },
  }),
)

/** Every number of the systems, as the contract has it. */
export const errorCases = [
  ...promptErrors('android', android, 'androidx BiometricPrompt; android.md §7'),
  ...promptErrors('ios', ios, 'LAError.h; ios.md §5'),
  ...keyErrors(
    'android',
    'keystore.begin',
    androidKeystore,
    'android.security.KeyStoreException; android.md §8',
  ),
  ...keyErrors('ios', 'key.sign', iosKeychain, 'SecBase.h, TKError.h; ios.md §4, §5'),
  ...keyErrors(
    'ios',
    'key.sign',
    [['EK29', 'OSStatus', -25293, 'authenticationFailed']],
    'SecBase.h; ios.md §5',
    'anyEnrolled',
  ),
  ...appAttestErrors,
]
