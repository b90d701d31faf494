import { createHash } from 'node:crypto'
import type { ErrorCode } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { createTestKey } from '../../../../../test/tokens/support/proof-key.ts'
import { onlyProof, verifyDpopProof } from './proof.ts'
import { createProofKeyCache } from './proof-key.ts'

const now = 1_795_348_800
const url = 'https://api.example.org/pay'
const token = 'an-access-token'
const ath = createHash('sha256').update(token).digest('base64url')
const device = createTestKey()
const stranger = createTestKey()

const claims = { jti: 'T7b0cnftzZ4SsUdQ', htm: 'POST', htu: url, iat: now - 5, nonce: 'nonce-1', ath }
const expected = {
  method: 'POST',
  url,
  now,
  accessToken: token,
  boundTo: device.jkt,
  acceptsNonce: (nonce: string) => nonce === 'nonce-1',
}

function refusal(proof: string, changes: object = {}): Promise<unknown> {
  return verifyDpopProof(proof, { ...expected, ...changes }).then(
    () => 'accepted',
    (error) => error.code,
  )
}

test('accepts a correct proof and says by which key it was made and when it ends', async () => {
  const verified = await verifyDpopProof(device.proof(claims), expected)
  expect(verified).toEqual({
    jkt: device.jkt,
    algorithm: 'ES256',
    jti: claims.jti,
    issuedAt: now - 5,
    nonce: 'nonce-1',
    claims,
    expiresAt: now + 55,
  })
})

describe('claims (checks 3, 8 to 12)', () => {
  const without = (name: keyof typeof claims) => {
    const { [name]: _, ...rest } = claims
    return rest
  }
  test.each<[string, object, ErrorCode]>([
    ['jti missing', without('jti'), 'dpop_proof_malformed'],
    ['jti empty', { ...claims, jti: '' }, 'dpop_proof_malformed'],
    ['jti a number', { ...claims, jti: 1 }, 'dpop_proof_malformed'],
    ['jti of 257 characters', { ...claims, jti: 'x'.repeat(257) }, 'dpop_proof_malformed'],
    ['htm missing', without('htm'), 'dpop_proof_malformed'],
    ['htm other', { ...claims, htm: 'GET' }, 'dpop_method_mismatch'],
    ['htm in lower case', { ...claims, htm: 'post' }, 'dpop_method_mismatch'],
    ['htm an array', { ...claims, htm: ['POST'] }, 'dpop_proof_malformed'],
    ['htu missing', without('htu'), 'dpop_proof_malformed'],
    ['htu other path', { ...claims, htu: 'https://api.example.org/balance' }, 'dpop_uri_mismatch'],
    ['htu other host', { ...claims, htu: 'https://evil.example/pay' }, 'dpop_uri_mismatch'],
    ['htu other scheme', { ...claims, htu: 'http://api.example.org/pay' }, 'dpop_uri_mismatch'],
    ['htu no address', { ...claims, htu: 'pay' }, 'dpop_uri_mismatch'],
    ['iat missing', without('iat'), 'dpop_proof_malformed'],
    ['iat a string', { ...claims, iat: String(now) }, 'dpop_proof_malformed'],
    ['iat negative', { ...claims, iat: -1 }, 'dpop_proof_malformed'],
    ['iat beyond safe integers', { ...claims, iat: 2 ** 60 }, 'dpop_proof_malformed'],
    ['iat the first second of all', { ...claims, iat: 0 }, 'dpop_proof_expired'],
    ['iat the last safe integer', { ...claims, iat: Number.MAX_SAFE_INTEGER }, 'dpop_proof_expired'],
    ['iat 61 seconds old', { ...claims, iat: now - 61 }, 'dpop_proof_expired'],
    ['iat 61 seconds ahead', { ...claims, iat: now + 61 }, 'dpop_proof_expired'],
    ['ath missing', without('ath'), 'dpop_token_mismatch'],
    ['ath other', { ...claims, ath: 'x'.repeat(43) }, 'dpop_token_mismatch'],
    ['ath not text', { ...claims, ath: null }, 'dpop_proof_malformed'],
    ['nonce missing', without('nonce'), 'dpop_nonce_required'],
    ['nonce stale', { ...claims, nonce: 'nonce-0' }, 'dpop_nonce_required'],
    ['nonce not text', { ...claims, nonce: 1 }, 'dpop_proof_malformed'],
  ])('%s', async (_, changed, code) => {
    expect(await refusal(device.proof(changed))).toBe(code)
  })

  test('60 seconds old and 60 seconds ahead are still of now', async () => {
    for (const iat of [now - 60, now + 60]) {
      expect(await refusal(device.proof({ ...claims, iat }))).toBe('accepted')
    }
  })

  test('an address that is none is not that of a server without one', async () => {
    expect(await refusal(device.proof({ ...claims, htu: 'pay' }), { url: '/pay' })).toBe('dpop_uri_mismatch')
  })

  test('an infinite time is refused before it is compared', async () => {
    const payload = JSON.stringify(claims).replace(String(now - 5), '1e400')
    const header = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: device.jwk })
    expect(await refusal(device.signText(header, payload))).toBe('dpop_proof_malformed')
  })

  test('a proof made for a token is refused where no token came', async () => {
    const { accessToken: _, ...rest } = expected
    const verdict = verifyDpopProof(device.proof(claims), rest)
    await expect(verdict).rejects.toMatchObject({ code: 'dpop_token_mismatch' })
  })

  test('without tokens and nonces neither is asked for', async () => {
    const proof = device.proof({ jti: 'j', htm: 'POST', htu: url, iat: now })
    expect((await verifyDpopProof(proof, { method: 'POST', url, now })).jkt).toBe(device.jkt)
  })
})

