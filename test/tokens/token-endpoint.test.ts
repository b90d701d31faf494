import { KeyboundError } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { claimsOf, type TokenKnobs, type TokenReply } from './support/device.ts'
import { createTestKey } from './support/proof-key.ts'
import { startTokenWorld } from './support/world.ts'

/** `status error code`, and that the answer is what RFC 6749 §5.2 and RFC 9457 both ask for. */
function told({ status, headers, json }: TokenReply): string {
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('cache-control')).toBe('no-store')
  if (status === 200) return '200'
  expect(json).toMatchObject({
    status,
    type: `${origin}/v1/errors/${json.code}`,
    title: expect.any(String),
    detail: expect.any(String),
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
  })
  return `${status} ${json.error} ${json.code}`
}

describe('signing in for tokens', () => {
  test('answers a bound access token and the first refresh token of a family', async () => {
    const world = await startTokenWorld()
    const device = world.device()
    await device.register()
    const { status, json, headers } = await device.signIn()
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'DPoP',
      expires_in: 300,
      refresh_token: expect.stringMatching(/^kbr1\.[\w-]{11}\.[\w-]{22}\.0\.[\w-]{43}$/),
      account: world.ada,
      acr: 'W',
      auth_time: world.now(),
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(claimsOf(json.access_token)).toEqual({
      iss: origin,
      aud: origin,
      sub: world.ada,
      client_id: 'bank-app',
      iat: world.now(),
      exp: world.now() + 300,
      jti: expect.stringMatching(/^[\w-]{22}$/),
      realm: 'test',
      sid: json.refresh_token.split('.')[2],
      acr: 'W',
      amr: ['pop', 'user'],
      auth_time: world.now(),
      cnf: { jkt: device.proofKey.jkt },
    })
    expect(world.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['authentication.accepted', 'tokens.issued']),
    )
  })

  test('is for the resource that was asked for, the first one by default', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    expect(claimsOf(device.tokens.access).aud).toBe(origin)
    await device.refresh({ form: { resource: 'https://api.bank.example' } })
    expect(claimsOf(device.tokens.access).aud).toBe('https://api.bank.example')
    const unknown = await device.refresh({ form: { resource: 'https://other.example' } })
    expect(told(unknown)).toBe('400 invalid_target resource_unknown')
  })

  test('needs a challenge that was made for the proof key, and serves nothing else', async () => {
    const world = await startTokenWorld()
    const device = world.device()
    await device.register()
    const other = createTestKey()
    const assertion = await device.assertion()
    expect(told(await device.exchange(assertion, { proofKey: other }))).toBe(
      '400 invalid_dpop_proof dpop_key_mismatch',
    )
    const asSession = await world.call('POST', '/v1/authentication', { body: { response: assertion } })
    expect(asSession).toMatchObject({ status: 400, json: { code: 'challenge_purpose_mismatch' } })
    // Neither attempt used the challenge up.
    expect(told(await device.exchange(assertion))).toBe('200')
    const unbound = device.authenticator.authenticate(await world.authenticationOptions())
    expect(told(await device.exchange(unbound))).toBe('400 invalid_grant challenge_purpose_mismatch')
  })

  test('cannot be repeated', async () => {
    const world = await startTokenWorld()
    const device = world.device()
    await device.register()
    const assertion = await device.assertion()
    expect(told(await device.exchange(assertion))).toBe('200')
    expect(told(await device.exchange(assertion))).toBe('400 invalid_grant challenge_used')
  })

  test.each([
    ['nothing', undefined, '400 invalid_request invalid_request'],
    ['no JSON', 'x', '400 invalid_grant response_malformed'],
    ['another JSON', '{"id":1}', '400 invalid_grant response_malformed'],
    ['a member twice', '{"id":"a","id":"b"}', '400 invalid_grant response_malformed'],
  ])('refuses %s for an assertion', async (_, assertion, expected) => {
    const world = await startTokenWorld()
    const device = world.device()
    const form = { grant_type: 'urn:keybound:params:oauth:grant-type:webauthn', assertion }
    expect(told(await device.askForTokens(form))).toBe(expected)
  })
})

