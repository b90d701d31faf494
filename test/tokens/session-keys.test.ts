import { describe, expect, test } from 'vitest'
import { origin } from '../support/server.ts'
import { claimsOf, type TokenKnobs } from './support/device.ts'
import { createTestKey } from './support/proof-key.ts'
import { told } from './support/victims.ts'
import { startTokenWorld } from './support/world.ts'

describe('session keys', () => {
  test('are named and endorsed by the proof key, and bind the access token', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const sessionKey = createTestKey()
    expect(told(await device.refresh({ sessionKey }))).toBe('200')
    expect(claimsOf(device.tokens.access).cnf).toEqual({ jkt: sessionKey.jkt })
    expect((await device.call('GET', '/v1/session', { key: sessionKey })).status).toBe(200)
    const byProofKey = await device.call('GET', '/v1/session')
    expect(byProofKey).toMatchObject({ status: 401, json: { code: 'dpop_key_mismatch' } })
    // The refresh token stays with the proof key; the next session key replaces this one.
    const next = createTestKey()
    expect(told(await device.refresh({ sessionKey: next }))).toBe('200')
    expect(claimsOf(device.tokens.access).cnf).toEqual({ jkt: next.jkt })
  })

  const stranger = createTestKey()
  test.each<[string, (device: { proofKey: ReturnType<typeof createTestKey> }) => TokenKnobs]>([
    ['endorsed but not proven', () => ({ form: { session_key_proof: undefined } })],
    ['proven but not endorsed', () => ({ claims: { session_jkt: undefined } })],
    ['endorsed under another thumbprint', () => ({ claims: { session_jkt: stranger.jkt } })],
    ['proven for another proof key', () => ({ sessionClaims: { proof_jkt: stranger.jkt } })],
    ['proven without naming a proof key', () => ({ sessionClaims: { proof_jkt: undefined } })],
    ['proven by a DPoP proof', () => ({ sessionHeader: { typ: 'dpop+jwt' } })],
    ['proven for another address', () => ({ sessionClaims: { htu: `${origin}/v1/other` } })],
    ['proven long ago', () => ({ sessionClaims: { iat: 1 } })],
    ['with a private key', () => ({ sessionHeader: { jwk: stranger.privateJwk } })],
    [
      'signed by another key',
      () => ({ sessionHeader: { jwk: stranger.jwk }, claims: { session_jkt: stranger.jkt } }),
    ],
    ['that is the proof key', ({ proofKey }) => ({ sessionKey: proofKey })],
    ['that is nonsense', () => ({ form: { session_key_proof: 'x' } })],
  ])('%s: refused, and nothing has happened', async (_, knobs) => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const answer = await device.refresh({ sessionKey: createTestKey(), ...knobs(device) })
    expect(told(answer)).toBe('400 invalid_request session_key_proof_invalid')
    expect(told(await device.refresh())).toBe('200')
    expect(device.tokens.refresh.split('.')[3]).toBe('1')
  })

  test('a session key proof serves once', async () => {
    const world = await startTokenWorld()
    const device = await world.signedIn()
    const sessionKey = createTestKey()
    const sessionClaims = { jti: 'the very same' }
    expect(told(await device.refresh({ sessionKey, sessionClaims }))).toBe('200')
    expect(told(await device.refresh({ sessionKey, sessionClaims }))).toBe(
      '400 invalid_dpop_proof dpop_proof_replayed',
    )
  })

  test('are refused at levels where the policy wants the proof key on every call', async () => {
    const world = await startTokenWorld({ policy: { tokens: { proofKeyOnly: ['W'] } } })
    const device = world.device()
    await device.register()
    const sessionKey = createTestKey()
    const expected = '400 invalid_request session_key_not_allowed'
    const assertion = await device.assertion()
    expect(told(await device.exchange(assertion, { sessionKey }))).toBe(expected)
    expect(told(await device.exchange(assertion))).toBe('200')
    expect(told(await device.refresh({ sessionKey }))).toBe(expected)
    expect(told(await device.refresh())).toBe('200')
    expect(claimsOf(device.tokens.access).cnf).toEqual({ jkt: device.proofKey.jkt })
  })
})
