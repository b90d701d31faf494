import { hash } from 'node:crypto'
import type { PolicyOverrides } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { attestedApp } from '../../support/android-authority/authority.ts'
import { type DescriptionSpec, tagValue } from '../../support/android-authority/index.ts'
import { type AndroidKnobs, androidOrigin, createAndroidPhone } from '../../support/phones/android-phone.ts'
import { makePair, type PhoneAnswer, spkiOf, thumbprintOf } from '../../support/phones/phone.ts'
import { phoneApps, phoneStart, phoneTrust, startPhoneServer } from '../../support/phones/phone-server.ts'
import { origin, refusal } from '../../support/server.ts'

type Apps = NonNullable<PolicyOverrides['registration']>['apps']

async function attempt(knobs: AndroidKnobs = {}, apps?: Apps) {
  const server = await startPhoneServer(apps)
  const phone = createAndroidPhone()
  return { server, phone, ...(await server.registerPhone(phone, knobs)) }
}

/** The same description with other tags in the list the hardware enforces. */
function hardware(changes: DescriptionSpec['hardwareEnforced'], role?: string) {
  return (right: DescriptionSpec, of: string): DescriptionSpec =>
    role === undefined || of === role
      ? { ...right, hardwareEnforced: { ...right.hardwareEnforced, ...changes } }
      : right
}