describe('header and key (checks 4, 5, 7)', () => {
  const ec384 = { kty: 'EC', crv: 'P-384', x: device.jwk.x, y: device.jwk.y }
  test.each<[string, object, ErrorCode]>([
    ['typ missing', { typ: undefined }, 'dpop_proof_malformed'],
    ['typ JWT', { typ: 'JWT' }, 'dpop_proof_malformed'],
    ['typ at+jwt', { typ: 'at+jwt' }, 'dpop_proof_malformed'],
    ['typ of session keys', { typ: 'keybound-session-key+jwt' }, 'dpop_proof_malformed'],
    ['alg none', { alg: 'none' }, 'dpop_algorithm_not_allowed'],
    ['alg HS256', { alg: 'HS256' }, 'dpop_algorithm_not_allowed'],
    ['alg RS256', { alg: 'RS256' }, 'dpop_algorithm_not_allowed'],
    ['alg ES384 over an ES256 signature', { alg: 'ES384' }, 'dpop_algorithm_not_allowed'],
    ['alg EdDSA where only ES256 is accepted', { alg: 'EdDSA' }, 'dpop_algorithm_not_allowed'],
    ['alg an array', { alg: ['ES256'] }, 'dpop_proof_malformed'],
    ['alg missing', { alg: undefined }, 'dpop_proof_malformed'],
    ['jwk missing', { jwk: undefined }, 'dpop_key_invalid'],
    ['jwk null', { jwk: null }, 'dpop_key_invalid'],
    ['jwk an array', { jwk: [device.jwk] }, 'dpop_key_invalid'],
    ['E19: jwk private', { jwk: device.privateJwk }, 'dpop_key_invalid'],
    ['jwk symmetric', { jwk: { kty: 'oct', k: 'AAAA' } }, 'dpop_key_invalid'],
    ['jwk with a certificate', { jwk: { ...device.jwk, x5c: ['AAAA'] } }, 'dpop_key_invalid'],
    ['jwk with a key address', { jwk: { ...device.jwk, x5u: 'https://evil.example' } }, 'dpop_key_invalid'],
    ['E19: jwk on another curve', { jwk: ec384 }, 'dpop_key_invalid'],
    ['jwk of another type on this curve', { jwk: { ...device.jwk, kty: 'OKP' } }, 'dpop_key_invalid'],
    ['jwk of another type', { jwk: { kty: 'OKP', crv: 'Ed25519', x: device.jwk.x } }, 'dpop_key_invalid'],
    ['E19: jwk off the curve', { jwk: { ...device.jwk, y: device.jwk.x } }, 'dpop_key_invalid'],
    ['E19: jwk with 31 bytes', { jwk: { ...device.jwk, x: device.jwk.x?.slice(0, 42) } }, 'dpop_key_invalid'],
    ['jwk with padding', { jwk: { ...device.jwk, x: `${device.jwk.x}=` } }, 'dpop_key_invalid'],
    ['jwk with a number', { jwk: { ...device.jwk, x: 1 } }, 'dpop_key_invalid'],
    ['jku', { jku: 'https://evil.example/keys' }, 'dpop_proof_malformed'],
    ['x5u', { x5u: 'https://evil.example/cert' }, 'dpop_proof_malformed'],
    ['x5c', { x5c: [] }, 'dpop_proof_malformed'],
    ['crit', { crit: ['x'], x: 1 }, 'dpop_proof_malformed'],
    ['b64 false', { b64: false, crit: ['b64'] }, 'dpop_proof_malformed'],
    ['zip', { zip: 'DEF' }, 'dpop_proof_malformed'],
  ])('%s', async (_, header, code) => {
    expect(await refusal(device.proof(claims, header))).toBe(code)
  })

  test('a header without a key is refused by its code, not by an exception of the importer', async () => {
    expect(await refusal(device.proof(claims, { jwk: { kty: 'EC', crv: 'P-256' } }))).toBe('dpop_key_invalid')
  })

  test('another key than the bound one', async () => {
    expect(await refusal(stranger.proof(claims))).toBe('dpop_key_mismatch')
  })

  test('EdDSA where the server accepts it', async () => {
    const key = createTestKey('EdDSA')
    const verdict = await verifyDpopProof(
      key.proof(claims),
      { ...expected, boundTo: key.jkt },
      { algorithms: ['ES256', 'EdDSA'] },
    )
    expect(verdict).toMatchObject({ jkt: key.jkt, algorithm: 'EdDSA' })
  })
})

