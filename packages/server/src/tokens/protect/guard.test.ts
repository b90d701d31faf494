import type { TokenAcr } from '@keybound/protocol'
import { catalogue } from '@keybound/protocol/catalogue'
import { describe, expect, test } from 'vitest'
import { createTestKey, signCompact } from '../../../../../test/tokens/support/proof-key.ts'
import {
  type CallKnobs,
  createTestCaller,
  createTestResource,
  issuer,
  start,
  tokenRequest,
} from '../../../../../test/tokens/support/resource.ts'
import { type Guard, type GuardVerdict, guarded } from './guard.ts'

/** Status, code and the error parameter of the challenge. */
async function told(verdict: GuardVerdict) {
  if (verdict.outcome === 'granted') return 'granted'
  const { status, headers } = verdict.response
  const challenge = headers.get('www-authenticate') ?? ''
  const problem = await verdict.response.json()
  if (status < 500) expect(problem.detail).toBe(verdict.error.message)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(headers.get('cache-control')).toBe('no-store')
  expect(problem).toMatchObject({
    status,
    code: verdict.error.code,
    type: `${issuer}/v1/errors/${problem.code}`,
  })
  if (status === 401) expect(challenge).toMatch(/^DPoP [\x20-\x7e]*algs="ES256"$/)
  return `${status} ${problem.code} ${/error="(\w+)"/.exec(challenge)?.[1] ?? '-'}`
}

