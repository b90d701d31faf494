import { describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { createDevice, type Device } from './support/device.ts'
import { createTestKey } from './support/proof-key.ts'
import { startTokenWorld, type TokenWorld, type TokenWorldOptions } from './support/world.ts'

function revoke(world: TokenWorld, token: string, clientId = 'bank-app'): Promise<Response> {
  const body = new URLSearchParams({ token, client_id: clientId }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return world.send(new Request(`${origin}/v1/revocation`, { method: 'POST', headers, body }))
}

/** What refresh token and access token of a device are worth now, by the codes they are refused with. */
async function worth(device: Device) {
  const called = await device.call('GET', '/v1/session')
  const refreshed = await device.refresh()
  return [
    called.status === 200 ? 'live' : called.json.code,
    refreshed.status === 200 ? 'live' : refreshed.json.code,
  ]
}

const dead = ['access_token_revoked', 'refresh_token_revoked']
const live = ['live', 'live']

describe('RFC 7009 revocation', () => {
  test.each(['refresh', 'access'] as const)(
    'of a %s token ends its session at once, and only that',
    async (kind) => {
      const world = await startTokenWorld()
      const device = await world.signedIn()
      const other = world.device({ authenticator: device.authenticator })
      await other.signIn()
      const response = await revoke(world, device.tokens[kind])
      expect([response.status, await response.text()]).toEqual([200, ''])
      expect(await worth(device)).toEqual(dead)
      expect(await worth(other)).toEqual(live)
      expect(world.events).toContainEqual(
        expect.objectContaining({ type: 'family.ended', reason: 'signedOut' }),
      )
    },
  )

  test('of an outdated or expired token ends the session too', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const { refresh: outdated, access: expired } = device.tokens
    await device.refresh()
    await device.refresh()
    await revoke(world, outdated)
    expect(await worth(device)).toEqual(dead)
    const second = await world.signedIn({ proofKey: createTestKey() }, 'grace')
    world.clock.advance(3600)
    await revoke(world, second.tokens.access)
    await revoke(world, expired)
    expect((await second.refresh()).json.code).toBe('refresh_token_revoked')
  })

  test('answers alike for what is no token of ours, and ends nothing', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const elsewhere = await startTokenWorld({ realm: 'elsewhere' })
    const foreign = await elsewhere.signedIn()
    const forged = device.tokens.refresh.replace(/.{43}$/, 'A'.repeat(43))
    for (const token of ['x', forged, foreign.tokens.refresh, foreign.tokens.access, 'a.b.c']) {
      expect((await revoke(world, token)).status).toBe(200)
    }
    // Not for the client that asks (RFC 7009 §2.1).
    expect((await revoke(world, device.tokens.refresh, 'other-app')).status).toBe(200)
    expect(await worth(device)).toEqual(live)
  })

  test('refuses unknown clients and requests without a token', async () => {
    const world = await startTokenWorld()
    const unknown = await revoke(world, 'x', 'nobody')
    expect([unknown.status, (await unknown.json()).error]).toEqual([400, 'invalid_client'])
    const empty = await revoke(world, '')
    expect([empty.status, (await empty.json()).error]).toEqual([400, 'invalid_request'])
  })
})

