import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import type { Device } from './support/device.ts'
import { createTestKey, signCompact } from './support/proof-key.ts'
import { isWell, told, victims } from './support/victims.ts'

// Attacks of the catalogue (facts/attacks.md), by id. Each starts from a position that works for the honest user, and
// afterwards the honest user is still well.

describe('C06 signed requests replayed or reordered by a proxy', () => {
  test('each serves once, in any order', async () => {
    const { world, victim } = await victims()
    const seen: Request[] = []
    const hold = async (request: Request) => {
      seen.push(request)
      return new Response('{}')
    }
    await victim.call('GET', '/v1/session')
    for (let times = 0; times < 4; times++) await victim.call('GET', '/v1/session', { send: hold })
    const statuses = []
    for (const request of [...seen.toReversed(), ...seen])
      statuses.push((await world.send(request.clone())).status)
    expect(statuses).toEqual([200, 200, 200, 200, 401, 401, 401, 401])
  })
})

describe('F05, F06 and F12: weaker sign-ins on routes that ask for more', () => {
  test('a refreshed session does not pass for a fresh signature, a fresh one does', async () => {
    const { world, victim } = await victims()
    const route = world.route({ acr: 'W', maxAge: 300 })
    expect((await victim.call('POST', '/pay', { send: route })).status).toBe(200)
    world.clock.advance(200)
    await victim.refresh()
    const refused = await victim.call('POST', '/pay', { send: route })
    expect(refused).toMatchObject({ status: 401, json: { code: 'step_up_required' } })
    expect(refused.headers.get('www-authenticate')).toContain('acr_values="W L1 L2 R", max_age="300"')
    await victim.signIn()
    expect((await victim.call('POST', '/pay', { send: route })).status).toBe(200)
    world.clock.advance(290)
    expect((await victim.call('POST', '/pay', { send: route })).status).toBe(200)
  })

  test('a signature ages although its token is refreshed', async () => {
    const { world, victim } = await victims()
    const route = world.route({ maxAge: 300 })
    world.clock.advance(250)
    await victim.refresh()
    expect((await victim.call('POST', '/pay', { send: route })).status).toBe(200)
    world.clock.advance(51)
    expect((await victim.call('POST', '/pay', { send: route })).json.code).toBe('step_up_required')
  })

  test('a web credential does not reach a route for hardware keys, and an opaque session reaches no guarded route', async () => {
    const { world, victim } = await victims({ passwords: true })
    expect((await victim.call('POST', '/pay', { send: world.route({ acr: 'L2' }) })).json.code).toBe(
      'step_up_required',
    )
    const { session } = await world.signIn('ada')
    const route = world.route()
    const answer = await route(
      new Request(`${origin}/pay`, { method: 'POST', headers: { authorization: `Bearer ${session.token}` } }),
    )
    expect(await answer.json()).toMatchObject({ code: 'access_token_unbound' })
  })
})

describe('F08 revoked device', () => {
  test('neither signs in nor refreshes nor calls', async () => {
    const { world, victim, otherDevice } = await victims()
    const id = victim.authenticator.credentials[0]?.id
    await otherDevice.call('DELETE', `/v1/credentials/${id}`)
    expect(await isWell(victim)).toContain('refresh_token_revoked')
    expect((await victim.call('GET', '/v1/session')).json.code).toBe('access_token_revoked')
    expect(told(await victim.signIn())).toContain('credential_unknown')
    expect(world.events.at(-1)).toMatchObject({ type: 'tokens.refused', code: 'credential_unknown' })
  })
})

describe('F13 secrets in events, answers and addresses', () => {
  test('no token, proof or nonce is in any event or refusal', async () => {
    const { world, victim, thief } = await victims()
    const secrets = [victim.tokens.refresh, victim.tokens.access, ...signaturesOf(victim)]
    const refusals = [
      await victim.refresh({ claims: { htm: 'GET' } }),
      await victim.present(victim.tokens.refresh, { proofKey: thief }),
      await victim.present(`${victim.tokens.refresh}x`),
    ]
    const written = JSON.stringify([world.events, refusals.map(({ text }) => text)])
    for (const secret of secrets) expect(written).not.toContain(secret)
  })

  function signaturesOf({ tokens }: Device): readonly string[] {
    return [tokens.refresh.split('.')[4] ?? '', tokens.access.split('.')[2] ?? '']
  }
})

describe('F14 sizes', () => {
  test('huge proofs and tokens are refused unread', async () => {
    const { world, victim } = await victims()
    const huge = 'a'.repeat(30_000)
    const proof = await victim.refresh({ headers: { dpop: `${huge}.${huge}.${huge}` } })
    expect(told(proof)).toBe('400 invalid_dpop_proof dpop_proof_malformed')
    expect(told(await victim.present(huge))).toContain('refresh_token_invalid')
    const call = await victim.call('GET', '/v1/session', { token: huge })
    expect(call.json.code).toBe('access_token_malformed')
    expect(await isWell(victim)).toBe('200')
    expect(await world.server.sessions.list(world.ada)).toHaveLength(2)
  })

  test('a flood of keys that sign nothing pushes no device out of the cache', async () => {
    const { victim } = await victims()
    await victim.refresh()
    for (let times = 0; times < 50; times++) {
      const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: createTestKey().jwk })
      const claims = { jti: randomUUID(), htm: 'POST', htu: `${origin}/v1/token`, iat: 0 }
      const proof = signCompact(header, JSON.stringify(claims), victim.proofKey.privateKey)
      expect((await victim.refresh({ headers: { dpop: proof } })).status).toBe(400)
    }
    expect(await isWell(victim)).toBe('200')
  })
})

describe('F15 order of checks', () => {
  test('a request that is refused for anything uses no proof up', async () => {
    const { world, victim } = await victims()
    await victim.refresh()
    const form = { grant_type: 'refresh_token', refresh_token: victim.tokens.refresh }
    const good = victim.tokenRequest(form, {})
    const proof = good.headers.get('dpop') ?? ''
    const spoilt: [string, object][] = [
      ['unknown client', { ...form, client_id: 'nobody' }],
      ['unknown grant', { ...form, grant_type: 'password' }],
      ['unknown resource', { ...form, resource: 'https://other.example' }],
      ['forged token', { ...form, refresh_token: 'x' }],
      ['another client', { ...form, client_id: 'other-app' }],
    ]
    for (const [, parameters] of spoilt) {
      const answer = await victim.askForTokens(undefined, {
        form: parameters as never,
        headers: { dpop: proof },
      })
      expect(answer.status).toBe(400)
    }
    expect((await world.send(good)).status).toBe(200)
  })
})