describe('an Android phone', () => {
  test('registers at L2, signs in, and all of its evidence is kept', async () => {
    const { server, phone, answer } = await attempt()
    expect(answer.json.credential).toMatchObject({
      level: 'L2',
      platform: 'android',
      current: false,
      expiresAt: null,
      backupEligible: false,
    })
    expect((await server.signInByPhone(phone)).json.session.acr).toBe('L2')
    const { id } = answer.json.credential
    const evidence = await server.store.findEvidence('test', id)
    expect(evidence).toMatchObject({
      ceremony: { origin: androidOrigin, algorithms: [-7] },
      device: { platform: 'android' },
      verdict: {
        format: 'android-key',
        level: 'L2',
        device: {
          development: false,
          sealing: { securityLevel: 'tee', testOnly: true },
          proof: { securityLevel: 'tee' },
        },
      },
    })
    const credential = await server.store.findCredential('test', id)
    expect(credential?.proofJkt).toBe(thumbprintOf(phone.keys.proof))
  })

  test('keeps no challenge in its evidence', async () => {
    const { server, answer, options } = await attempt()
    const evidence = await server.store.findEvidence('test', answer.json.credential.id)
    expect(JSON.stringify(evidence)).not.toContain(options.challenge)
  })

  test('gets the same answer when it repeats the request', async () => {
    const { answer, send } = await attempt()
    expect((await send()).json).toEqual(answer.json)
  })

  test('is R with a signing key in StrongBox, whose other keys may be in the TEE', async () => {
    const level: NonNullable<AndroidKnobs['level']> = (role) => (role === 'signing' ? 'StrongBox' : 'TEE')
    const { answer } = await attempt({ level })
    expect(answer.json.credential.level).toBe('R')
    const strict = await attempt({}, { level: 'R' })
    expect(strict.answer).toMatchObject(refusal('key_security_level_insufficient'))
  })

  test.each<[string, AndroidKnobs, string]>([
    [
      'E12: a rooted phone',
      { description: hardware({ 704: tagValue.rootOfTrust({ locked: false, state: 2 }) }) },
      'boot_state_refused',
    ],
    [
      'a signing key that a PIN unlocks',
      { description: hardware({ 504: tagValue.number(3) }, 'signing') },
      'key_authorization_insufficient',
    ],
    [
      'a sealing key that a PIN unlocks',
      { description: hardware({ 504: tagValue.number(3) }, 'sealing') },
      'key_authorization_insufficient',
    ],
    [
      'E09: a proof key that was imported',
      { description: hardware({ 702: tagValue.number(2) }, 'proof') },
      'key_origin_refused',
    ],
    [
      'E09: a software key',
      { description: (right) => ({ ...right, attestationSecurityLevel: 0, keyMintSecurityLevel: 0 }) },
      'key_security_level_insufficient',
    ],
    [
      'E12: another app of the same maker',
      {
        description: (right) => ({
          ...right,
          softwareEnforced: {
            ...right.softwareEnforced,
            709: tagValue.applicationId([['com.example.other', 1]], [attestedApp.signer]),
          },
        }),
      },
      'app_identity_mismatch',
    ],
  ])('is refused: %s', async (_, knobs, code) => {
    expect((await attempt(knobs)).answer).toMatchObject(refusal(code as 'boot_state_refused'))
  })

  test('whose keys are of two apps of the policy is refused', async () => {
    const other = { packageName: 'com.example.other', signerDigests: phoneApps.android[0].signerDigests }
    const ofOther = tagValue.applicationId([[other.packageName, 1]], [attestedApp.signer])
    const description: NonNullable<AndroidKnobs['description']> = (right, role) =>
      role === 'sealing' ? { ...right, softwareEnforced: { ...right.softwareEnforced, 709: ofOther } } : right
    const apps = { android: [...phoneApps.android, other] }
    expect((await attempt({ description }, apps)).answer).toMatchObject(refusal('app_identity_mismatch'))
  })

  test.each<[string, NonNullable<AndroidKnobs['description']>]>([
    ['sealing', (right, role) => (role === 'sealing' ? { ...right, challenge: Buffer.alloc(32, 7) } : right)],
    ['proof', (right, role) => (role === 'proof' ? { ...right, challenge: Buffer.alloc(32, 7) } : right)],
  ])('E11: with a %s key made for another challenge is refused', async (_, description) => {
    expect((await attempt({ description })).answer).toMatchObject(refusal('attestation_challenge_mismatch'))
  })

  test('that shows one key in both roles is refused', async () => {
    const sent = ({ response, device }: PhoneAnswer): PhoneAnswer => {
      if (device.platform !== 'android') throw new Error('Unexpected device.')
      return { response, device: { ...device, sealingChain: device.proofChain } }
    }
    const phone = createAndroidPhone()
    const server = await startPhoneServer()
    const proof = hash('sha256', spkiOf(phone.keys.proof), 'base64url')
    const commitment: NonNullable<AndroidKnobs['commitment']> = (right) => ({ ...right, sealing: proof })
    const { answer } = await server.registerPhone(phone, { sent, commitment })
    expect(answer).toMatchObject(refusal('attestation_challenge_mismatch'))
  })

  test.each<[string, NonNullable<AndroidKnobs['commitment']>]>([
    ['no commitment', () => null],
    ['a commitment that is a text', () => 'keys'],
    ['only one key', ({ sealing }) => ({ sealing })],
    ['a third member', (right) => ({ ...right, other: 'x' })],
    ['another sealing key', (right) => ({ ...right, sealing: thumbprintOf(makePair()) })],
    ['another proof key', (right) => ({ ...right, proof: thumbprintOf(makePair()) })],
    ['the two swapped', ({ sealing, proof }) => ({ sealing: proof, proof: sealing })],
  ])('is refused with client data of %s', async (_, commitment) => {
    expect((await attempt({ commitment })).answer).toMatchObject(refusal('device_commitment_mismatch'))
  })

  test('of an app that is not configured, or from a page, is refused', async () => {
    const stranger = 'android:apk-key-hash:AAAA'
    for (const wrong of [stranger, origin, 'ios:bundle-id:ABCDE12345.com.example.bank']) {
      expect((await attempt({ origin: wrong })).answer).toMatchObject(refusal('origin_mismatch'))
    }
    expect((await attempt({}, { android: [] })).answer).toMatchObject(refusal('app_identity_mismatch'))
  })

  test('of a configured app by another of its signers than the attested one is refused', async () => {
    const wrong = `android:apk-key-hash:${Buffer.alloc(32).toString('base64url')}`
    expect((await attempt({ origin: wrong })).answer).toMatchObject(refusal('app_identity_mismatch'))
  })

  test('whose key may be copied is refused', async () => {
    expect((await attempt({ flags: 0x4d })).answer).toMatchObject(refusal('attestation_required'))
  })

  test('without evidence is refused, or L1 where the policy takes it', async () => {
    const knobs = { selfAttested: true }
    expect((await attempt(knobs)).answer).toMatchObject(refusal('attestation_required'))
    const optional = await attempt(knobs, { attestation: 'optional', level: 'L1' })
    expect(optional.answer.json.credential).toMatchObject({ level: 'L1', expiresAt: null })
    const rooted = { description: hardware({ 702: tagValue.number(2) }) }
    const wrong = await attempt(rooted, { attestation: 'optional', level: 'L1' })
    expect(wrong.answer).toMatchObject(refusal('attestation_statement_invalid'))
  })

  test('without a young status list registers nothing at L2', async () => {
    const stale = { ...phoneTrust.android, statusFetchedAt: new Date((phoneStart - 2 * 86_400) * 1000) }
    const server = await startPhoneServer({}, { trust: { ...phoneTrust, android: stale } })
    const { answer } = await server.registerPhone(createAndroidPhone())
    expect(answer).toMatchObject(refusal('attestation_status_unavailable'))
  })

  test('under a root that is not trusted is refused', async () => {
    const server = await startPhoneServer({}, { trust: { roots: [] } })
    const { answer } = await server.registerPhone(createAndroidPhone())
    expect(answer).toMatchObject(refusal('attestation_untrusted'))
  })

  test('that sends junk for a chain is refused', async () => {
    const withChain =
      (sealingChain: string[]) =>
      (answer: PhoneAnswer): PhoneAnswer => ({
        ...answer,
        device: { ...answer.device, sealingChain } as PhoneAnswer['device'],
      })
    expect((await attempt({ sent: withChain(['AAAA']) })).answer).toMatchObject(
      refusal('certificate_malformed'),
    )
    for (const chain of [
      [],
      Array.from({ length: 11 }, () => 'AAAA'),
      ['A'.repeat(11_000)],
      ['not base64url!'],
    ]) {
      expect((await attempt({ sent: withChain(chain) })).answer).toMatchObject(refusal('invalid_request'))
    }
  })
})
