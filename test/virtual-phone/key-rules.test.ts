import type { AndroidCalls, IosCalls, VirtualPhone } from '@keybound/virtual-phone'
import { describe, expect, test } from 'vitest'
import { android, ios } from './errors/row.ts'

/** What the systems do with keys that apps may make and Keybound never does: other roads lead there. */
type Happening = (phone: VirtualPhone) => Promise<unknown>

const nothing: Happening = async () => {}
const newFinger: Happening = (phone) => phone.enrol('left thumb')
const noScreenLock: Happening = (phone) => phone.setScreenLock(false)

/** What became of a call: `done`, or the system's name and number for why not. */
const outcomeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    ({ exception, number }: { exception: string; number?: number }) => `${exception} ${number ?? ''}`.trim(),
  )

describe('Android’s key store', () => {
  const biometric = 2
  const credential = 1
  const call = <Name extends keyof AndroidCalls & string>(
    { system }: VirtualPhone,
    name: Name,
    request: Parameters<AndroidCalls[Name]>[0],
  ) => system.call(name, request)

  /** A phone with a key, and what happens to it. */
  async function phoneWithKey(
    happen: Happening,
    userAuthenticationType: number,
    invalidatedByBiometricEnrollment: boolean,
  ) {
    const phone = android()
    await call(phone, 'keystore.generate', {
      alias: 'key',
      algorithm: 'EC',
      purposes: ['sign'],
      digests: ['SHA-256'],
      paddings: [],
      mgf1Digests: [],
      strongBoxBacked: false,
      userAuthenticationRequired: true,
      userAuthenticationValidity: 0,
      userAuthenticationType,
      invalidatedByBiometricEnrollment,
      attestationChallenge: null,
    })
    await happen(phone)
    return phone
  }

  const begin = (phone: VirtualPhone) =>
    call(phone, 'keystore.begin', { alias: 'key', purpose: 'sign', digest: 'SHA-256', mgf1Digest: null })

  const dead = 'KeyPermanentlyInvalidatedException'
  test.each([
    ['a biometric alone', biometric, true, 'a new finger', newFinger, dead],
    [
      'a biometric alone, if it is to outlive enrolments',
      biometric,
      false,
      'a new finger',
      newFinger,
      'done',
    ],
    ['a biometric or the device credential', biometric | credential, true, 'a new finger', newFinger, 'done'],
    ['the device credential', credential, true, 'a new finger', newFinger, 'done'],
    ['a biometric alone', biometric, true, 'no screen lock', noScreenLock, 'KeyNotFound'],
    [
      'a biometric or the device credential',
      biometric | credential,
      true,
      'no screen lock',
      noScreenLock,
      'KeyNotFound',
    ],
  ] as const)('a key for %s (type %i, %s) after %s', async (_, type, invalidated, _what, happen, outcome) => {
    expect(await outcomeOf(begin(await phoneWithKey(happen, type, invalidated)))).toBe(outcome)
  })

  /** Signs with a prompt that takes the credential too. */
  async function signWith(type: number, answer: Happening) {
    const phone = await phoneWithKey(nothing, type, true)
    const { operation } = (await begin(phone)) as { operation: string }
    const authenticators = 15 | 32768
    const words = { title: 'x', subtitle: '', description: '', negative: '', confirmationRequired: true }
    const shown = call(phone, 'prompt.show', { ...words, authenticators, operation })
    await expect.poll(() => phone.prompts.length).toBe(1)
    await answer(phone)
    await shown
    return outcomeOf(call(phone, 'keystore.finish', { operation, bytes: new Uint8Array(1) }))
  }

  const finger: Happening = (phone) => phone.touch('right index')
  const pin: Happening = (phone) => phone.enterCredential()
  const refused = 'KeyStoreException -26'
  test.each([
    ['a biometric', biometric, 'a finger', finger, 'done'],
    ['a biometric', biometric, 'the PIN', pin, refused],
    ['the device credential', credential, 'a finger', finger, refused],
    ['the device credential', credential, 'the PIN', pin, 'done'],
    ['either', biometric | credential, 'a finger', finger, 'done'],
    ['either', biometric | credential, 'the PIN', pin, 'done'],
  ] as const)('a key for %s (type %i), when the prompt gets %s', async (_, type, _what, answer, outcome) => {
    expect(await signWith(type, answer)).toBe(outcome)
  })
})

describe('the keychain of an iPhone', () => {
  const call = <Name extends keyof IosCalls & string>(
    { system }: VirtualPhone,
    name: Name,
    request: Parameters<IosCalls[Name]>[0],
  ) => system.call(name, request)

  test.each([
    ['biometryCurrentSet', 'a new finger', newFinger, 'OSStatus -25293'],
    ['biometryAny', 'a new finger', newFinger, 'done'],
    ['userPresence', 'a new finger', newFinger, 'done'],
    ['biometryCurrentSet', 'no passcode', noScreenLock, 'OSStatus -25300'],
    ['biometryAny', 'no passcode', noScreenLock, 'OSStatus -25300'],
    ['userPresence', 'no passcode', noScreenLock, 'OSStatus -25300'],
  ] as const)('a key of %s after %s', async (flag, _, happen, outcome) => {
    const phone = ios()
    await call(phone, 'key.generate', {
      tag: 'key',
      secureEnclave: true,
      accessible: 'WhenPasscodeSetThisDeviceOnly',
      flags: ['privateKeyUsage', flag],
    })
    await happen(phone)
    const { context } = (await call(phone, 'la.context', {})) as { context: string }
    void phone.touch('right index')
    const use = {
      tag: 'key',
      context,
      localizedReason: 'x',
      localizedCancelTitle: '',
      bytes: new Uint8Array(1),
    }
    expect(await outcomeOf(call(phone, 'key.sign', use))).toBe(outcome)
  })
})
