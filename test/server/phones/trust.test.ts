import { parseStatusList } from '@keybound/attestation'
import type { AppsPolicy, PolicyOverrides, ServerTrust } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { tagValue } from '../../support/android-authority/index.ts'
import { type AndroidKnobs, createAndroidPhone } from '../../support/phones/android-phone.ts'
import { createIphone } from '../../support/phones/iphone.ts'
import {
  appleAuthority,
  phoneApps,
  phoneMakers,
  phoneTrust,
  startPhoneServer,
} from '../../support/phones/phone-server.ts'
import { refusal, startServer } from '../../support/server.ts'

const day = 86_400
const rooted: AndroidKnobs = {
  description: (right) => {
    const rootOfTrust = tagValue.rootOfTrust({ locked: false, state: 2 })
    return { ...right, hardwareEnforced: { ...right.hardwareEnforced, 704: rootOfTrust } }
  },
}
const emulator: AndroidKnobs = {
  description: (right) => ({ ...right, attestationSecurityLevel: 0, keyMintSecurityLevel: 0 }),
}
const development: ServerTrust = { ...phoneTrust, development: 'loopback' }

describe('in development', () => {
  test.each([
    ['an emulator', () => createAndroidPhone(), emulator],
    ['a phone that is rooted', () => createAndroidPhone(), rooted],
    ['an emulator without attestation', () => createAndroidPhone(), { selfAttested: true }],
    ['a simulator', () => createIphone(appleAuthority), { unattested: true }],
    [
      'a build run from Xcode',
      () => createIphone(appleAuthority),
      { attest: { aaguid: 'appattestdevelop' } },
    ],
  ])('%s registers at L1 for 24 hours', async (_, make, knobs) => {
    const server = await startPhoneServer({}, { trust: development })
    const phone = make()
    const { answer } = await server.registerPhone(phone, knobs)
    const { id, level, createdAt, expiresAt } = answer.json.credential
    expect([level, expiresAt]).toEqual(['L1', createdAt + day])
    expect((await server.store.findEvidence('test', id))?.verdict.device?.development).toBe(true)
    server.clock.advance(day - 60)
    const { session } = (await server.signInByPhone(phone)).json
    expect([session.acr, session.expiresAt]).toEqual(['L1', createdAt + day])
    server.clock.advance(60)
    expect(await server.signInByPhone(phone)).toMatchObject(refusal('credential_expired'))
    expect(await server.call('GET', '/v1/session', { token: session.token })).toMatchObject(
      refusal('session_expired'),
    )
  })

  test('what proves its level is as good as ever', async () => {
    const server = await startPhoneServer({}, { trust: development })
    for (const kind of ['android', 'ios'] as const) {
      const { answer } = await server.registerPhone(phoneMakers[kind]())
      expect(answer.json.credential).toMatchObject({ level: 'L2', expiresAt: null })
    }
  })

  test('nothing else is let off: commitment, app, key that may be copied', async () => {
    const server = await startPhoneServer({}, { trust: development })
    const refused = async (knobs: AndroidKnobs) =>
      (await server.registerPhone(createAndroidPhone(), { ...emulator, ...knobs })).answer
    expect(await refused({ commitment: () => null })).toMatchObject(refusal('device_commitment_mismatch'))
    expect(await refused({ origin: 'android:apk-key-hash:AAAA' })).toMatchObject(refusal('origin_mismatch'))
    expect(await refused({ flags: 0x4d })).toMatchObject(refusal('key_security_level_insufficient'))
  })

  test('a credential is never promoted, whatever is judged again', async () => {
    const server = await startPhoneServer({}, { trust: development })
    const { answer } = await server.registerPhone(createAndroidPhone(), rooted)
    const lenient = { level: 'L1', androidRules: { verifiedBoot: 'any' } } as const
    const policy = { registration: { apps: { ...lenient, ...phoneApps } } } satisfies PolicyOverrides
    expect(await server.server.evidence.judgeAgain({ policy })).toMatchObject({ judged: 1, changed: 0 })
    expect(await server.store.findCredential('test', answer.json.credential.id)).toMatchObject({
      level: 'L1',
    })
  })
})

