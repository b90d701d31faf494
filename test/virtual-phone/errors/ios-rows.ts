import type { HardwareErrorCode, KeyRequest } from '@keybound/phone'
import {
  createAfter,
  createKey,
  type ErrorRow,
  failedCall,
  finger,
  ios,
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

const la = promptRow('LAError', ios)

const ofMacs = 'of Macs: LAError.h marks it unavailable on iOS'

/** `LAError.Code` (LAError.h). */
const laRows: readonly ErrorRow[] = [
  la(-1, 'authenticationFailed', 'authenticationFailed', {
    ways: { 'three misses': signWhile(ios, strangers(3)) },
  }),
  la(-2, 'userCancel', 'userCanceled', {
    ways: { 'the cancel button': signWhile(ios, (phone) => phone.dismissPrompt()) },
  }),
  la(-3, 'userFallback', 'userCanceled', {
    never: 'the fallback button is hidden: localizedFallbackTitle is empty (ios.md §3)',
  }),
  la(-4, 'systemCancel', 'systemCanceled', {
    ways: {
      'the phone is locked': signWhile(ios, (phone) => phone.setDeviceLocked(true)),
    },
  }),
  la(-5, 'passcodeNotSet', 'passcodeNotSet', {
    ways: { 'no passcode when a key is made': createAfter(ios, (phone) => phone.setScreenLock(false)) },
  }),
  la(-6, 'biometryNotAvailable', 'notAvailable', {
    ways: {
      'no sensor when a key is made': createAfter(ios, (phone) => phone.setSensor({ present: false })),
      'no sensor when it is used': signAfter(ios, (phone) => phone.setSensor({ present: false })),
    },
  }),
  {
    domain: 'LAError',
    name: 'biometryNotAvailable',
    number: -6,
    code: 'permissionDenied',
    ways: {
      'Face ID is denied to the app': createAfter(ios, (phone) => phone.setSensor({ permission: false })),
    },
  },
  la(-7, 'biometryNotEnrolled', 'notEnrolled', {
    ways: {
      'none enrolled when a key is made': createAfter(ios, (phone) => phone.unenrol(finger)),
      'none enrolled any more, with a key that outlives that': signAfter(
        ios,
        (phone) => phone.unenrol(finger),
        {
          enrolment: 'anyEnrolled',
        },
      ),
    },
  }),
  la(-8, 'biometryLockout', 'lockedOutPermanently', {
    ways: {
      'five misses at two prompts': signAfter(ios, async (phone) => {
        const [first] = await Promise.allSettled([sign(phone), strangers(3)(phone)])
        if (first.status === 'fulfilled') throw new Error('Unexpected signature for a stranger.')
        await strangers(2)(phone)
      }),
    },
  }),
  la(-9, 'appCancel', 'systemCanceled', {
    ways: { 'the app cancels': signWhile(ios, (phone) => phone.hardware.cancelPrompt()) },
  }),
  la(-10, 'invalidContext', 'internal', { never: 'every use has a fresh LAContext (ios.md §3)' }),
  la(-11, 'companionNotAvailable', 'notAvailable', { never: ofMacs }),
  la(-12, 'biometryNotPaired', 'notAvailable', { never: ofMacs }),
  la(-13, 'biometryDisconnected', 'notAvailable', { never: ofMacs }),
  la(-14, 'invalidDimensions', 'internal', {
    never: 'of LAAuthenticationView, which is a Mac’s (LAError.h)',
  }),
  la(-1004, 'notInteractive', 'deviceLocked', {
    never: 'only the silent probe forbids interaction, and reads it as "the key asks" (ios.md §4)',
  }),
  la(-4711, 'of no meaning to us', 'internal'),
]

const use = (exception: string, number: number, more: Partial<KeyRequest> = {}): Ways => ({
  injected: failedCall(ios, { call: 'key.sign', exception, number }, more),
})
const opening = (exception: string, number: number): Ways => ({
  injected: openFailing(ios, { call: 'key.decrypt', exception, number }),
})

const row =
  (domain: 'OSStatus' | 'TKError') =>
  (number: number, name: string, code: HardwareErrorCode, ways: Ways = use(domain, number)): ErrorRow => ({
    domain,
    name,
    number,
    code,
    ways,
  })
const status = row('OSStatus')
const token = row('TKError')
const outliving = { enrolment: 'anyEnrolled' } as const

/** `OSStatus` of Security (SecBase.h). */
const statusRows: readonly ErrorRow[] = [
  status(-4, 'errSecUnimplemented', 'unsupported'),
  status(-50, 'errSecParam', 'openFailed', {
    ...opening('OSStatus', -50),
    'sealed to another key': openForeignPair(ios),
  }),
  status(-50, 'errSecParam', 'internal'),
  status(-128, 'errSecUserCanceled', 'userCanceled'),
  status(-25291, 'errSecNotAvailable', 'notAvailable'),
  status(-25293, 'errSecAuthFailed', 'keyInvalidated', {
    ...use('OSStatus', -25293),
    'a finger is enrolled': signAfter(ios, (phone) => phone.enrol('left thumb')),
  }),
  status(-25293, 'errSecAuthFailed', 'authenticationFailed', {
    ...use('OSStatus', -25293, outliving),
    'a hook says success': signAfter(ios, (phone) => phone.forceSuccess(), outliving),
  }),
  status(-25299, 'errSecDuplicateItem', 'keyExists', {
    'made twice': createAfter(ios, (phone) => createKey(phone)),
  }),
  status(-25300, 'errSecItemNotFound', 'keyMissing', { 'never made': () => sign(ios()) }),
  status(-25300, 'errSecItemNotFound', 'keyInvalidated', {
    ...use('OSStatus', -25300),
    'the passcode is turned off': signAfter(ios, (phone) => phone.setScreenLock(false)),
  }),
  status(-25308, 'errSecInteractionNotAllowed', 'deviceLocked', {
    ...use('OSStatus', -25308),
    'the app is in the background': signAfter(ios, (phone) => phone.background()),
    'the phone is locked': signAfter(ios, (phone) => phone.setDeviceLocked(true)),
  }),
  status(-26275, 'errSecDecode', 'openFailed', opening('OSStatus', -26275)),
  status(-34018, 'errSecMissingEntitlement', 'notAvailable'),
  status(-4712, 'of no meaning to us', 'internal'),
]

/** `TKError.Code` of the Secure Enclave's driver (TKError.h). Two mean a change of set where the key is bound to one. */
const tokenRows: readonly ErrorRow[] = [
  token(-1, 'notImplemented', 'internal'),
  token(-2, 'communicationError', 'internal'),
  token(-3, 'corruptedData', 'keyInvalidated'),
  token(-3, 'corruptedData', 'authenticationFailed', use('TKError', -3, outliving)),
  token(-4, 'canceledByUser', 'userCanceled'),
  token(-5, 'authenticationFailed', 'authenticationFailed'),
  token(-6, 'objectNotFound', 'keyInvalidated'),
  token(-6, 'objectNotFound', 'authenticationFailed', use('TKError', -6, outliving)),
  token(-7, 'tokenNotFound', 'internal'),
  token(-8, 'badParameter', 'internal'),
  token(-9, 'authenticationNeeded', 'deviceLocked'),
]

const attest =
  (number: number): Way =>
  async () => {
    const { hardware, failNext } = ios()
    const keyId = await hardware.appAttestKey('table')
    await failNext({ call: 'appAttest.attestKey', exception: 'DCError', number })
    return hardware.appAttestAttest(keyId, 'A'.repeat(43))
  }
const device = (number: number, name: string, code: HardwareErrorCode, ways: Ways = {}): ErrorRow => ({
  domain: 'DCError',
  name,
  number,
  code,
  ways: { injected: attest(number), ...ways },
})

/** `DCError.Code` of App Attest (DCError.h). */
const deviceRows: readonly ErrorRow[] = [
  device(0, 'unknownSystemFailure', 'integrityUnavailable'),
  device(1, 'featureUnsupported', 'unsupported', {
    'on a simulator': () => ios({ simulator: true }).hardware.appAttestKey('table'),
  }),
  device(2, 'invalidInput', 'integrityUnavailable'),
  device(3, 'invalidKey', 'integrityUnavailable'),
  device(4, 'serverUnavailable', 'integrityUnavailable'),
]

/** Every error of iOS that Keybound's calls can meet, and those it has heard of. */
export const iosRows: readonly ErrorRow[] = [...laRows, ...statusRows, ...tokenRows, ...deviceRows]
