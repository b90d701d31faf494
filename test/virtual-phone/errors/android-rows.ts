import type { HardwareErrorCode, KeyRequest } from '@keybound/phone'
import {
  android,
  createAfter,
  createKey,
  type ErrorRow,
  failedCall,
  finger,
  openFailing,
  openForeignPair,
  promptRow,
  sign,
  signAfter,
  signWhile,
  strangers,
  type Way,
  type Ways,
} from './row.ts'

const prompt = promptRow('BiometricPrompt', android)

/** ErrorUtils.toKnownErrorCodeForAuthenticate of androidx.biometric: what it knows it passes on, the rest it renames. */
const renamed = (to: string) => `androidx.biometric renames it ${to} (ErrorUtils.java)`

/** `BiometricPrompt.ERROR_…` of androidx.biometric, and numbers of the framework's BiometricConstants beneath it. */
const promptRows: readonly ErrorRow[] = [
  prompt(1, 'ERROR_HW_UNAVAILABLE', 'notAvailable', {
    ways: {
      'the sensor breaks before the prompt': signAfter(android, (phone) =>
        phone.setSensor({ available: false }),
      ),
      'the sensor is broken when a key is made': createAfter(android, (phone) =>
        phone.setSensor({ available: false }),
      ),
    },
  }),
  prompt(2, 'ERROR_UNABLE_TO_PROCESS', 'authenticationFailed'),
  prompt(3, 'ERROR_TIMEOUT', 'systemCanceled'),
  prompt(4, 'ERROR_NO_SPACE', 'notAvailable'),
  prompt(5, 'ERROR_CANCELED', 'systemCanceled', {
    ways: {
      'the screen is locked during the prompt': signWhile(android, (phone) => phone.setDeviceLocked(true)),
      'the app cancels': signWhile(android, (phone) => phone.hardware.cancelPrompt()),
    },
  }),
  prompt(6, 'BIOMETRIC_ERROR_UNABLE_TO_REMOVE', 'internal', {
    never: 'of removing fingers in the settings (BiometricConstants.java)',
  }),
  prompt(7, 'ERROR_LOCKOUT', 'lockedOut', {
    ways: {
      'five touches of strangers': signWhile(android, strangers(5)),
      'locked out before the prompt': signAfter(android, (phone) => phone.lockOut('lockedOut')),
    },
  }),
  prompt(8, 'ERROR_VENDOR', 'notAvailable'),
  prompt(9, 'ERROR_LOCKOUT_PERMANENT', 'lockedOutPermanently', {
    ways: { 'locked out for good': signAfter(android, (phone) => phone.lockOut('lockedOutPermanently')) },
  }),
  prompt(10, 'ERROR_USER_CANCELED', 'userCanceled'),
  prompt(11, 'ERROR_NO_BIOMETRICS', 'notEnrolled', {
    ways: {
      'none enrolled when a key is made': createAfter(android, (phone) => phone.unenrol(finger)),
      'none enrolled any more, with a key that outlives that': signAfter(
        android,
        (phone) => phone.unenrol(finger),
        { enrolment: 'anyEnrolled' },
      ),
    },
  }),
  prompt(12, 'ERROR_HW_NOT_PRESENT', 'notAvailable', {
    ways: { 'no sensor': signAfter(android, (phone) => phone.setSensor({ present: false })) },
  }),
  prompt(13, 'ERROR_NEGATIVE_BUTTON', 'userCanceled', {
    ways: { 'the cancel button': signWhile(android, (phone) => phone.dismissPrompt()) },
  }),
  prompt(14, 'ERROR_NO_DEVICE_CREDENTIAL', 'passcodeNotSet', {
    never: 'of prompts that take the PIN; ours never do (android.md §6: BIOMETRIC_STRONG only)',
  }),
  prompt(15, 'ERROR_SECURITY_UPDATE_REQUIRED', 'securityUpdateRequired', {
    ways: {
      'a flaw of the sensor became known': signAfter(android, (phone) =>
        phone.setSensor({ securityUpdateRequired: true }),
      ),
    },
  }),
  prompt(16, 'BIOMETRIC_ERROR_RE_ENROLL', 'internal', { never: renamed('ERROR_VENDOR') }),
  prompt(18, 'ERROR_SENSOR_PRIVACY_ENABLED', 'notAvailable', { never: renamed('ERROR_HW_UNAVAILABLE') }),
  prompt(19, 'BIOMETRIC_ERROR_POWER_PRESSED', 'internal', { never: renamed('ERROR_VENDOR') }),
  prompt(20, 'ERROR_IDENTITY_CHECK_NOT_ACTIVE', 'notAvailable', {
    never: 'of prompts that ask for Identity Check, which ours do not (BiometricConstants.java)',
  }),
  prompt(21, 'ERROR_NOT_ENABLED_FOR_APPS', 'internal', { never: renamed('ERROR_HW_UNAVAILABLE') }),
  prompt(22, 'ERROR_CONTENT_VIEW_MORE_OPTIONS_BUTTON', 'userCanceled', {
    never: 'of prompts with setContentView, which ours do not call (BiometricPrompt.PromptInfo.Builder)',
  }),
  prompt(1004, 'of a vendor', 'internal', { never: renamed('ERROR_VENDOR') }),
]