describe('a route behind protect()', () => {
  test('grants a token with its proof and says who calls', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    expect(await caller.call(guard)).toEqual({
      outcome: 'granted',
      caller: {
        account: 'user-1',
        acr: 'L2',
        authTime: start,
        amr: ['hwk', 'user', 'mfa'],
        clientId: 'bank-web',
        realm: 'bank',
        session: 'family-1',
        jkt: caller.key.jkt,
        expiresAt: start + 300,
      },
      headers: {},
    })
  })

  test('asks for its nonce first, and hands out the next one when the period ends', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    const first = await guard(tokenRequest(caller.key, caller.token, start))
    expect(await told(first)).toBe('401 dpop_nonce_required use_dpop_nonce')
    const nonce = await caller.nonce(guard)
    world.clock.now += 299
    const before = await caller.call(guard, { nonce })
    expect(before).toMatchObject({ outcome: 'granted', headers: {} })
    world.clock.now += 1
    const after = await caller.call(guard, { nonce })
    expect(after).toMatchObject({ outcome: 'granted' })
    const next = after.outcome === 'granted' ? after.headers['dpop-nonce'] : undefined
    expect(next).toMatch(/^[\w-]{22}$/)
    expect(next).not.toBe(nonce)
    world.clock.now += 300
    const stale = await guard(
      tokenRequest(caller.key, await world.issue(caller.key), world.clock.now, { nonce }),
    )
    expect(await told(stale)).toContain('dpop_nonce_required')
  })

  test.each<[string, CallKnobs, string]>([
    [
      'without any credentials',
      { headers: { authorization: null, dpop: null } },
      '401 access_token_required -',
    ],
    [
      'with a scheme of its own',
      { headers: { authorization: 'Basic dXNlcg==' } },
      '401 access_token_required -',
    ],
    ['with two tokens', { headers: { authorization: 'DPoP aa bb' } }, '401 access_token_required -'],
    ['as Bearer', { scheme: 'Bearer' }, '401 access_token_unbound invalid_token'],
    [
      'as Bearer without a proof',
      { scheme: 'Bearer', headers: { dpop: null } },
      '401 access_token_unbound invalid_token',
    ],
    [
      'with something else as token',
      { headers: { authorization: 'DPoP nonsense' } },
      '401 access_token_malformed invalid_token',
    ],
    ['without a proof', { headers: { dpop: null } }, '401 dpop_proof_required invalid_dpop_proof'],
    ['with two proofs', { headers: { dpop: 'a.b.c, a.b.c' } }, '401 dpop_proof_required invalid_dpop_proof'],
    [
      'with nonsense as proof',
      { headers: { dpop: 'nonsense' } },
      '401 dpop_proof_malformed invalid_dpop_proof',
    ],
    ['by another key', { proofKey: createTestKey() }, '401 dpop_key_mismatch invalid_token'],
    [
      'with a proof for another token',
      { claims: { ath: 'x'.repeat(43) } },
      '401 dpop_token_mismatch invalid_dpop_proof',
    ],
    [
      'with a proof for another method',
      { claims: { htm: 'POST' } },
      '401 dpop_method_mismatch invalid_dpop_proof',
    ],
    [
      'with a proof for another path',
      { claims: { htu: 'https://api.bank.example/pay' } },
      '401 dpop_uri_mismatch invalid_dpop_proof',
    ],
    ['with an old proof', { claims: { iat: start - 61 } }, '401 dpop_proof_expired invalid_dpop_proof'],
    ['with a nonce of nobody', { nonce: 'x'.repeat(22) }, '401 dpop_nonce_required use_dpop_nonce'],
  ])('%s refuses', async (_, knobs, expected) => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    expect(await told(await caller.call(guard, knobs))).toBe(expected)
  })

  test('refuses the same request a second time, whatever else it is asked', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    const nonce = await caller.nonce(guard)
    const request = tokenRequest(caller.key, caller.token, start, { nonce })
    expect((await guard(request.clone())).outcome).toBe('granted')
    expect(await told(await guard(request.clone()))).toBe('401 dpop_proof_replayed invalid_dpop_proof')
    // Another guard of the same server shares the memory.
    expect(await told(await world.protect({ acr: 'W' })(request))).toContain('dpop_proof_replayed')
  })

  test('is reached under its public address only: the Host header and the query change nothing', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    const nonce = await caller.nonce(guard)
    const behindProxy = tokenRequest(caller.key, caller.token, start, { nonce })
    const internal = new Request('http://10.0.0.5:8080/balance?page=2', { headers: behindProxy.headers })
    internal.headers.set('host', 'evil.example')
    expect((await guard(internal)).outcome).toBe('granted')
    const forHost = tokenRequest(caller.key, caller.token, start, {
      nonce,
      claims: { htu: 'http://10.0.0.5:8080/balance' },
    })
    expect(await told(await guard(forHost))).toContain('dpop_uri_mismatch')
  })

  test('checks a known token again for time and key', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const caller = await createTestCaller(world)
    expect((await caller.call(guard)).outcome).toBe('granted')
    world.clock.now += 310
    expect(await told(await caller.call(guard))).toBe('401 access_token_expired invalid_token')
    world.clock.now = start
    world.provider.rotate('token', { kid: 'another' })
    expect(await told(await caller.call(guard))).toBe('401 access_token_signature_invalid invalid_token')
  })
})

