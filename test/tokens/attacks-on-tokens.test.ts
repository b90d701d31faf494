import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { origin } from '../support/server.ts'
import { claimsOf, type Device, webauthnGrant } from './support/device.ts'
import { createTestKey } from './support/proof-key.ts'
import { isWell, told, victims } from './support/victims.ts'
import { startTokenWorld, type TokenWorld } from './support/world.ts'

// Attacks of the catalogue (facts/attacks.md), by id. Each starts from a position that works for the honest user, and
// afterwards the honest user is still well.

describe('D01 stolen refresh token on another device', () => {
  test('gets nothing, ends the stolen session and no other', async () => {
    const { world, victim, otherDevice, thief } = await victims()
    expect(told(await victim.present(victim.tokens.refresh, { proofKey: thief }))).toBe(
      '400 invalid_grant refresh_token_key_mismatch',
    )
    expect(await isWell(victim)).toBe('400 invalid_grant refresh_token_revoked')
    expect((await victim.call('GET', '/v1/session')).json.code).toBe('access_token_revoked')
    expect(await isWell(otherDevice)).toBe('200')
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'family.ended', reason: 'keyMismatch', account: world.ada }),
    )
  })

  test('an outdated one with another key ends it too', async () => {
    const { victim, otherDevice, thief } = await victims()
    const stolen = victim.tokens.refresh
    for (let times = 0; times < 3; times++) await victim.refresh()
    expect(told(await victim.present(stolen, { proofKey: thief }))).toContain('refresh_token_key_mismatch')
    expect(await isWell(victim)).toContain('refresh_token_revoked')
    expect(await isWell(otherDevice)).toBe('200')
  })

  test('with the victim’s own proof, captured on the way, gets nothing twice', async () => {
    const { world, victim } = await victims()
    await victim.refresh()
    const request = victim.tokenRequest(
      { grant_type: 'refresh_token', refresh_token: victim.tokens.refresh },
      {},
    )
    const first = await world.send(request.clone())
    expect(first.status).toBe(200)
    expect(await (await world.send(request)).json()).toMatchObject({ code: 'dpop_proof_replayed' })
    expect(await isWell(victim)).toBe('200')
  })
})

describe('D02 refresh rotation race and reuse', () => {
  test('100 parallel refreshes give one successor', async () => {
    const { victim } = await victims()
    const token = victim.tokens.refresh
    const answers = await Promise.all(Array.from({ length: 100 }, () => victim.present(token)))
    expect(new Set(answers.map(told))).toEqual(new Set(['200']))
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1)
    expect(await isWell(victim)).toBe('200')
  })

  test('a copy of the whole device that falls behind ends the session', async () => {
    const { victim, otherDevice } = await victims()
    const cloned = victim.tokens.refresh
    await victim.refresh()
    await victim.refresh()
    expect(told(await victim.present(cloned))).toBe('400 invalid_grant refresh_token_replayed')
    expect(await isWell(victim)).toBe('400 invalid_grant refresh_token_revoked')
    expect(await isWell(otherDevice)).toBe('200')
  })

  test('a proof that is dated back keeps the session alive but gains nothing', async () => {
    const { world, victim } = await victims()
    const cloned = victim.tokens.refresh
    world.clock.advance(100)
    await victim.refresh()
    await victim.refresh()
    const back = { claims: { iat: world.now() - 30 } }
    expect(told(await victim.present(cloned, back))).toBe('400 invalid_grant refresh_token_superseded')
    expect(await isWell(victim)).toBe('200')
  })
})