/** An operation that is gone at its end is begun once more, and what refuses that one is another number. */
const twice = { call: 'keystore.finish', number: -28 } as const

/** Makes a call of a use of a key fail; `keystore.begin` is `initSign`, `keystore.finish` is `sign`. */
const failing = (call: string, exception: string, number?: number): Way =>
  failedCall(android, {
    call,
    exception,
    ...(number !== undefined && { number }),
    ...(call === twice.call && number === twice.number && { times: 2 }),
  })

const use = (exception: string, number?: number): Ways =>
  Object.fromEntries(
    ['keystore.begin', 'keystore.finish'].map((call) => [
      `injected at ${call}`,
      failing(call, exception, number),
    ]),
  )

const keyMint = (number: number, name: string, code: HardwareErrorCode, ways: Ways = {}): ErrorRow => ({
  domain: 'KeyStoreException',
  name,
  number,
  code,
  ways: {
    ...use('KeyStoreException', number),
    // Cipher.doFinal and the provider wrap what the key store says (android.md §8).
    wrapped: failing('keystore.finish', 'IllegalBlockSizeException', number),
    ...ways,
  },
})

/** Numbers of KeyMint's ErrorCode.aidl (negative) and of keystore2's ResponseCode.aidl (positive). */
const keyMintRows: readonly ErrorRow[] = [
  keyMint(-2, 'UNSUPPORTED_PURPOSE', 'invalidArgument'),
  keyMint(-3, 'INCOMPATIBLE_PURPOSE', 'invalidArgument'),
  keyMint(-13, 'INCOMPATIBLE_DIGEST', 'invalidArgument'),
  keyMint(-26, 'KEY_USER_NOT_AUTHENTICATED', 'keyNotAuthorized', {
    'a hook says success': signAfter(android, (phone) => phone.forceSuccess()),
    'other apps push the operation out': signWhile(android, async (phone) => {
      await phone.pruneOperations()
      await phone.touch(finger)
    }),
  }),
  keyMint(-28, 'INVALID_OPERATION_HANDLE', 'keyNotAuthorized'),
  keyMint(-31, 'TOO_MANY_OPERATIONS', 'notAvailable', {
    'other apps hold all operations': signAfter(android, (phone) => phone.occupySlots(0)),
  }),
  keyMint(-38, 'INVALID_ARGUMENT', 'openFailed', { 'sealed to another key': openForeignPair(android) }),
  keyMint(-49, 'SECURE_HW_COMMUNICATION_FAILED', 'internal'),
  keyMint(-72, 'DEVICE_LOCKED', 'deviceLocked'),
  keyMint(-78, 'INCOMPATIBLE_MGF_DIGEST', 'invalidArgument'),
  keyMint(-1000, 'UNKNOWN_ERROR', 'internal'),
  keyMint(2, 'LOCKED', 'keyNotAuthorized'),
  keyMint(4, 'SYSTEM_ERROR', 'internal'),
  keyMint(17, 'KEY_PERMANENTLY_INVALIDATED', 'keyInvalidated'),
]