describe('step-up (RFC 9470)', () => {
  const stepUp = async (guard: Guard, changes: object, world: ReturnType<typeof createTestResource>) => {
    const caller = await createTestCaller(world, changes)
    const verdict = await caller.call(guard)
    return verdict.outcome === 'granted' ? 'granted' : verdict.response.headers.get('www-authenticate')
  }

  test('too weak a sign-in is told which ones are strong enough', async () => {
    const world = createTestResource()
    const guard = world.protect({ acr: 'L2' })
    expect(await stepUp(guard, { acr: 'L2' }, world)).toBe('granted')
    expect(await stepUp(guard, { acr: 'R' }, world)).toBe('granted')
    for (const acr of ['L2.refreshed', 'L1', 'W', 'pwd'] as const) {
      expect(await stepUp(guard, { acr }, world)).toBe(
        'DPoP error="insufficient_user_authentication", error_description="Fresh biometric signature required", acr_values="L2 R", algs="ES256"',
      )
    }
  })

  test('too old a signature is told how fresh it must be', async () => {
    const world = createTestResource()
    const guard = world.protect({ maxAge: 60 })
    expect(await stepUp(guard, { authTime: start - 60 }, world)).toBe('granted')
    expect(await stepUp(guard, { authTime: start - 61 }, world)).toBe(
      'DPoP error="insufficient_user_authentication", error_description="Fresh biometric signature required", max_age="60", algs="ES256"',
    )
  })

  test('both at once', async () => {
    const world = createTestResource()
    const guard = world.protect({ acr: 'R', maxAge: 0 })
    expect(await stepUp(guard, { acr: 'R', authTime: start }, world)).toBe('granted')
    expect(await stepUp(guard, { acr: 'R', authTime: start - 1 }, world)).toContain(
      'acr_values="R", max_age="0"',
    )
  })

  test('a refused step-up uses up no proof', async () => {
    const world = createTestResource()
    const caller = await createTestCaller(world, { acr: 'W' })
    const nonce = await caller.nonce(world.protect())
    const request = tokenRequest(caller.key, caller.token, start, { nonce })
    expect((await world.protect({ acr: 'L2' })(request.clone())).outcome).toBe('refused')
    expect((await world.protect({ acr: 'W' })(request)).outcome).toBe('granted')
  })

  test.each(['L4', '', 'constructor'])(
    'acr %j, which nothing is, is refused when the route is made',
    (acr) => {
      expect(() => createTestResource().protect({ acr: acr as TokenAcr })).toThrow(
        expect.objectContaining({ code: 'configuration_invalid' }),
      )
    },
  )

  test('a day is the longest age to ask for', async () => {
    const world = createTestResource()
    const guard = world.protect({ maxAge: 86_400 })
    expect(await stepUp(guard, { authTime: start - 86_400 }, world)).toBe('granted')
    expect(await stepUp(guard, { authTime: start - 86_401 }, world)).toContain('max_age="86400"')
  })

  test('is told of to none whose token is refused for another reason', async () => {
    const world = createTestResource()
    const guard = world.protect({ acr: 'L2' })
    const caller = await createTestCaller(world)
    const verdict = await caller.call(guard, { proofKey: createTestKey() })
    expect(verdict.outcome === 'refused' && verdict.response.headers.get('www-authenticate')).not.toContain(
      'acr_values',
    )
  })

  test.each([-1, 0.5, 86_401, Number.NaN])('maxAge %d is refused when the route is made', (maxAge) => {
    expect(() => createTestResource().protect({ maxAge })).toThrow(
      expect.objectContaining({ code: 'configuration_invalid' }),
    )
  })
})

describe('failures that no client caused', () => {
  test('a store that is away is a 503, not an open door', async () => {
    const { KeyboundError } = await import('@keybound/protocol')
    const replay = {
      useProof: () => Promise.reject(new KeyboundError('store_unavailable', 'away', { retryAfter: 5 })),
    }
    const world = createTestResource({ replay })
    const caller = await createTestCaller(world)
    const verdict = await caller.call(world.protect())
    expect(verdict).toMatchObject({ outcome: 'refused', error: { code: 'store_unavailable' } })
    expect(verdict.outcome === 'refused' && verdict.response.headers.get('retry-after')).toBe('5')
    if (verdict.outcome === 'refused') {
      // The words of the catalogue, not those of what failed.
      const problem = await verdict.response.clone().json()
      expect(problem).toMatchObject({ detail: catalogue.store_unavailable.happened, retryAfter: 5 })
    }
    expect(await told(verdict)).toBe('503 store_unavailable -')
  })

  test('a fault in the code below is a 500 that shows nothing', async () => {
    const replay = { useProof: () => Promise.reject(new TypeError('secret detail')) }
    const world = createTestResource({ replay })
    const caller = await createTestCaller(world)
    const verdict = await caller.call(world.protect())
    expect(verdict.outcome).toBe('refused')
    if (verdict.outcome === 'refused') {
      expect(verdict.response.status).toBe(500)
      expect(verdict.response.headers.has('retry-after')).toBe(false)
      const text = await verdict.response.text()
      expect(text).not.toContain('secret detail')
      const problem = JSON.parse(text)
      expect(problem.detail).toBe(catalogue.internal.happened)
      expect(problem).not.toHaveProperty('retryAfter')
      expect(verdict.error.cause).toBeInstanceOf(TypeError)
    }
  })
})

