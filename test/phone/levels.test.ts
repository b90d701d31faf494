import type { DeviceDescription, KeyboundError } from '@keybound/phone'
import { createVirtualAuthority } from '@keybound/virtual-phone'
import { describe, expect, test } from 'vitest'
import { setUp, startApp } from './support/bank.ts'
import { makePhone, models, openPhoneBank, own, type Phone, signer } from './support/phones.ts'

type MakeOptions = Parameters<typeof makePhone>[2]

describe('levels that all three keys prove', () => {
  test.each([
    ['android', 'no', 'L2'],
    ['android', 'required', 'R'],
    ['ios', 'no', 'L2'],
    ['ios', 'no', 'R'],
  ] as const)('%s, StrongBox %s: %s', async (model, strongBox, level) => {
    const bank = await openPhoneBank({ level, ...(model === 'ios' && { iosLevel: level }) })
    const phone = await makePhone(model, bank)
    const client = await startApp(bank, phone.hardware, { keys: { strongBox } })
    void phone.touch(own)
    expect((await setUp(client)).level).toBe(level)
    void phone.touch(own)
    expect((await client.signIn()).acr).toBe(level)
    expect(await client.availability()).toMatchObject({
      available: true,
      properties: { hardwareProven: model === 'android' ? 'always' : 'byApp', sealing: 'withoutPrompt' },
    })
  })

  test('StrongBox is asked for and there is none: no key is made, and the user is told', async () => {
    const bank = await openPhoneBank()
    const phone = await makePhone('android', bank, { strongBox: 'no' })
    const client = await startApp(bank, phone.hardware, { keys: { strongBox: 'required' } })
    await expect(setUp(client)).rejects.toMatchObject({ code: 'key_policy_refused' })
    expect(await phone.hardware.listKeys('keybound.')).toEqual([])
    expect(phone.prompts).toHaveLength(0)
  })
})

describe.each(['L2', 'R'] as const)(
  'registrations that are refused at %s, with a reason that a support desk can read',
  (level) => {
    /** Tries to register; answers the refusal, and that nothing was left. */
    async function refusal(
      model: 'android' | 'ios',
      options: MakeOptions = {},
      change: (phone: Phone) => Promise<unknown> = async () => {},
      { lie, ...keys }: { allowSoftware?: boolean; lie?: Partial<DeviceDescription> } = {},
    ) {
      const bank = await openPhoneBank({ level, iosLevel: level })
      const phone = await makePhone(model, bank, options)
      await change(phone)
      const describe = async () => ({ ...(await phone.hardware.describe()), ...lie })
      const client = await startApp(bank, { ...phone.hardware, describe }, { keys })
      void phone.touch(own)
      const error: KeyboundError = await setUp(client).then(
        () => {
          throw new Error('Unexpected registration.')
        },
        (failure: KeyboundError) => failure,
      )
      await expect.poll(() => phone.hardware.listKeys('keybound.')).toEqual([])
      expect(client.state.accounts).toEqual([])
      expect(error.message).toMatch(/\w+.*[.;]/)
      return error
    }

    test.each<[string, MakeOptions, ((phone: Phone) => Promise<unknown>) | undefined, RegExp]>([
      ['a rooted phone', {}, (phone) => phone.root(), /^boot_state_refused$/],
      ['an unlocked bootloader', {}, (phone) => phone.unlockBootloader(), /^boot_state_refused$/],
      [
        'an app that somebody else signed',
        {},
        (phone) => phone.resign(new Uint8Array(32).fill(9)),
        /^origin_mismatch$/,
      ],
      ['an app of another name', { appId: 'com.example.fake' }, undefined, /^app_identity_mismatch$/],
    ])('%s', async (_, options, change, code) => {
      expect((await refusal('android', options, change)).code).toMatch(code)
    })

    test('an emulator: the phone itself refuses software keys, and the server does when the app takes them', async () => {
      expect((await refusal('android', { emulator: true })).code).toBe('key_policy_refused')
      const { code } = await refusal('android', { emulator: true }, undefined, { allowSoftware: true })
      expect(code).toMatch(
        /^(root_untrusted|chain_untrusted|security_level_refused|attestation_.*|.*root.*)$/,
      )
    })

    test('a simulator of an iPhone, and an iPhone with another app', async () => {
      expect((await refusal('ios', { simulator: true })).code).toBe('key_policy_refused')
      expect((await refusal('ios', { simulator: true }, undefined, { allowSoftware: true })).code).toBe(
        'attestation_required',
      )
      expect((await refusal('ios', { appId: 'ABCDE12345.com.example.fake' })).code).toBe('origin_mismatch')
    })

    test.each(models)('a %s of an authority that the server does not trust', async (model) => {
      const authority = await createVirtualAuthority({ now: () => 1_800_000_000_000 })
      expect((await refusal(model, { authority })).code).toMatch(/root|chain|trust/)
    })

    test('an app that claims to be another: the evidence of its keys says who it is', async () => {
      const forged = { signer: new Uint8Array(32).fill(9) }
      const lie = { signingDigests: [signer.toString('base64url')] }
      expect((await refusal('android', forged, undefined, { lie })).code).toBe('app_identity_mismatch')
      const fake = { appId: 'ABCDE12345.com.example.fake' }
      const other = { lie: { appId: 'ABCDE12345.com.example.bank' } }
      expect((await refusal('ios', fake, undefined, other)).code).toBe('app_identity_mismatch')
    })

    test('a weak biometric, none, no screen lock: told before a key is made', async () => {
      expect((await refusal('android', { sensorClass: 2 })).code).toBe('biometric_weak_only')
      expect((await refusal('android', { enrolled: [] })).code).toBe('biometric_not_enrolled')
      expect((await refusal('ios', { enrolled: [] })).code).toBe('biometric_not_enrolled')
      expect((await refusal('android', { screenLock: false })).code).toMatch(
        /^(passcode_not_set|biometric_not_enrolled)$/,
      )
      expect((await refusal('ios', { screenLock: false })).code).toBe('passcode_not_set')
    })
  },
)

test.each([
  ['an Android phone without StrongBox', 'android', { strongBox: 'no' }, 'key_security_level_insufficient'],
  ['an iPhone whose App Attest the policy takes for L2', 'ios', {}, 'attestation_required'],
] as const)('%s is refused where R is demanded', async (_, model, options, code) => {
  const bank = await openPhoneBank({ level: 'R' })
  const phone = await makePhone(model, bank, options)
  const client = await startApp(bank, phone.hardware)
  void phone.touch(own)
  await expect(setUp(client)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(/expected at least/),
  })
  await expect.poll(() => phone.hardware.listKeys('keybound.')).toEqual([])
})

test('the virtual authority is refused by a server that is not on loopback', async () => {
  const options = {
    publicUrl: 'https://bank.example',
    relyingParty: { id: 'bank.example', name: 'Bank' },
    origins: ['https://bank.example'],
    demo: false,
  }
  await expect(openPhoneBank({}, options)).rejects.toMatchObject({ code: 'demo_not_loopback' })
})