describe('sessions of an account', () => {
  async function twoDevices(options: TokenWorldOptions = {}) {
    const world = await startTokenWorld(options)
    const phone = await world.signedIn()
    world.clock.advance(10)
    const laptop = await world.signedIn()
    const grace = await world.signedIn({}, 'grace')
    return { world, phone, laptop, grace }
  }
  const idsOf = async (device: Device) => (await device.call('GET', '/v1/sessions')).json.sessions ?? []

  test('are listed to their owner, newest first, and marked which one asks', async () => {
    const { world, phone, laptop } = await twoDevices()
    await phone.refresh()
    const sessions = await idsOf(phone)
    expect(sessions).toEqual([
      {
        id: laptop.tokens.refresh.split('.')[2],
        clientId: 'bank-app',
        credentialId: laptop.authenticator.credentials[0]?.id,
        acr: 'W',
        authTime: world.now(),
        lastActiveAt: world.now(),
        expiresAt: world.now() + 14 * 86_400,
        current: false,
      },
      expect.objectContaining({ id: phone.tokens.refresh.split('.')[2], current: true }),
    ])
  })

  test('are ended one by one, by their owner only', async () => {
    const { phone, laptop, grace } = await twoDevices()
    const id = laptop.tokens.refresh.split('.')[2]
    const byStranger = await grace.call('DELETE', `/v1/sessions/${id}`)
    expect(byStranger).toMatchObject({ status: 404, json: { code: 'family_unknown' } })
    expect((await phone.call('DELETE', `/v1/sessions/${id}`)).status).toBe(204)
    expect(await worth(laptop)).toEqual(dead)
    expect((await phone.call('DELETE', `/v1/sessions/${id}`)).status).toBe(404)
    expect(await worth(phone)).toEqual(live)
  })

  test('are ended all at once, the opaque ones too', async () => {
    const { world, phone, laptop, grace } = await twoDevices({ passwords: true })
    const opaque = await world.signIn('ada')
    expect((await phone.call('DELETE', '/v1/sessions')).status).toBe(204)
    expect(await worth(phone)).toEqual(dead)
    expect(await worth(laptop)).toEqual(dead)
    expect((await world.call('GET', '/v1/session', { token: opaque.session.token })).status).toBe(401)
    expect(await worth(grace)).toEqual(live)
  })

  test('end with their credential', async () => {
    const { phone, laptop } = await twoDevices()
    const credential = laptop.authenticator.credentials[0]?.id
    expect((await phone.call('DELETE', `/v1/credentials/${credential}`)).status).toBe(204)
    expect(await worth(laptop)).toEqual(dead)
    expect(await worth(phone)).toEqual(live)
  })

  test('are listed and ended by the host: one, a device, an account', async () => {
    const { world, phone, laptop, grace } = await twoDevices()
    const { sessions } = world.server
    const [newest, oldest] = await sessions.list(world.ada)
    expect(newest?.credentialId).toBe(laptop.authenticator.credentials[0]?.id)
    expect(await sessions.revoke({ family: oldest?.id ?? '' })).toBe(1)
    expect(await worth(phone)).toEqual(dead)
    expect(await sessions.revoke({ account: world.grace, credentialId: newest?.credentialId ?? '' })).toBe(0)
    expect(await sessions.revoke({ account: world.ada, credentialId: newest?.credentialId ?? '' })).toBe(1)
    expect(await worth(laptop)).toEqual(dead)
    expect(await sessions.revoke({ account: world.grace })).toBe(1)
    expect(await worth(grace)).toEqual(dead)
    expect(await sessions.list(world.grace)).toEqual([])
    world.clock.advance(14 * 86_400)
    const events = world.events.filter(({ type }) => type === 'families.revoked')
    expect(events).toHaveLength(3)
  })

  test('that reached their limits are not listed', async () => {
    const { world, phone } = await twoDevices()
    expect(await world.server.sessions.list(world.ada)).toHaveLength(2)
    world.clock.advance(14 * 86_400 - 10)
    expect(await world.server.sessions.list(world.ada)).toHaveLength(1)
    expect((await phone.refresh()).json.code).toBe('refresh_token_expired')
  })
})

describe('an opaque session and a token session on the same routes', () => {
  test('both list credentials and read the session; a refreshed one says how the user signed in', async () => {
    const world = await startTokenWorld({ passwords: true })
    const device = await world.signedIn()
    await device.refresh()
    const session = await device.call('GET', '/v1/session')
    expect(session.json).toMatchObject({ account: world.ada, acr: 'W', authTime: world.now() })
    expect((await device.call('GET', '/v1/credentials')).status).toBe(200)
    const opaque = await world.signIn('ada')
    const { token } = opaque.session
    expect((await world.call('GET', '/v1/credentials', { token })).status).toBe(200)
  })

  test('a token as Bearer is no session', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const answer = await device.call('GET', '/v1/session', { scheme: 'Bearer' })
    expect(answer).toMatchObject({ status: 401, json: { code: 'session_required' } })
  })

  test('a refused token is answered with the challenge of DPoP', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const answer = await device.call('GET', '/v1/session', { key: createTestKey() })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe(
      'DPoP error="invalid_token", error_description="DPoP proof by another key", algs="ES256"',
    )
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('a registration grant of a password session does not serve in a token session', async () => {
    const world = await startTokenWorld({ passwords: true })
    const device = await world.signedIn()
    const { registrationGrant } = await world.signIn('ada')
    const send: typeof world.send = (request) =>
      world.send(
        new Request(request.url, {
          method: 'POST',
          headers: { ...Object.fromEntries(request.headers), 'content-type': 'application/json' },
          body: JSON.stringify({ grant: registrationGrant?.token }),
        }),
      )
    const other = createDevice({ send, now: world.now, proofKey: device.proofKey })
    Object.assign(other.tokens, device.tokens)
    const answer = await other.call('POST', '/v1/registration/options')
    expect(answer).toMatchObject({ status: 403, json: { code: 'grant_invalid' } })
  })
})
