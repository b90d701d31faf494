import { sign } from 'node:crypto'
import { createMemoryStore } from '@keybound/server/store/memory'
import { describe, expect, test } from 'vitest'
import { createAuthenticator, createKeyPair } from '../support/authenticator.ts'
import { origin } from '../support/server.ts'
import type { Device } from './support/device.ts'
import { isWell, told, victims } from './support/victims.ts'
import { startTokenWorld } from './support/world.ts'

// Attacks of the catalogue (facts/attacks.md), by id. Each starts from a position that works for the honest user, and
// afterwards the honest user is still well.

describe('E01 and E04 challenges at the token endpoint', () => {
  test('a challenge serves once, also for 64 exchanges at once', async () => {
    const { victim } = await victims()
    const response = await victim.assertion()
    const answers = await Promise.all(Array.from({ length: 64 }, () => victim.exchange(response)))
    const counts = Map.groupBy(answers.map(told), (one) => one)
    expect(counts.get('200')).toHaveLength(1)
    expect(counts.get('400 invalid_grant challenge_used')).toHaveLength(63)
  })

  test('an old one is refused by the server’s clock, whatever the client’s says', async () => {
    const { world, victim } = await victims()
    const response = await victim.assertion()
    world.clock.advance(120)
    expect(told(await victim.exchange(response))).toBe('400 invalid_grant challenge_expired')
  })
})

describe('E02 signatures of one protocol in another', () => {
  test('a registration challenge, an opaque session’s challenge and one of another realm get no tokens', async () => {
    const { world, victim } = await victims({ passwords: true })
    const signedIn = await world.signIn('ada')
    const { challenge } = await world.registrationOptions(signedIn)
    const bound = await victim.assertion()
    const options = {
      rpId: 'localhost',
      timeout: 1,
      userVerification: 'required',
      allowCredentials: [],
    } as const
    const forRegistration = victim.authenticator.authenticate({ ...options, challenge })
    expect(told(await victim.exchange(forRegistration))).toContain('challenge_purpose_mismatch')
    const opaque = await world.authenticationOptions()
    expect(told(await victim.exchange(victim.authenticator.authenticate(opaque)))).toContain(
      'challenge_purpose_mismatch',
    )
    const elsewhere = await startTokenWorld({ realm: 'elsewhere' })
    const foreign = elsewhere.device({ proofKey: victim.proofKey, authenticator: victim.authenticator })
    await foreign.register()
    expect(told(await victim.exchange(await foreign.assertion()))).toContain('challenge_realm_mismatch')
    expect(told(await victim.exchange(bound))).toBe('200')
  })

  test('tokens of another realm on the same store and keys are worth nothing', async () => {
    const store = createMemoryStore()
    const bank = await startTokenWorld({ store })
    const shop = await startTokenWorld({ store, keys: bank.keys, realm: 'shop' })
    const device = await bank.signedIn()
    const there = shop.device({ proofKey: device.proofKey })
    Object.assign(there.tokens, device.tokens)
    expect((await there.call('GET', '/v1/session')).json.code).toBe('access_token_realm_mismatch')
    expect(told(await there.refresh())).toBe('400 invalid_grant refresh_token_invalid')
    expect(await isWell(device)).toBe('200')
  })

  test('a nonce of another realm is none', async () => {
    const store = createMemoryStore()
    const bank = await startTokenWorld({ store })
    const shop = await startTokenWorld({ store, keys: bank.keys, realm: 'shop' })
    const refused = await shop
      .device()
      .askForTokens({ grant_type: 'refresh_token', refresh_token: 'x' }, { once: true })
    const device = await bank.signedIn()
    const answer = await device.refresh({ nonce: refused.headers.get('dpop-nonce'), once: true })
    expect(told(answer)).toBe('400 use_dpop_nonce dpop_nonce_required')
  })
})