describe('form and signature (checks 2 and 6)', () => {
  const proof = device.proof(claims)
  const [header = '', payload = '', signature = ''] = proof.split('.')
  const headerText = JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: device.jwk })
  const payloadText = JSON.stringify(claims)
  const zeros = Buffer.alloc(64).toString('base64url')
  const bytes = Buffer.from(signature, 'base64url')

  test.each<[string, string, ErrorCode]>([
    ['empty', '', 'dpop_proof_malformed'],
    ['two parts', `${header}.${payload}`, 'dpop_proof_malformed'],
    ['four parts', `${proof}.${signature}`, 'dpop_proof_malformed'],
    ['five parts, as an encrypted JWT', `${proof}..`, 'dpop_proof_malformed'],
    ['signature empty', `${header}.${payload}.`, 'dpop_proof_malformed'],
    ['signature padded', `${proof}==`, 'dpop_proof_malformed'],
    ['white space', `${header}. ${payload}.${signature}`, 'dpop_proof_malformed'],
    ['line break at the end', `${proof}\n`, 'dpop_proof_malformed'],
    ['standard base64', `${header}.${payload}.+/${signature.slice(2)}`, 'dpop_proof_malformed'],
    ['longer than 4096 characters', device.proof({ ...claims, x: 'x'.repeat(4096) }), 'dpop_proof_malformed'],
    [
      'duplicate claim',
      device.signText(headerText, payloadText.replace('{', '{"jti":"other",')),
      'dpop_proof_malformed',
    ],
    [
      'duplicate header member',
      device.signText(headerText.replace('{', '{"alg":"none",'), payloadText),
      'dpop_proof_malformed',
    ],
    ['payload an array', device.signText(headerText, `[${payloadText}]`), 'dpop_proof_malformed'],
    ['payload text', device.signText(headerText, '"claims"'), 'dpop_proof_malformed'],
    ['payload a nested JWT', device.signText(headerText, proof), 'dpop_proof_malformed'],
    [
      'payload deeply nested',
      device.signText(headerText, `{"a":${'['.repeat(300)}${']'.repeat(300)}}`),
      'dpop_proof_malformed',
    ],
    ['header no JSON', device.signText('header', payloadText), 'dpop_proof_malformed'],
    ['signature of zeros', `${header}.${payload}.${zeros}`, 'dpop_signature_invalid'],
    [
      'signature of 63 bytes',
      `${header}.${payload}.${bytes.subarray(1).toString('base64url')}`,
      'dpop_signature_invalid',
    ],
    [
      'signature of 65 bytes',
      `${header}.${payload}.${Buffer.concat([bytes, Buffer.of(0)]).toString('base64url')}`,
      'dpop_signature_invalid',
    ],
    ['signature by another key', signedBy(stranger, headerText, payloadText), 'dpop_signature_invalid'],
    [
      'payload changed after signing',
      `${header}.${Buffer.from(payloadText.replace('T7b0', 'T7b1')).toString('base64url')}.${signature}`,
      'dpop_signature_invalid',
    ],
  ])('%s', async (_, text, code) => {
    expect(await refusal(text)).toBe(code)
  })

  test('a refusal names the clause that was broken', async () => {
    const verdict = verifyDpopProof(device.proof({ ...claims, htm: 'GET' }), expected)
    await expect(verdict).rejects.toMatchObject({ rule: 'RFC 9449 §4.3 check 8', name: 'KeyboundError' })
  })

  function signedBy(key: typeof device, headerText: string, payloadText: string): string {
    return key.signText(headerText, payloadText)
  }
})