describe('tokens of another issuer', () => {
  const other = createTestResource()
  /** A token that our own issuer would not write. */
  const sign = (claims: object) =>
    signCompact(
      JSON.stringify({ typ: 'at+jwt', alg: 'ES256', kid: 'token-1' }),
      JSON.stringify({
        iss: issuer,
        aud: 'https://api.bank.example',
        sub: 'user-1',
        iat: start,
        exp: start + 300,
        jti: 'token-1',
        realm: 'bank',
        ...claims,
      }),
      other.provider.pair('token-1').privateKey,
    )
  const call = async (token: string, key = createTestKey(), guard = other.protect()) => {
    const first = await guard(tokenRequest(key, token, start))
    const nonce = first.outcome === 'refused' ? (first.response.headers.get('dpop-nonce') ?? '') : ''
    return guard(tokenRequest(key, token, start, { nonce }))
  }

  test('that are bound to no key are refused', async () => {
    expect(await told(await call(sign({})))).toBe('401 access_token_unbound invalid_token')
  })

  test('that say nothing of the sign-in pass where nothing is asked of it, and nowhere else', async () => {
    const key = createTestKey()
    const token = sign({ cnf: { jkt: key.jkt } })
    expect(await call(token, key)).toMatchObject({ outcome: 'granted', caller: { acr: undefined } })
    for (const requirements of [{ acr: 'pwd.refreshed' }, { maxAge: 86_400 }] as const) {
      const verdict = await call(token, key, other.protect(requirements))
      expect(await told(verdict)).toBe('401 step_up_required insufficient_user_authentication')
    }
  })
})

describe('guarded()', () => {
  test('runs the handler for granted requests only, and adds the nonce to its answer', async () => {
    const world = createTestResource()
    const guard = world.protect()
    const calls: string[] = []
    const handle = guarded(guard, (_, { account }) => {
      calls.push(account)
      const exposed = { 'access-control-expose-headers': 'X-Balance' }
      const headers = { 'x-balance': 'yes', 'cache-control': 'private, max-age=60', ...exposed }
      return new Response('42.00', { status: 201, headers })
    })
    const caller = await createTestCaller(world)
    const refused = await handle(tokenRequest(caller.key, caller.token, start))
    expect(refused.status).toBe(401)
    // A page of another origin reads nonce and challenge only where it is let (RFC 9449 §8).
    const exposed = 'DPoP-Nonce, Retry-After, WWW-Authenticate'
    expect(refused.headers.get('access-control-expose-headers')).toBe(exposed)
    expect(calls).toEqual([])
    const nonce = await caller.nonce(guard)
    world.clock.now += 300
    const token = await world.issue(caller.key)
    const response = await handle(tokenRequest(caller.key, token, world.clock.now, { nonce }))
    expect([response.status, await response.text(), response.headers.get('x-balance')]).toEqual([
      201,
      '42.00',
      'yes',
    ])
    const given = response.headers.get('dpop-nonce') ?? ''
    expect(given).toMatch(/^[\w-]{22}$/)
    // What carries a nonce is not stored (RFC 9449 §8.2); an answer without one is as the handler made it.
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-expose-headers')).toBe(`X-Balance, ${exposed}`)
    const after = await handle(tokenRequest(caller.key, token, world.clock.now, { nonce: given }))
    expect(after.headers.get('cache-control')).toBe('private, max-age=60')
    expect(calls).toEqual(['user-1', 'user-1'])
  })
})

test('a resource server takes its address with a slash behind it', async () => {
  const world = createTestResource({ publicUrl: 'https://api.bank.example/' })
  const caller = await createTestCaller(world)
  expect(await caller.call(world.protect())).toMatchObject({ outcome: 'granted' })
})

test.each([
  ['an address with a path', { publicUrl: 'https://api.bank.example/v1' }],
  ['another scheme', { publicUrl: 'ftp://api.bank.example' }],
  ['a short secret', { nonceSecret: new Uint8Array(31) }],
])('a resource server with %s does not start', (_, options) => {
  expect(() => createTestResource(options)).toThrow(
    expect.objectContaining({ code: 'configuration_invalid' }),
  )
})