describe('E03 nonces chosen or predicted by the client', () => {
  test('nonces of many periods and realms share nothing', async () => {
    const world = await startTokenWorld()
    const nonces = new Set<string>()
    for (let period = 0; period < 200; period++) {
      const answer = await world.device().askForTokens({ grant_type: 'refresh_token' }, { once: true })
      nonces.add(answer.headers.get('dpop-nonce') ?? '')
      world.clock.advance(300)
    }
    expect(nonces.size).toBe(200)
    const bits = [...nonces].map((nonce) => Buffer.from(nonce, 'base64url')[0] ?? 0)
    expect(new Set(bits).size).toBeGreaterThan(100)
  })
})

describe('E07 signature malleability', () => {
  test('the other valid signature of the same proof does not make it a new one', async () => {
    const { world, victim } = await victims()
    await victim.refresh()
    const form = { grant_type: 'refresh_token', refresh_token: victim.tokens.refresh }
    const first = victim.tokenRequest(form, {})
    const [header, payload, signature = ''] = (first.headers.get('dpop') ?? '').split('.')
    const raw = Buffer.from(signature, 'base64url')
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
    const s = order - BigInt(`0x${raw.subarray(32).toString('hex')}`)
    const mirrored = Buffer.concat([
      raw.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
    ])
    const second = new Request(first.clone(), {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        dpop: `${header}.${payload}.${mirrored.toString('base64url')}`,
      },
    })
    expect((await world.send(first)).status).toBe(200)
    expect(await (await world.send(second)).json()).toMatchObject({ code: 'dpop_proof_replayed' })
  })

  test('a DER signature is none', async () => {
    const { world, victim } = await victims()
    await victim.refresh()
    const request = victim.tokenRequest(
      { grant_type: 'refresh_token', refresh_token: victim.tokens.refresh },
      {},
    )
    const [header, payload] = (request.headers.get('dpop') ?? '').split('.')
    const der = sign('sha256', Buffer.from(`${header}.${payload}`), victim.proofKey.privateKey)
    request.headers.set('dpop', `${header}.${payload}.${der.toString('base64url')}`)
    expect(await (await world.send(request)).json()).toMatchObject({ code: 'dpop_signature_invalid' })
  })
})

describe('E13 to E16 assertions at the token endpoint', () => {
  type Knobs = NonNullable<Parameters<Device['authenticator']['authenticate']>[1]>
  test.each<[string, Knobs, string]>([
    ['E14 without user verification', { userVerified: false }, 'user_verification_missing'],
    ['E14 without user presence', { userPresent: false }, 'user_presence_missing'],
    ['E15 from another origin', { origin: 'https://evil.example' }, 'origin_mismatch'],
    ['E15 for another relying party', { rpId: 'evil.example' }, 'rp_id_mismatch'],
    ['E15 of another ceremony', { type: 'webauthn.create' }, 'client_data_type_mismatch'],
    ['E15 inside a frame of another site', { crossOrigin: true }, 'cross_origin_forbidden'],
    ['E08 by another key', { signWith: createKeyPair().privateKey }, 'signature_invalid'],
    ['E08 with an unknown credential', { credentialId: 'AAAA' }, 'credential_unknown'],
    ['E16 with another backup eligibility', { backupEligible: true }, 'backup_eligibility_changed'],
  ])('%s gets no tokens and uses nothing up', async (_, knobs, code) => {
    const { world, victim } = await victims()
    const answer = await world.call('POST', '/v1/authentication/options', {
      body: { dpopJkt: victim.proofKey.jkt },
    })
    const options = answer.json as never
    expect(told(await victim.exchange(victim.authenticator.authenticate(options, knobs)))).toBe(
      `400 invalid_grant ${code}`,
    )
    expect(told(await victim.exchange(victim.authenticator.authenticate(options)))).toBe('200')
  })

  test('E13 a counter that does not rise gets no tokens', async () => {
    const world = await startTokenWorld()
    const device = world.device({ authenticator: createAuthenticator({ origin, signCount: 'rising' }) })
    await device.register()
    expect(told(await device.signIn())).toBe('200')
    const options = await world.call('POST', '/v1/authentication/options', {
      body: { dpopJkt: device.proofKey.jkt },
    })
    const cloned = device.authenticator.authenticate(options.json as never, { signCount: 1 })
    expect(told(await device.exchange(cloned))).toBe('400 invalid_grant sign_count_replayed')
  })
})
