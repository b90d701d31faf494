import type { AuthenticationOptionsJSON, CredentialsAnswer } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { androidOrigin, createAndroidPhone } from '../../support/phones/android-phone.ts'
import { iosOrigin } from '../../support/phones/iphone.ts'
import { type PhoneServer, phoneMakers, startPhoneServer } from '../../support/phones/phone-server.ts'
import { origin, refusal } from '../../support/server.ts'
import { createDevice } from '../../tokens/support/device.ts'
import { createTestKey, type TestKey, testKeyOf } from '../../tokens/support/proof-key.ts'

const kinds = ['android', 'ios'] as const

const list = async ({ call }: PhoneServer, token: string) =>
  (await call<CredentialsAnswer>('GET', '/v1/credentials', { token })).json.credentials

describe('a credential', () => {
  test.each(kinds)('of %s signs in from its own app only', async (kind) => {
    const server = await startPhoneServer()
    const phone = phoneMakers[kind]()
    await server.registerPhone(phone)
    const other = kind === 'android' ? iosOrigin : androidOrigin
    for (const wrong of [origin, other]) {
      expect(await server.signInByPhone(phone, wrong)).toMatchObject(refusal('origin_mismatch'))
    }
    expect((await server.signInByPhone(phone)).json.session.acr).toBe('L2')
  })

  test('of the web signs in from pages only, and registers as ever', async () => {
    const server = await startPhoneServer()
    const { credential } = await server.register(server.authenticator)
    expect(credential).toMatchObject({ platform: 'web', level: 'W', expiresAt: null })
    const options = await server.authenticationOptions(server.ada)
    const response = server.authenticator.authenticate(options, { origin: androidOrigin })
    const answer = await server.call('POST', '/v1/authentication', { body: { response } })
    expect(answer).toMatchObject(refusal('origin_mismatch'))
    expect((await server.authenticate(server.authenticator, server.ada)).session.acr).toBe('W')
  })

  test('that signs elsewhere tells nobody else so: without its key the refusal is that of a decoy', async () => {
    const server = await startPhoneServer()
    await server.registerPhone(createAndroidPhone())
    const stranger = createAndroidPhone()
    for (const account of [server.ada, server.grace]) {
      const offered = await server.authenticationOptions(account)
      const [{ id, transports } = { id: '' }] = offered.allowCredentials
      // Decoys that look like synced credentials say that they may be backed up.
      const flags = transports?.includes('hybrid') ? 0x0d : 0x05
      for (const from of [androidOrigin, iosOrigin, origin]) {
        const signed = stranger.authenticate(offered, { origin: from, flags })
        const answer = await server.call('POST', '/v1/authentication', {
          body: { response: { ...signed, id, rawId: id } },
        })
        expect(answer).toMatchObject(refusal('signature_invalid'))
      }
    }
  })

  test('says which one opened the session that asks', async () => {
    const server = await startPhoneServer()
    const phone = createAndroidPhone()
    const { answer, signedIn } = await server.registerPhone(phone)
    await server.registerPhone(phoneMakers.ios())
    const { token } = (await server.signInByPhone(phone)).json.session
    const current = (await list(server, token)).map(({ id, current: is }) => [id, is])
    expect(current).toEqual([
      [answer.json.credential.id, true],
      [expect.any(String), false],
    ])
    expect((await list(server, signedIn.session.token)).some(({ current: is }) => is)).toBe(false)
  })
})

describe('a new registration of the same phone', () => {
  test('replaces the old credential in one step: its sessions end, the one that asks goes on', async () => {
    const server = await startPhoneServer()
    const old = createAndroidPhone()
    const { answer } = await server.registerPhone(old)
    const before = (await server.signInByPhone(old)).json.session
    const replaces = answer.json.credential.id
    const renewed = await server.registerPhone(createAndroidPhone(), {}, { replaces })
    expect(renewed.answer.status).toBe(200)
    const { token } = renewed.signedIn.session
    expect((await list(server, token)).map(({ id }) => id)).toEqual([renewed.answer.json.credential.id])
    expect(await server.call('GET', '/v1/session', { token: before.token })).toMatchObject(
      refusal('session_required'),
    )
    expect((await renewed.send()).json).toEqual(renewed.answer.json)
    expect(server.events.filter(({ type }) => type.startsWith('credential.'))).toMatchObject([
      { type: 'credential.registered', credentialId: replaces },
      { type: 'credential.removed', credentialId: replaces },
      { type: 'credential.registered' },
      { type: 'credential.registered' },
    ])
  })

  test('replaces nothing when it is refused, and nothing of another account', async () => {
    const server = await startPhoneServer()
    const { answer } = await server.registerPhone(createAndroidPhone())
    const replaces = answer.json.credential.id
    const refused = await server.registerPhone(createAndroidPhone(), { flags: 0x4d }, { replaces })
    expect(refused.answer.status).toBe(403)
    const ofGrace = await server.registerPhone(createAndroidPhone(), {}, { replaces, username: 'grace' })
    expect(ofGrace.answer.status).toBe(200)
    const ids = (await list(server, refused.signedIn.session.token)).map(({ id }) => id)
    expect(ids).toEqual([replaces])
  })
})

describe('the tokens of a phone', () => {
  test.each(kinds)('of %s are bound to the proof key it registered', async (kind) => {
    const server = await startPhoneServer({}, { tokens: { clients: ['bank-app'] } })
    const phone = phoneMakers[kind]()
    await server.registerPhone(phone)
    const send = (request: Request) => server.server.fetch(request, { clientAddress: '192.0.2.1' })
    const now = () => server.clock.now() / 1000
    const registered = testKeyOf(phone.keys.proof)
    const signInWith = async (proofKey: TestKey) => {
      const device = createDevice({ send, now, proofKey })
      const options = await server.call<AuthenticationOptionsJSON>('POST', '/v1/authentication/options', {
        body: { account: server.ada, dpopJkt: proofKey.jkt },
      })
      return device.exchange(phone.authenticate(options.json))
    }
    expect(await signInWith(createTestKey())).toMatchObject({
      status: 400,
      json: { error: 'invalid_grant', code: 'proof_key_mismatch' },
    })
    expect(await signInWith(registered)).toMatchObject({ status: 200, json: { acr: 'L2' } })
  })
})
