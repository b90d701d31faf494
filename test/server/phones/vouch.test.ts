import type { RegistrationGrantJSON, SignInAnswer } from '@keybound/protocol'
import type { NewDeviceProof } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { createAndroidPhone } from '../../support/phones/android-phone.ts'
import { type PhoneServer, startPhoneServer } from '../../support/phones/phone-server.ts'
import { type Answer, refusal, startServer } from '../../support/server.ts'

const day = 86_400

function start(requires: NewDeviceProof) {
  return startPhoneServer({}, { policy: { newDevice: { requires } } })
}

/** Registers a phone with that grant, or says why the options were refused. */
async function registerWith(server: PhoneServer, grant: string, username = 'ada') {
  const { session } = await server.signIn(username)
  const { token } = session
  const options = await server.call<Awaited<ReturnType<PhoneServer['registrationOptions']>>>(
    'POST',
    '/v1/registration/options',
    { token, body: { grant } },
  )
  if (options.status !== 200) return { answer: options as Answer, phone: undefined }
  const phone = createAndroidPhone()
  const body = { grant, operationId: server.newOperationId(), ...(await phone.register(options.json)) }
  return { answer: await server.call('POST', '/v1/registration', { token, body }), phone }
}

/** The first phone of ada, past its probation, and signed in just now. */
async function trusted(server: PhoneServer) {
  const phone = createAndroidPhone()
  const first = await server.registerPhone(phone)
  if (first.answer.status !== 200) throw new Error(first.answer.text)
  server.clock.advance(day)
  return { phone, token: (await server.signInByPhone(phone)).json.session.token }
}

const vouch = ({ call }: PhoneServer, token: string) =>
  call<RegistrationGrantJSON>('POST', '/v1/registration/voucher', { token })

describe('where an existing device is required', () => {
  test('the first key needs a password alone, and is on probation; the second is vouched for, and is not', async () => {
    const server = await start('existingDevice')
    const { token } = await trusted(server)
    const alone = await server.call('POST', '/v1/registration/options', await passwordGrant(server))
    expect(alone).toMatchObject({ status: 403, ...refusal('grant_insufficient') })
    const { status, json } = await vouch(server, token)
    expect(status).toBe(200)
    const { answer } = await registerWith(server, json.token)
    expect(answer.json).toMatchObject({ credential: { level: 'L2', probationUntil: null } })
    expect(server.events).toContainEqual(expect.objectContaining({ type: 'device.vouched', by: 'device' }))
  })

  test('a voucher works once, for its account, in its time, and opens no session', async () => {
    const server = await start('existingDevice')
    const { token } = await trusted(server)
    const { json: voucher } = await vouch(server, token)
    expect((await registerWith(server, voucher.token, 'grace')).answer).toMatchObject(
      refusal('grant_invalid'),
    )
    const headers = { authorization: `Bearer ${voucher.token.slice(0, 43)}` }
    expect((await server.call('GET', '/v1/session', { headers })).status).toBe(401)
    expect((await registerWith(server, voucher.token)).answer.status).toBe(200)
    expect((await registerWith(server, voucher.token)).answer).toMatchObject(refusal('grant_used'))
    const { json: late } = await vouch(server, token)
    server.clock.advance(300)
    expect((await registerWith(server, late.token)).answer).toMatchObject(refusal('grant_expired'))
  })

  test('options got with a voucher are no way around it, and a repeat is answered as before', async () => {
    const server = await start('existingDevice')
    const phone = createAndroidPhone()
    const first = await server.registerPhone(phone)
    expect((await first.send()).json).toEqual(first.answer.json)
    server.clock.advance(day)
    const { token } = (await server.signInByPhone(phone)).json.session
    const { json: voucher } = await vouch(server, token)
    const own = await passwordGrant(server)
    const options = await server.call<typeof first.options>('POST', '/v1/registration/options', {
      token: own.token,
      body: { grant: voucher.token },
    })
    const made = await createAndroidPhone().register(options.json)
    const body = { ...own.body, operationId: server.newOperationId(), ...made }
    expect(await server.call('POST', '/v1/registration', { token: own.token, body })).toMatchObject(
      refusal('grant_insufficient'),
    )
  })

  test('neither a password nor an old signature vouches', async () => {
    const server = await start('existingDevice')
    const { token } = await trusted(server)
    const { session } = await server.signIn()
    expect(await vouch(server, session.token)).toMatchObject({ status: 401, ...refusal('step_up_required') })
    server.clock.advance(301)
    const refused = await vouch(server, token)
    expect(refused).toMatchObject(refusal('step_up_required'))
    expect(refused.headers.get('www-authenticate')).toContain('max_age="300"')
  })
})

test('a device on probation vouches for nobody', async () => {
  const server = await start('password')
  const phone = createAndroidPhone()
  await server.registerPhone(phone)
  const { session } = (await server.signInByPhone(phone)).json
  expect(await vouch(server, session.token)).toMatchObject(refusal('device_on_probation'))
})

test('where proof of the host is required, the first key needs it too', async () => {
  const server = await start('hostProof')
  const alone = await server.call('POST', '/v1/registration/options', await passwordGrant(server))
  expect(alone).toMatchObject(refusal('grant_insufficient'))
  const voucher = await server.server.devices.vouch({ account: server.ada, name: 'ada' })
  const { answer, phone } = await registerWith(server, voucher.token)
  expect(answer.json).toMatchObject({ credential: { probationUntil: null } })
  const signedIn: Answer<SignInAnswer> = await server.signInByPhone(phone ?? createAndroidPhone())
  const next = await vouch(server, signedIn.json.session.token)
  expect((await registerWith(server, next.json.token)).answer.status).toBe(200)
})

test('a requirement nobody knows is refused at the start', async () => {
  const newDevice = { requires: 'nothing' as 'password' }
  await expect(startServer({ policy: { newDevice } })).rejects.toMatchObject({
    code: 'configuration_invalid',
  })
})

async function passwordGrant(server: PhoneServer) {
  const { session, registrationGrant } = await server.signIn()
  return { token: session.token, body: { grant: registrationGrant?.token } }
}
