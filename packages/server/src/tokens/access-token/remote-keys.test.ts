import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestKeyProvider } from '../../../../../test/tokens/support/issuer.ts'
import { publicJwks } from './keys.ts'
import { createRemoteKeys } from './remote-keys.ts'

const now = 1_795_348_800
const url = 'https://auth.bank.example/v1/jwks'
const provider = createTestKeyProvider()
/** A fresh public key, named `k`. */
const jwkOf = (namedCurve: 'P-256' | 'P-384') => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
  kid: 'k',
})

/** An issuer whose JWKS, state and number of readings the test holds. */
function createIssuer() {
  const issuer = {
    kids: ['k1'],
    up: true,
    readings: 0,
    extra: [] as object[],
    fetch: async (request: Request) => {
      issuer.readings++
      if (!issuer.up) throw new TypeError('unreachable')
      expect(request.url).toBe(url)
      expect(request.redirect).toBe('error')
      provider.rotate('token', ...issuer.kids.map((kid) => ({ kid })))
      const { keys } = publicJwks(await provider.list('token'), now)
      return Response.json({ keys: [...issuer.extra, ...keys] })
    },
  }
  return issuer
}

describe('keys of a remote issuer', () => {
  test('are read once for all who wait, and not again before they are old', async () => {
    const issuer = createIssuer()
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find('k1', now)))
    expect(found.every((key) => key?.algorithm === 'ES256' && key === found[0])).toBe(true)
    expect(await keys.find('k1', now + 300)).toBe(found[0])
    expect(issuer.readings).toBe(1)
    expect(await keys.find('k1', now + 301)).toBe(found[0])
    expect(issuer.readings).toBe(2)
  })

  test('a new kid is read at once, unknown ones only every 30 seconds', async () => {
    const issuer = createIssuer()
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    await keys.find('k1', now)
    issuer.kids = ['k2', 'k1']
    expect(await keys.find('k2', now + 29)).toBeUndefined()
    expect(await keys.find('k2', now + 30)).toBeDefined()
    for (let i = 0; i < 100; i++) expect(await keys.find(`forged-${i}`, now + 31)).toBeUndefined()
    expect(issuer.readings).toBe(2)
  })

  test('a retired key is gone at the next reading', async () => {
    const issuer = createIssuer()
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    await keys.find('k1', now)
    issuer.kids = ['k2']
    expect(await keys.find('k1', now + 301)).toBeUndefined()
  })

  test('old keys serve an hour while the issuer is away, then nothing passes', async () => {
    const issuer = createIssuer()
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    await keys.find('k1', now)
    issuer.up = false
    expect(await keys.find('k1', now + 3600)).toBeDefined()
    await expect(keys.find('k1', now + 3631)).rejects.toMatchObject({ code: 'issuer_keys_unavailable' })
    issuer.up = true
    expect(await keys.find('k1', now + 3633)).toBeDefined()
  })

  test('a first reading that fails refuses, and is tried again after a second', async () => {
    const issuer = createIssuer()
    issuer.up = false
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    await expect(keys.find('k1', now)).rejects.toMatchObject({
      code: 'issuer_keys_unavailable',
      retryAfter: 1,
    })
    issuer.up = true
    expect(await keys.find('k1', now + 1)).toBeDefined()
  })

  test('keys of other kinds are skipped, private ones too', async () => {
    const issuer = createIssuer()
    const privateJwk = provider.pair('private').privateKey.export({ format: 'jwk' })
    issuer.extra = [
      { kty: 'RSA', kid: 'rsa', n: 'AQAB', e: 'AQAB' },
      { kty: 'oct', kid: 'oct', k: 'AAAA' },
      { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'encrypt', use: 'enc' },
      { ...privateJwk, kid: 'private' },
      { ...jwkOf('P-384'), kid: 'p384' },
      { ...jwkOf('P-256'), kid: 'type', kty: 'OKP' },
      { ...jwkOf('P-256'), kid: 'agreement', alg: 'ECDH-ES' },
      { ...jwkOf('P-256'), kid: 7 },
      { ...jwkOf('P-256'), kid: 'x', x: 1 },
      { ...jwkOf('P-256'), kid: 'y', y: 1 },
    ]
    const keys = createRemoteKeys({ url, fetch: issuer.fetch })
    const skipped = ['rsa', 'oct', 'encrypt', 'private', 'p384', 'type', 'agreement', 'x', 'y']
    for (const kid of [...skipped, 7 as never, '__proto__', 'constructor']) {
      expect(await keys.find(kid, now), kid).toBeUndefined()
    }
    expect(await keys.find('k1', now)).toBeDefined()
  })

  test('are read from an answer of 64 KiB and 32 keys, and from none beyond', async () => {
    const list = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ...jwkOf('P-256'), kid: `k${at}` }))
    const answer = (count: number, length: number) =>
      createRemoteKeys({
        url,
        fetch: async () => new Response(JSON.stringify({ keys: list(count) }).padEnd(length)),
      }).find('k0', now)
    expect(await answer(32, 65_536)).toBeDefined()
    await expect(answer(33, 0)).rejects.toMatchObject({ code: 'issuer_keys_unavailable' })
    await expect(answer(1, 65_537)).rejects.toMatchObject({ code: 'issuer_keys_unavailable' })
  })

  test.each([
    ['a kid twice', Response.json({ keys: [jwkOf('P-256'), jwkOf('P-256')] })],
    ['an error', new Response('{"keys":[]}', { status: 500 })],
    ['no JSON', new Response('<html>')],
    ['no list', Response.json({ keys: {} })],
    ['a list of other things', Response.json({ keys: [null] })],
    ['too many keys', Response.json({ keys: Array.from({ length: 33 }, () => ({})) })],
    ['members twice', new Response('{"keys":[],"keys":[]}')],
    [
      'a key off the curve',
      Response.json({ keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'k' }] }),
    ],
  ])('an answer with %s is no set of keys', async (_, response) => {
    const keys = createRemoteKeys({ url, fetch: async () => response })
    await expect(keys.find('k1', now)).rejects.toMatchObject({ code: 'issuer_keys_unavailable' })
  })
})

test('the published set holds every key that may verify a token, public members only', async () => {
  const own = createTestKeyProvider()
  own.rotate(
    'token',
    { kid: 'next', activeFrom: now + 600 },
    { kid: 'now', activeFrom: now - 600 },
    { kid: 'gone', acceptUntil: now },
  )
  const { keys } = publicJwks(await own.list('token'), now)
  expect(keys.map((key) => key.kid)).toEqual(['next', 'now'])
  for (const key of keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  }
})
