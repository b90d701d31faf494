import { verifyAppAssertion, verifyAppAttestation } from '@keybound/attestation'
import type { KeyRequest } from '@keybound/phone'
import { decodeBase64Url } from '@keybound/protocol'
import { beforeAll, describe, expect, test } from 'vitest'
import { createVirtualAuthority, type VirtualAuthority, virtualPhone } from './index.ts'

const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
const app = { teamId: 'ABCDE12345', bundleId: 'com.example.bank' }
const request = (alias: string, role: KeyRequest['role']): KeyRequest => ({
  alias,
  role,
  enrolment: 'currentSet',
  strongBox: 'no',
  allowSoftware: false,
  attestationChallenge: '',
})

let authority: VirtualAuthority
beforeAll(async () => {
  authority = await createVirtualAuthority()
})

describe('a virtual iPhone', () => {
  test('signs when the right face looks, and shows the app its own sheet as inactive only', async () => {
    const phone = virtualPhone.ios({ seed: 'signs', authority })
    const events: string[] = []
    phone.hardware.onLifecycle(({ type }) => events.push(type))
    const { publicKey, chain } = await phone.hardware.createKey(request('login', 'signing'))
    expect(chain).toEqual([])
    phone.touch('right index')
    const signature = await phone.hardware.sign('login', 'AQID', prompt)
    const point = Buffer.from(publicKey, 'base64url').subarray(26).toString('base64url')
    expect(await phone.hardware.verify(point, 'AQID', signature)).toBe(true)
    expect(events).toEqual(['inactive', 'active'])
  })

  test('tells an app that trusts the reply who was recognised, and opens no key by that', async () => {
    const phone = virtualPhone.ios({ authority })
    const evaluate = async () => {
      const { context } = (await phone.system.call('la.context', {})) as { context: string }
      return phone.system.call('la.evaluate', { context, localizedReason: 'Unlock' })
    }
    phone.touch('right index')
    expect(await evaluate()).toBe(null)
    expect(phone.prompts.at(-1)?.title).toBe('Unlock')
    phone.touch('stranger')
    phone.touch('stranger')
    phone.touch('stranger')
    await expect(evaluate()).rejects.toMatchObject({ exception: 'LAError', number: -1 })
    await phone.forceSuccess()
    expect(await evaluate()).toBe(null)
  })

  test('opens a vault pair through ECIES', async () => {
    const phone = virtualPhone.ios({ authority })
    const { hardware } = phone
    await hardware.createKey(request('seal', 'sealing'))
    const pair = await hardware.newVaultPair('seal', 'context')
    phone.touch('right index')
    const opened = await hardware.openVaultPair('seal', pair, 'context', prompt)
    const key = await hardware.newDataKey()
    const wrapped = await hardware.wrapDataKey(pair.publicKey, key)
    const sealed = await hardware.aeadSeal(key, 'AQID', '')
    expect(await hardware.aeadOpen(await hardware.unwrapDataKey(opened, wrapped), sealed, '')).toBe('AQID')
    await phone.forceSuccess()
    await expect(hardware.openVaultPair('seal', pair, 'context', prompt)).rejects.toMatchObject({
      userInfo: { nativeCode: -25293 },
    })
  })

  test.for(['26.1', '27.0'])(
    'attests and asserts on iOS %s as the verifier expects',
    async (systemVersion) => {
      const { hardware } = virtualPhone.ios({ authority, systemVersion })
      const clientDataHash = new Uint8Array(32).fill(7)
      const hash = Buffer.from(clientDataHash).toString('base64url')
      const keyId = await hardware.appAttestKey('registration')
      expect(await hardware.appAttestKey('registration')).toBe(keyId)
      const now = new Date()
      const attestation = await verifyAppAttestation({
        attestationObject: decodeBase64Url(await hardware.appAttestAttest(keyId, hash)),
        clientDataHash,
        keyId,
        app,
        trust: { roots: [authority.appleRoot], testOnly: true },
        issuedAt: now,
        now,
      })
      expect(attestation.launch?.bundleVersion).toBe(systemVersion === '27.0' ? '42' : undefined)
      const { counter } = await verifyAppAssertion({
        assertion: decodeBase64Url(await hardware.appAttestAssert(keyId, hash)),
        clientDataHash,
        publicKey: attestation.publicKey,
        previousCounter: 0,
        app,
        registered: attestation.launch,
      })
      expect(counter).toBe(1)
      await expect(hardware.appAttestAttest(keyId, hash)).rejects.toMatchObject({ code: 'invalidArgument' })
    },
  )
})