describe('D03 access token from another host', () => {
  test.each<[string, Parameters<Device['call']>[2], string]>([
    ['without the key', { key: createTestKey() }, 'dpop_key_mismatch'],
    ['as a bearer token', { scheme: 'Bearer' }, 'session_required'],
    ['with a proof for another token', { claims: { ath: 'x'.repeat(43) } }, 'dpop_token_mismatch'],
    ['with a proof for another method', { claims: { htm: 'DELETE' } }, 'dpop_method_mismatch'],
    ['with a proof for another route', { claims: { htu: `${origin}/v1/credentials` } }, 'dpop_uri_mismatch'],
    [
      'with a proof for another host',
      { claims: { htu: 'https://evil.example/v1/session' } },
      'dpop_uri_mismatch',
    ],
    ['with a proof made in advance', { claims: { nonce: 'x'.repeat(22) } }, 'dpop_nonce_required'],
    ['with a proof of an hour ago', { claims: { iat: 1_799_996_400 } }, 'dpop_proof_expired'],
  ])('%s is worth nothing', async (_, knobs, code) => {
    const { victim } = await victims()
    expect(await victim.call('GET', '/v1/session', knobs)).toMatchObject({ status: 401, json: { code } })
    expect((await victim.call('GET', '/v1/session')).status).toBe(200)
  })

  test('the very request again is worth nothing', async () => {
    const { world, victim } = await victims()
    const seen: Request[] = []
    const tapped = (request: Request) => {
      seen.push(request.clone())
      return world.send(request)
    }
    expect((await victim.call('GET', '/v1/session', { send: tapped })).status).toBe(200)
    const again = await world.send(seen.at(-1) as Request)
    expect(await again.json()).toMatchObject({ code: 'dpop_proof_replayed' })
  })

  test('a token for one resource is worth nothing at another', async () => {
    const { world, victim } = await victims()
    await victim.refresh({ form: { resource: 'https://api.bank.example' } })
    const other = await victim.call('GET', '/x', { send: world.route() })
    expect(other.json.code).toBe('access_token_audience_mismatch')
    const api = world.route({ resource: 'https://api.bank.example' })
    expect((await victim.call('GET', '/x', { send: api })).status).toBe(200)
    // The server's own paths serve the apps of all its resources.
    expect((await victim.call('GET', '/v1/session')).status).toBe(200)
  })
})

describe('D04 session fixation', () => {
  test('every sign-in makes a session of its own', async () => {
    const { world, victim } = await victims()
    const before = claimsOf(victim.tokens.access).sid
    world.clock.advance(60)
    await victim.signIn()
    expect(claimsOf(victim.tokens.access).sid).not.toBe(before)
  })

  test('an assertion serves only the key its challenge was made for: the attacker cannot plant theirs', async () => {
    const { victim, thief } = await victims()
    // The attacker gets the victim to sign a challenge, and exchanges it with a key of their own.
    const response = await victim.assertion()
    expect(told(await victim.exchange(response, { proofKey: thief }))).toContain('dpop_key_mismatch')
    // The attacker's challenge, signed by the victim, binds the attacker's key: then the victim's own cannot use it.
    expect(told(await victim.exchange(response))).toBe('200')
  })
})

