import type { NoticesAnswer } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { createAndroidPhone } from '../../support/phones/android-phone.ts'
import { createIphone } from '../../support/phones/iphone.ts'
import type { SoftwarePhone } from '../../support/phones/phone.ts'
import { appleAuthority, type PhoneServer, startPhoneServer } from '../../support/phones/phone-server.ts'
import { refusal } from '../../support/server.ts'
import { createDevice } from '../../tokens/support/device.ts'
import { testKeyOf } from '../../tokens/support/proof-key.ts'

const day = 86_400

/** A phone that is registered and signed in. */
async function signedIn(server: PhoneServer, phone: SoftwarePhone = createAndroidPhone()) {
  const { answer } = await server.registerPhone(phone)
  const { session } = (await server.signInByPhone(phone)).json
  return { ...answer.json.credential, token: session.token, phone }
}

const noticesFor = async ({ call }: PhoneServer, token: string) =>
  (await call<NoticesAnswer>('GET', '/v1/notices', { token })).json.notices

describe('notices', () => {
  test('tell the other devices of a new one, until each has acknowledged', async () => {
    const server = await startPhoneServer()
    const first = await signedIn(server)
    const second = await signedIn(server)
    server.clock.advance(60)
    const iphone = createIphone(appleAuthority)
    const { answer, signedIn: asking } = await server.registerPhone(iphone)
    const { id: credentialId, name } = answer.json.credential
    const expected = { type: 'credentialRegistered', credentialId, name, platform: 'ios' }
    const [notice] = (await noticesFor(server, first.token)).slice(-1)
    expect(notice).toMatchObject({ ...expected, at: server.clock.now() / 1000 })
    const gone = await server.call('DELETE', `/v1/notices/${notice?.id}`, { token: first.token })
    expect(gone.status).toBe(204)
    expect((await noticesFor(server, first.token)).map((each) => each.credentialId)).toEqual([second.id])
    expect((await noticesFor(server, second.token)).at(-1)).toEqual(notice)
    const own = (await server.signInByPhone(iphone)).json.session.token
    expect(await noticesFor(server, own)).toEqual([])
    expect((await noticesFor(server, asking.session.token)).map((each) => each.credentialId)).toEqual([
      first.id,
      second.id,
    ])
  })

  test('tell of a removal, but not the device that did it', async () => {
    const server = await startPhoneServer()
    const first = await signedIn(server)
    const second = await signedIn(server)
    const third = await signedIn(server)
    await server.call('DELETE', `/v1/credentials/${third.id}`, { token: first.token })
    const removed = { type: 'credentialRemoved', credentialId: third.id }
    expect((await noticesFor(server, second.token)).at(-1)).toMatchObject(removed)
    expect(await noticesFor(server, first.token)).not.toContainEqual(expect.objectContaining(removed))
  })

  test('tell of a key that was replaced, and do not tell the device that has both', async () => {
    const server = await startPhoneServer()
    const other = await signedIn(server)
    const old = await signedIn(server)
    server.clock.advance(60)
    const renewed = createAndroidPhone()
    const { answer } = await server.registerPhone(renewed, {}, { replaces: old.id })
    const seen = (await noticesFor(server, other.token)).map(({ type, credentialId }) => [type, credentialId])
    expect(seen.slice(-2)).toEqual([
      ['credentialRemoved', old.id],
      ['credentialRegistered', answer.json.credential.id],
    ])
    const { token } = (await server.signInByPhone(renewed)).json.session
    expect(await noticesFor(server, token)).toEqual([])
  })

  test('are the device’s own, whichever session it asks in', async () => {
    const server = await startPhoneServer({}, { tokens: { clients: ['bank-app'] } })
    const first = await signedIn(server)
    const send = (request: Request) => server.server.fetch(request, { clientAddress: '192.0.2.1' })
    const now = () => server.clock.now() / 1000
    const device = createDevice({ send, now, proofKey: testKeyOf(first.phone.keys.proof) })
    const { json: options } = await server.call<Parameters<SoftwarePhone['authenticate']>[0]>(
      'POST',
      '/v1/authentication/options',
      { body: { account: server.ada, dpopJkt: device.proofKey.jkt } },
    )
    await device.exchange(first.phone.authenticate(options))
    await signedIn(server)
    const [notice] = await noticesFor(server, first.token)
    const answer = await device.call('DELETE', `/v1/notices/${notice?.id}`)
    expect(answer.status).toBe(204)
    expect(await noticesFor(server, first.token)).toEqual([])
    expect(JSON.parse((await device.call('GET', '/v1/credentials')).text)).toMatchObject({
      credentials: [{ id: first.id, current: true }, { current: false }],
    })
  })

  test('end after their lifetime', async () => {
    const policy = { newDevice: { noticeLifetime: day } }
    const server = await startPhoneServer({}, { policy })
    const first = await signedIn(server)
    await signedIn(server)
    server.clock.advance(day - 1)
    const { token } = (await server.signInByPhone(first.phone)).json.session
    expect(await noticesFor(server, token)).toHaveLength(1)
    server.clock.advance(1)
    expect(await noticesFor(server, token)).toEqual([])
  })

  test('of another account are unknown', async () => {
    const server = await startPhoneServer()
    const first = await signedIn(server)
    await signedIn(server)
    const [notice] = await noticesFor(server, first.token)
    const { session } = await server.signIn('grace')
    expect(await noticesFor(server, session.token)).toEqual([])
    for (const id of [notice?.id, 'nobody’s']) {
      const path = `/v1/notices/${encodeURIComponent(id ?? '')}`
      expect(await server.call('DELETE', path, { token: session.token })).toMatchObject(
        refusal('notice_unknown'),
      )
    }
    expect((await server.call('GET', '/v1/notices')).status).toBe(401)
  })
})

describe('a new device', () => {
  test('is on probation for as long as the policy says, and says so', async () => {
    const server = await startPhoneServer({}, { policy: { newDevice: { coolingOff: 2 * day } } })
    const { createdAt, probationUntil, token, phone } = await signedIn(server)
    expect(probationUntil).toBe(createdAt + 2 * day)
    const { answer } = await server.registerPhone(phone)
    expect(answer.json.credential.probationUntil).toBe(createdAt + 2 * day)
    server.clock.advance(2 * day)
    const later = await server.signIn()
    const { json } = await server.call<{ credentials: { probationUntil: number | null }[] }>(
      'GET',
      '/v1/credentials',
      { token: later.session.token },
    )
    expect(json.credentials.map((each) => each.probationUntil)).toEqual([null, null])
    expect(token).not.toBe('')
  })

  test('is not, where the policy wants none', async () => {
    const server = await startPhoneServer({}, { policy: { newDevice: { coolingOff: 0 } } })
    expect((await signedIn(server)).probationUntil).toBeNull()
  })
})

test('signing out everywhere ends the sessions of all devices, also without tokens', async () => {
  const server = await startPhoneServer()
  const first = await signedIn(server)
  const second = await signedIn(server)
  const ofGrace = await server.signIn('grace')
  expect((await server.call('DELETE', '/v1/sessions', { token: first.token })).status).toBe(204)
  for (const { token } of [first, second]) {
    expect(await server.call('GET', '/v1/session', { token })).toMatchObject(refusal('session_required'))
  }
  expect((await server.call('GET', '/v1/session', { token: ofGrace.session.token })).status).toBe(200)
})