describe('refreshing', () => {
  test('gives the next generation, keeps auth_time and lowers acr', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const before = claimsOf(device.tokens.access)
    world.clock.advance(200)
    const { json } = await device.refresh()
    expect(json).toMatchObject({ acr: 'W.refreshed', auth_time: before.auth_time, expires_in: 300 })
    expect(json.refresh_token.split('.')[3]).toBe('1')
    expect(claimsOf(json.access_token)).toMatchObject({
      sid: before.sid,
      acr: 'W.refreshed',
      amr: before.amr,
      auth_time: before.auth_time,
      iat: world.now(),
      cnf: { jkt: device.proofKey.jkt },
    })
  })

  test('ends at the idle limit, however often it was refreshed (attack D08)', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    for (let day = 1; day < 14; day++) {
      world.clock.advance(86_400)
      expect(told(await device.refresh())).toBe('200')
    }
    world.clock.advance(86_400)
    expect(told(await device.refresh())).toBe('400 invalid_grant refresh_token_expired')
  })

  test('is postponed by what the user does, up to the absolute limit', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const active = world.route({ userActivity: true })
    const passive = world.route()
    for (let week = 1; week < 12; week++) {
      world.clock.advance(7 * 86_400)
      expect(told(await device.refresh())).toBe('200')
      expect((await device.call('GET', '/balance', { send: active })).status).toBe(200)
    }
    expect((await device.call('GET', '/balance', { send: passive })).status).toBe(200)
    world.clock.advance(13 * 86_400)
    expect(told(await device.refresh())).toBe('400 invalid_grant refresh_token_expired')
  })

  test('is granted while the note of activity fails, which is made at the next call', async () => {
    const world = await startTokenWorld({
      policy: { tokens: { sessions: { W: { idle: 3600, absolute: 86_400 } } } },
    })
    const device = await world.signedIn()
    const route = world.route({ userActivity: true })
    const { recordActivity } = world.store
    world.store.recordActivity = () => Promise.reject(new KeyboundError('store_unavailable', 'away'))
    world.clock.advance(290)
    expect((await device.call('GET', '/x', { send: route })).status).toBe(200)
    Object.assign(world.store, { recordActivity })
    expect((await device.call('GET', '/x', { send: route })).status).toBe(200)
    world.clock.advance(3400)
    expect(told(await device.refresh())).toBe('200')
  })

  test('near the end of the session gives an access token that ends with it', async () => {
    const world = await startTokenWorld({
      policy: { tokens: { sessions: { W: { idle: 400, absolute: 400 } } } },
    })
    const device = await world.signedIn()
    world.clock.advance(300)
    expect((await device.refresh()).json.expires_in).toBe(100)
  })

  test.each<[string, TokenKnobs, string]>([
    ['no token', { form: { refresh_token: undefined } }, '400 invalid_request invalid_request'],
    ['nonsense', { form: { refresh_token: 'x' } }, '400 invalid_grant refresh_token_invalid'],
    ['another client', { form: { client_id: 'other-app' } }, '400 invalid_grant refresh_token_invalid'],
    ['an unknown client', { form: { client_id: 'nobody' } }, '400 invalid_client client_unknown'],
    ['no client', { form: { client_id: undefined } }, '400 invalid_client client_unknown'],
    [
      'an unknown grant',
      { form: { grant_type: 'password' } },
      '400 unsupported_grant_type grant_type_unsupported',
    ],
    [
      'a grant of JavaScript',
      { form: { grant_type: '__proto__' } },
      '400 unsupported_grant_type grant_type_unsupported',
    ],
    ['no grant', { form: { grant_type: undefined } }, '400 invalid_request invalid_request'],
    ['a scope', { form: { scope: 'admin' } }, '400 invalid_scope scope_not_supported'],
    ['no proof', { headers: { dpop: null } }, '400 invalid_dpop_proof dpop_proof_required'],
    ['two proofs', { headers: { dpop: 'a.b.c, a.b.c' } }, '400 invalid_dpop_proof dpop_proof_required'],
    ['nonsense as proof', { headers: { dpop: 'x' } }, '400 invalid_dpop_proof dpop_proof_malformed'],
    [
      'a proof for another address',
      { claims: { htu: `${origin}/v1/other` } },
      '400 invalid_dpop_proof dpop_uri_mismatch',
    ],
    ['a proof for another method', { claims: { htm: 'GET' } }, '400 invalid_dpop_proof dpop_method_mismatch'],
    ['an old proof', { claims: { iat: 1_799_999_939 } }, '400 invalid_dpop_proof dpop_proof_expired'],
    ['a proof without nonce', { nonce: null }, '400 use_dpop_nonce dpop_nonce_required'],
    ['a proof with a nonce of nobody', { nonce: 'x'.repeat(22) }, '400 use_dpop_nonce dpop_nonce_required'],
    [
      'a proof of another type',
      { header: { typ: 'keybound-session-key+jwt' } },
      '400 invalid_dpop_proof dpop_proof_malformed',
    ],
    [
      'JSON',
      { headers: { 'content-type': 'application/json' } },
      '415 invalid_request unsupported_media_type',
    ],
    [
      'a compressed body',
      { headers: { 'content-encoding': 'gzip' } },
      '415 invalid_request unsupported_media_type',
    ],
    [
      'a parameter twice',
      { body: 'grant_type=refresh_token&grant_type=refresh_token' },
      '400 invalid_request invalid_request',
    ],
    ['a broken escape', { body: 'grant_type=%zz' }, '400 invalid_request invalid_request'],
    ['bytes that are no ASCII', { body: 'grant_type=réfresh' }, '400 invalid_request invalid_request'],
    ['an empty body', { body: '' }, '400 invalid_request invalid_request'],
    [
      '33 parameters',
      { body: Array.from({ length: 33 }, (_, at) => `p${at}=1`).join('&') },
      '400 invalid_request invalid_request',
    ],
    [
      'a body of 65 kB',
      { body: `grant_type=${'x'.repeat(66_000)}` },
      '413 invalid_request payload_too_large',
    ],
  ])('refuses %s, and nothing has happened', async (_, knobs, expected) => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    expect(told(await device.refresh(knobs))).toBe(expected)
    expect(told(await device.refresh())).toBe('200')
    expect(device.tokens.refresh.split('.')[3]).toBe('1')
  })

  test('answers 401 and a challenge to a client that tried to authenticate by header (RFC 6749 §5.2)', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const basic = { authorization: 'Basic YmFuazpzZWNyZXQ=' }
    const unnamed = await device.refresh({ form: { client_id: undefined }, headers: basic })
    expect(told(unnamed)).toBe('401 invalid_client client_unknown')
    expect(unnamed.headers.get('www-authenticate')).toBe(`Basic realm="${origin}"`)
    // Public clients name themselves and prove nothing by it, whatever a proxy adds.
    expect(told(await device.refresh({ headers: basic }))).toBe('200')
    const without = await device.refresh({ form: { client_id: 'nobody' } })
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([400, null])
  })

  test('gives a nonce with every refusal, and a new one with a success when the period ends', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const refused = await device.refresh({ once: true, nonce: null })
    expect(refused.headers.get('dpop-nonce')).toMatch(/^[\w-]{22}$/)
    expect((await device.refresh()).headers.get('dpop-nonce')).toBeNull()
    world.clock.advance(300)
    const after = await device.refresh({ once: true })
    expect(after.status).toBe(200)
    expect(after.headers.get('dpop-nonce')).toMatch(/^[\w-]{22}$/)
  })

  test('gives the first nonce with the options of a sign-in, so that nothing has to be refused for it', async () => {
    const world = await startTokenWorld()
    const device = world.device()
    await device.register()
    const request = new Request(`${origin}/v1/authentication/options`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    const { headers } = await world.server.fetch(request, { clientAddress: '192.0.2.1' })
    const nonce = headers.get('dpop-nonce')
    expect(nonce).toMatch(/^[\w-]{22}$/)
    expect(told(await device.signIn({ nonce, once: true }))).toBe('200')
  })

  test('a failing store is a 503 problem, and the token still works afterwards', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const { rotateRefreshToken } = world.store
    const away = () => Promise.reject(new KeyboundError('store_unavailable', 'away'))
    Object.assign(world.store, { rotateRefreshToken: away })
    const failed = await device.refresh()
    expect([failed.status, failed.json.code]).toEqual([503, 'store_unavailable'])
    expect(failed.headers.get('content-type')).toBe('application/problem+json')
    Object.assign(world.store, { rotateRefreshToken })
    expect(told(await device.refresh())).toBe('200')
  })
})