describe('D05 sign-out on the client only', () => {
  test('the server ends refresh and access tokens, at once', async () => {
    const { world, victim } = await victims()
    const body = new URLSearchParams({ token: victim.tokens.refresh, client_id: 'bank-app' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    await world.send(new Request(`${origin}/v1/revocation`, { method: 'POST', headers, body }))
    expect(await isWell(victim)).toContain('refresh_token_revoked')
    expect((await victim.call('GET', '/v1/session')).json.code).toBe('access_token_revoked')
  })
})

describe('D06 forged tokens', () => {
  // More than forty forged tokens are in packages/server/src/tokens/access-token/verify.test.ts; here the other ways in.
  test('a DPoP proof, a session key proof and a refresh token are no access tokens', async () => {
    const { victim } = await victims()
    const proof = victim.proofKey.proof({ jti: 'x', htm: 'GET', htu: `${origin}/v1/session`, iat: 0 })
    const asToken = victim.proofKey.proof(claimsOf(victim.tokens.access), { typ: 'at+jwt', kid: 'x' })
    for (const token of [proof, asToken, victim.tokens.refresh]) {
      expect((await victim.call('GET', '/v1/session', { token })).json.code).toBe('access_token_malformed')
    }
  })

  test('an access token is no refresh token and no proof', async () => {
    const { victim } = await victims()
    expect(told(await victim.present(victim.tokens.access))).toContain('refresh_token_invalid')
    const answer = await victim.refresh({ headers: { dpop: victim.tokens.access } })
    expect(told(answer)).toBe('400 invalid_dpop_proof dpop_proof_malformed')
    expect(await isWell(victim)).toBe('200')
  })

  test('a refresh token with another family or generation is none', async () => {
    const { victim, otherDevice } = await victims()
    const [prefix, kid, , generation, mac] = victim.tokens.refresh.split('.')
    const family = otherDevice.tokens.refresh.split('.')[2]
    for (const text of [
      [prefix, kid, family, generation, mac].join('.'),
      victim.tokens.refresh.replace('.0.', '.1.'),
      victim.tokens.refresh.replace(/^kbr1\.[^.]+/, 'kbr1.AAAAAAAAAAA'),
    ]) {
      expect(told(await victim.present(text))).toBe('400 invalid_grant refresh_token_invalid')
    }
    expect([await isWell(victim), await isWell(otherDevice)]).toEqual(['200', '200'])
  })
})

describe('D07 cloned app data on another device', () => {
  test('without the key object nothing in it serves', async () => {
    const { world, victim, thief } = await victims()
    const clone = world.device({ proofKey: thief, authenticator: createAuthenticator({ origin }) })
    Object.assign(clone.tokens, victim.tokens)
    expect((await clone.call('GET', '/v1/session')).json.code).toBe('dpop_key_mismatch')
    expect(told(await clone.refresh())).toContain('refresh_token_key_mismatch')
  })
})

describe('D08 timeouts bypassed by background refresh', () => {
  test('refreshing every five minutes does not outlast the idle limit', async () => {
    const world = await startTokenWorld({
      policy: { tokens: { sessions: { W: { idle: 3600, absolute: 7200 } } } },
    })
    const device = await world.signedIn()
    let refreshed = 0
    while (told(await device.refresh()) === '200') {
      refreshed++
      world.clock.advance(300)
    }
    expect(refreshed).toBe(12)
    expect(await isWell(device)).toContain('refresh_token_expired')
  })

  test('activity does not outlast the absolute limit', async () => {
    const world = await startTokenWorld({
      policy: { tokens: { sessions: { W: { idle: 3600, absolute: 7200 } } } },
    })
    const device = await world.signedIn()
    const route = world.route({ userActivity: true })
    let refreshed = 0
    while (told(await device.refresh()) === '200') {
      refreshed++
      expect((await device.call('GET', '/x', { send: route })).status).toBe(200)
      world.clock.advance(300)
    }
    expect(refreshed).toBe(24)
  })
})

test('what an honest thief would try in one go leaves the victim’s other device alone', async () => {
  const { world, victim, otherDevice, thief } = await victims()
  await attackEverything(world, victim, thief)
  expect(await isWell(otherDevice)).toBe('200')
  expect(await world.server.sessions.list(world.ada)).toHaveLength(1)
})

/** All at once: guesses, copies and replays, as a tool would send them. */
async function attackEverything(
  world: TokenWorld,
  victim: Device,
  thief: ReturnType<typeof createTestKey>,
): Promise<void> {
  const { refresh, access } = victim.tokens
  const guess = createHash('sha256').update(refresh).digest('base64url')
  await Promise.all([
    victim.present(refresh, { proofKey: thief }),
    victim.present(refresh.replace(/.{43}$/, guess), { proofKey: thief }),
    victim.present(access, { proofKey: thief }),
    victim.call('DELETE', '/v1/sessions', { key: thief }),
    victim.call('GET', '/v1/session', { scheme: 'Bearer' }),
    victim.askForTokens({ grant_type: webauthnGrant, assertion: '{}' }, { proofKey: thief }),
    world.send(new Request(`${origin}/v1/token`, { method: 'POST', body: 'x' })),
  ])
}