const exception = (
  name: string,
  code: HardwareErrorCode,
  ways: Ways = use(name),
  number?: number,
): ErrorRow => ({ domain: name, name, number, code, ways })

const generating = (
  exception: string,
  number?: number,
  message?: string,
  more: Partial<KeyRequest> = {},
): Way =>
  createAfter(
    android,
    (phone) =>
      phone.failNext({
        call: 'keystore.generate',
        exception,
        ...(number !== undefined && { number }),
        ...(message !== undefined && { message }),
      }),
    more,
  )

/** Exceptions that mean something whatever their number; those of facts android.md §1, §8, §9 and §10. */
const exceptionRows: readonly ErrorRow[] = [
  exception('KeyPermanentlyInvalidatedException', 'keyInvalidated', {
    ...use('KeyPermanentlyInvalidatedException'),
    'a finger is enrolled': signAfter(android, (phone) => phone.enrol('left thumb')),
    'all fingers are removed': signAfter(android, (phone) => phone.unenrol(finger)),
  }),
  exception('UnrecoverableKeyException', 'keyInvalidated'),
  exception(
    'UserNotAuthenticatedException',
    'keyNotAuthorized',
    use('UserNotAuthenticatedException', -26),
    -26,
  ),
  exception('BadPaddingException', 'openFailed', {
    injected: openFailing(android, { call: 'keystore.finish', exception: 'BadPaddingException' }),
  }),
  exception('AEADBadTagException', 'openFailed', {
    injected: openFailing(android, { call: 'keystore.finish', exception: 'AEADBadTagException' }),
  }),
  exception('KeyNotFound', 'keyMissing', { 'never made': () => sign(android()) }),
  exception('KeyNotFound', 'keyInvalidated', {
    'the screen lock is removed': signAfter(android, (phone) => phone.setScreenLock(false)),
  }),
  exception('KeyExists', 'keyExists', {
    'made twice': createAfter(android, (phone) => createKey(phone)),
  }),
  exception(
    'StrongBoxUnavailableException',
    'strongBoxUnavailable',
    {
      'there is none': createAfter(
        () => android({ strongBox: 'no' }),
        async () => null,
        { strongBox: 'required' },
      ),
      injected: generating('StrongBoxUnavailableException', -68, undefined, { strongBox: 'required' }),
    },
    -68,
  ),
  exception(
    'ProviderException',
    'strongBoxUnavailable',
    {
      'at a key that StrongBox must hold': generating('ProviderException', -13, undefined, {
        strongBox: 'required',
      }),
    },
    -13,
  ),
  exception(
    'ProviderException',
    'policyUnsupported',
    { 'at any other': generating('ProviderException', -49) },
    -49,
  ),
  exception('InvalidAlgorithmParameterException', 'policyUnsupported', {
    injected: generating('InvalidAlgorithmParameterException'),
  }),
  exception('IllegalArgumentException', 'policyUnsupported', {
    injected: generating('IllegalArgumentException'),
  }),
  exception('IllegalStateException', 'policyUnsupported', { injected: generating('IllegalStateException') }),
  exception('IllegalStateException', 'notEnrolled', {
    'where the advice before was wrong': generating(
      'IllegalStateException',
      undefined,
      'At least one biometric must be enrolled to create keys requiring user authentication for every use',
    ),
  }),
]

/** Every error of Android that Keybound's calls can meet, and those it has heard of. */
export const androidRows: readonly ErrorRow[] = [...promptRows, ...keyMintRows, ...exceptionRows]
