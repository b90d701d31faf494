import { hash } from 'node:crypto'
import type { IosDeviceJSON } from '@keybound/protocol'
import type { PolicyOverrides } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { createAppleKey } from '../../support/apple-authority.ts'
import { createIphone, type IphoneKnobs, iosApp, iosOrigin } from '../../support/phones/iphone.ts'
import { makePair, type PhoneAnswer, p256JwkOf, spkiOf, thumbprintOf } from '../../support/phones/phone.ts'
import { appleAuthority, startPhoneServer } from '../../support/phones/phone-server.ts'
import { origin, refusal } from '../../support/server.ts'

type Apps = NonNullable<PolicyOverrides['registration']>['apps']

async function attempt(knobs: IphoneKnobs = {}, apps?: Apps) {
  const server = await startPhoneServer(apps)
  const phone = createIphone(appleAuthority)
  return { server, phone, ...(await server.registerPhone(phone, knobs)) }
}

/** Sends other parts of the device than were made. */
function sending(parts: Partial<IosDeviceJSON>): NonNullable<IphoneKnobs['sent']> {
  return ({ response, device }: PhoneAnswer) => ({
    response,
    device: { ...device, ...parts } as PhoneAnswer['device'],
  })
}

describe('an iPhone', () => {
  test('registers at L2 by App Attest, signs in, and all of its evidence is kept', async () => {
    const { server, phone, answer, body } = await attempt()
    expect(answer.json.credential).toMatchObject({ level: 'L2', platform: 'ios', expiresAt: null })
    expect((await server.signInByPhone(phone)).json.session.acr).toBe('L2')
    const { id } = answer.json.credential
    const { device } = body
    const { keyId, attestationObject } = device as IosDeviceJSON
    expect(await server.store.findEvidence('test', id)).toMatchObject({
      ceremony: { origin: iosOrigin },
      device: { platform: 'ios', appAttest: { keyId, attestationObject } },
      verdict: {
        format: 'packed',
        attestationType: 'self',
        level: 'L2',
        device: {
          development: false,
          app: { id: `${iosApp.teamId}.${iosApp.bundleId}`, environment: 'production', testOnly: true },
        },
      },
    })
    expect(await server.store.findCredential('test', id)).toMatchObject({
      proofJkt: thumbprintOf(phone.keys.proof),
      appAttestKey: keyId,
    })
  })

  test('has the level of the policy', async () => {
    expect((await attempt({}, { iosLevel: 'R' })).answer.json.credential.level).toBe('R')
    const low = await attempt({}, { iosLevel: 'L1' })
    expect(low.answer).toMatchObject(refusal('attestation_required'))
  })

  test.each<[string, IphoneKnobs, string]>([
    ['E11: over other client data', { clientDataHash: Buffer.alloc(32, 1) }, 'app_attest_nonce_mismatch'],
    [
      'E13: of the development environment',
      { attest: { aaguid: 'appattestdevelop' } },
      'app_attest_environment_forbidden',
    ],
    ['E12: of another app', { attest: { appId: 'ABCDE12345.com.example.other' } }, 'app_identity_mismatch'],
    ['of another key', { sent: sending({ keyId: 'A'.repeat(43) }) }, 'app_attest_key_mismatch'],
    ['that is junk', { sent: sending({ attestationObject: 'AAAA' }) }, 'app_attest_malformed'],
    ['E13: after use', { attest: { counter: 1 } }, 'app_attest_counter_invalid'],
  ])('with App Attest %s is refused', async (_, knobs, code) => {
    expect((await attempt(knobs)).answer).toMatchObject(refusal(code as 'app_attest_malformed'))
  })

  test('may be of the development environment where the app’s policy says so', async () => {
    const ios = [{ ...iosApp, policy: { environments: ['development'] as const } }]
    const knobs = { attest: { aaguid: 'appattestdevelop' } }
    expect((await attempt(knobs, { ios })).answer.json.credential.level).toBe('L2')
  })

  test('with half of App Attest is refused', async () => {
    const sent = ({ response, device }: PhoneAnswer): PhoneAnswer => {
      const { keyId: _, ...others } = device as IosDeviceJSON
      return { response, device: others }
    }
    expect((await attempt({ sent })).answer).toMatchObject(refusal('app_attest_malformed'))
  })

  test('without App Attest is refused, or L1 where the policy takes it', async () => {
    const knobs = { unattested: true }
    expect((await attempt(knobs)).answer).toMatchObject(refusal('attestation_required'))
    const { answer } = await attempt(knobs, { attestation: 'optional', level: 'L1' })
    expect(answer.json.credential).toMatchObject({ level: 'L1', platform: 'ios' })
  })

  test('whose other keys were exchanged on the way is refused', async () => {
    const stranger = makePair()
    for (const parts of [
      { sealingKey: spkiOf(stranger).toString('base64url') },
      { proofKey: p256JwkOf(stranger) },
    ]) {
      const { answer } = await attempt({ sent: sending(parts) })
      expect(answer).toMatchObject(refusal('device_commitment_mismatch'))
    }
  })

  test('whose client data commit to exchanged keys is refused: App Attest certified others', async () => {
    const stranger = makePair()
    const server = await startPhoneServer()
    const phone = createIphone(appleAuthority)
    const honest = createIphone(appleAuthority)
    const signedIn = await server.signIn()
    const options = await server.registrationOptions(signedIn)
    const { device } = await honest.register(options)
    const commitment = () => ({
      sealing: hash('sha256', spkiOf(stranger), 'base64url'),
      proof: thumbprintOf(stranger),
    })
    const forged = await phone.register(options, { commitment })
    const { keyId, attestationObject } = device as IosDeviceJSON
    const keys = { sealingKey: spkiOf(stranger).toString('base64url'), proofKey: p256JwkOf(stranger) }
    const answer = await server.call('POST', '/v1/registration', {
      token: signedIn.session.token,
      body: {
        grant: signedIn.registrationGrant?.token,
        operationId: server.newOperationId(),
        response: forged.response,
        device: { platform: 'ios', keyId, attestationObject, ...keys },
      },
    })
    expect(answer).toMatchObject(refusal('app_attest_nonce_mismatch'))
  })

  test('with a sealing or proof key that is none is refused', async () => {
    const rsa = spkiOf(makePair('rsa2048')).toString('base64url').slice(0, 160)
    const offCurve = { ...p256JwkOf(makePair()), y: 'A'.repeat(43) }
    for (const parts of [{ sealingKey: rsa }, { sealingKey: 'AAAA' }, { proofKey: offCurve }]) {
      const { answer } = await attempt({ sent: sending(parts) })
      expect(answer).toMatchObject(refusal('public_key_invalid'))
    }
    const loose = { ...p256JwkOf(makePair()), d: 'A'.repeat(43) }
    expect((await attempt({ sent: sending({ proofKey: loose }) })).answer).toMatchObject(
      refusal('invalid_request'),
    )
  })

  test('of an app that is not configured, or from a page, is refused', async () => {
    for (const wrong of [
      origin,
      'ios:bundle-id:ABCDE12345.com.example.other',
      'ios:bundle-id:com.example.bank',
    ]) {
      expect((await attempt({ origin: wrong })).answer).toMatchObject(refusal('origin_mismatch'))
    }
    expect((await attempt({}, { ios: [] })).answer).toMatchObject(refusal('app_identity_mismatch'))
  })

  test('needs an App Attest key of its own for each credential', async () => {
    const server = await startPhoneServer()
    const appAttestKey = createAppleKey()
    const phones = [createIphone(appleAuthority), createIphone(appleAuthority)] as const
    const first = await server.registerPhone(phones[0], { appAttestKey })
    expect(first.answer.json.credential.level).toBe('L2')
    const second = await server.registerPhone(phones[1], { appAttestKey }, { username: 'grace' })
    expect(second.answer).toMatchObject(refusal('app_attest_key_used'))
  })
})