describe('exactly one header (check 1)', () => {
  test('gives the proof', () => {
    expect(onlyProof(new Headers({ DPoP: 'a.b.c' }))).toBe('a.b.c')
  })
  test('refuses none and two', () => {
    const two = new Headers([
      ['DPoP', 'a.b.c'],
      ['DPoP', 'd.e.f'],
    ])
    for (const headers of [new Headers(), new Headers({ DPoP: '' }), two]) {
      expect(() => onlyProof(headers)).toThrow(expect.objectContaining({ code: 'dpop_proof_required' }))
    }
    expect(() => onlyProof(new Headers())).toThrow('Unexpected absence of a DPoP header')
    expect(() => onlyProof(two)).toThrow('Unexpected number of DPoP headers')
  })
})

describe('cached keys', () => {
  test('change no verdict', async () => {
    const keys = createProofKeyCache()
    await verifyDpopProof(device.proof(claims), expected, { keys })
    expect(keys.size).toBe(1)
    const forged = stranger.signText(
      JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: device.jwk }),
      JSON.stringify(claims),
    )
    const verdict = verifyDpopProof(forged, expected, { keys })
    await expect(verdict).rejects.toMatchObject({ code: 'dpop_signature_invalid' })
    expect((await verifyDpopProof(device.proof({ ...claims, jti: 'other' }), expected, { keys })).jti).toBe(
      'other',
    )
  })

  test('are judged by the type and algorithms of each call', async () => {
    const keys = createProofKeyCache()
    const key = createTestKey('EdDSA')
    const bound = { ...expected, boundTo: key.jkt }
    await verifyDpopProof(key.proof(claims), bound, { keys, algorithms: ['EdDSA'] })
    await expect(verifyDpopProof(key.proof(claims), bound, { keys })).rejects.toMatchObject({
      code: 'dpop_algorithm_not_allowed',
    })
    const other = { keys, algorithms: ['EdDSA'], typ: 'keybound-session-key+jwt' } as const
    await expect(verifyDpopProof(key.proof(claims), bound, other)).rejects.toMatchObject({
      code: 'dpop_proof_malformed',
    })
  })

  test('hold proven keys only and stay bounded', async () => {
    const keys = createProofKeyCache(2)
    const unsigned = device.proof(claims).replace(/[^.]+$/, Buffer.alloc(64, 1).toString('base64url'))
    await expect(verifyDpopProof(unsigned, expected, { keys })).rejects.toThrow()
    expect(keys.size).toBe(0)
    for (let i = 0; i < 4; i++) {
      const key = createTestKey()
      await verifyDpopProof(key.proof(claims), { ...expected, boundTo: key.jkt }, { keys })
    }
    expect(keys.size).toBe(2)
  })
})