describe('a server', () => {
  const elsewhere = { publicUrl: 'https://bank.example', demo: false } as const
  const site = { relyingParty: { id: 'bank.example', name: 'Bank' }, origins: ['https://bank.example'] }

  test.each<[string, ServerTrust]>([
    ['test roots for Android', { roots: [], android: { testOnly: true } }],
    ['test roots for iOS', { roots: [], apple: { testOnly: true } }],
    ['development on loopback', { roots: [], development: 'loopback' }],
  ])('with %s refuses to start where others reach it', async (_, trust) => {
    await expect(startServer({ ...elsewhere, ...site, trust })).rejects.toMatchObject({
      code: 'demo_not_loopback',
    })
  })

  test('that is flagged for development starts anywhere', async () => {
    await startServer({ ...elsewhere, ...site, trust: { roots: [], development: 'anywhere' } })
  })

  test.each<[string, PolicyOverrides<AppsPolicy>]>([
    ['a digest that is none', { android: [{ packageName: 'com.example', signerDigests: ['abc'] }] }],
    ['an app nobody signed', { android: [{ packageName: 'com.example', signerDigests: [] }] }],
    ['a team id that is none', { ios: [{ teamId: 'team', bundleId: 'com.example' }] }],
    ['a level of pages', { level: 'W' as 'L1' }],
    ['a level nobody knows', { iosLevel: 'L3' as 'L1' }],
    ['evidence that is optional at L2', { attestation: 'optional' }],
  ])('with %s in its policy refuses to start', async (_, apps) => {
    await expect(startServer({ policy: { registration: { apps } } })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })

  test('with a mode of development nobody knows refuses to start', async () => {
    const trust = { roots: [], development: true as unknown as 'loopback' }
    await expect(startServer({ trust })).rejects.toMatchObject({ code: 'configuration_invalid' })
  })
})

describe('evidence of a phone that is judged again', () => {
  const listed = (serial: string): ServerTrust => ({
    ...phoneTrust,
    android: {
      ...phoneTrust.android,
      status: parseStatusList({ entries: { [serial]: { status: 'REVOKED' } } }),
    },
  })

  test('falls when a certificate of its chains is revoked, and rises when it is not', async () => {
    const server = await startPhoneServer(
      {},
      { policy: { evidence: { suspendOn: ['attestation_revoked'] } } },
    )
    const phone = createAndroidPhone()
    const { answer } = await server.registerPhone(phone)
    const { id } = answer.json.credential
    const judge = (trust: ServerTrust) => server.server.evidence.judgeAgain({ trust })
    expect(await judge(phoneTrust)).toEqual({ judged: 1, changed: 0, postponed: 0 })
    expect(await judge(listed('123456789abcdef'))).toMatchObject({ changed: 1 })
    expect(await server.store.findCredential('test', id)).toMatchObject({
      level: 'W',
      suspendedBy: 'attestation_revoked',
    })
    expect(await server.signInByPhone(phone)).toMatchObject(refusal('attestation_revoked'))
    expect(await judge(phoneTrust)).toMatchObject({ changed: 1 })
    expect(await server.store.findCredential('test', id)).toMatchObject({ level: 'L2', suspendedBy: null })
  })

  test('falls to what is still proven when the other keys prove less', async () => {
    const level: AndroidKnobs['level'] = (role) => (role === 'signing' ? 'StrongBox' : 'TEE')
    const server = await startPhoneServer()
    const { answer } = await server.registerPhone(createAndroidPhone(), { level })
    expect(answer.json.credential.level).toBe('R')
    const androidRules = { minimums: { osPatchLevel: 203001 } }
    const policy = { registration: { apps: { ...phoneApps, androidRules } } }
    await server.server.evidence.judgeAgain({ policy })
    expect(await server.store.findEvidence('test', answer.json.credential.id)).toMatchObject({
      verdict: { level: 'W', refusedBy: 'patch_level_insufficient' },
    })
  })

  test('waits while the status list is late', async () => {
    const server = await startPhoneServer()
    await server.registerPhone(createAndroidPhone())
    server.clock.advance(2 * day)
    expect(await server.server.evidence.judgeAgain()).toEqual({ judged: 1, changed: 0, postponed: 1 })
  })

  test('of an iPhone holds after its certificates ended, and falls with its root', async () => {
    const server = await startPhoneServer()
    const { answer } = await server.registerPhone(createIphone(appleAuthority))
    server.clock.advance(400 * day)
    expect(await server.server.evidence.judgeAgain()).toMatchObject({ judged: 1, changed: 0 })
    await server.server.evidence.judgeAgain({ trust: { roots: [] } })
    expect(await server.store.findEvidence('test', answer.json.credential.id)).toMatchObject({
      verdict: { level: 'W', refusedBy: 'attestation_untrusted' },
    })
  })
})
