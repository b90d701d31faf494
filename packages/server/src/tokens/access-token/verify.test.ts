import { createHmac } from 'node:crypto'
import type { ErrorCode } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import { createTestKeyProvider } from '../../../../../test/tokens/support/issuer.ts'
import { createTestKey, signCompact } from '../../../../../test/tokens/support/proof-key.ts'
import { issueAccessToken, methodsOf, type NewAccessToken } from './issue.ts'
import { createProviderKeys } from './keys.ts'
import { type ExpectedAccessToken, verifyAccessToken } from './verify.ts'

const now = 1_795_348_800
const provider = createTestKeyProvider()
const keys = createProviderKeys(provider)
const issuer = 'https://auth.bank.example'
const audience = 'https://api.bank.example'
const expected: ExpectedAccessToken = { issuer, audience, realm: 'bank', now }

const content: NewAccessToken = {
  issuer,
  realm: 'bank',
  audience,
  account: 'user-1',
  clientId: 'bank-web',
  session: 'family-1',
  acr: 'L2',
  amr: methodsOf('L2'),
  authTime: now - 100,
  jkt: 'x'.repeat(43),
  tokenId: 'token-1',
  now,
  lifetime: 300,
}

const header = { typ: 'at+jwt', alg: 'ES256', kid: 'token-1' }
const claims = {
  iss: issuer,
  aud: audience,
  sub: 'user-1',
  client_id: 'bank-web',
  iat: now,
  exp: now + 300,
  jti: 'token-1',
  realm: 'bank',
}
const signingKey = provider.pair('token-1').privateKey
const attacker = createTestKey()

const signed = (payload: object, head: object = header) =>
  signCompact(JSON.stringify(head), JSON.stringify(payload), signingKey)

function refusal(token: string, changes: object = {}): Promise<unknown> {
  return verifyAccessToken(token, keys, { ...expected, ...changes }).then(
    () => 'accepted',
    (error) => error.code,
  )
}

describe('an issued token', () => {
  test('says everything it was issued with', async () => {
    const verified = await verifyAccessToken(await issueAccessToken(content, provider), keys, expected)
    expect(verified).toEqual({
      account: 'user-1',
      tokenId: 'token-1',
      issuedAt: now,
      expiresAt: now + 300,
      clientId: 'bank-web',
      realm: 'bank',
      session: 'family-1',
      acr: 'L2',
      amr: ['hwk', 'user', 'mfa'],
      authTime: now - 100,
      jkt: 'x'.repeat(43),
    })
  })

  test('claims hardware and several factors only where they were proven', () => {
    expect(methodsOf('pwd')).toEqual(['pwd'])
    expect(methodsOf('W')).toEqual(['pop', 'user'])
    expect(methodsOf('L1')).toEqual(['pop', 'user'])
    expect(methodsOf('R')).toEqual(['hwk', 'user', 'mfa'])
  })
})

describe('forged and misused tokens (attack D06)', () => {
  const genuine = signed(claims)
  const [head = '', body = '', signature = ''] = genuine.split('.')
  const none = (alg: string) => `${encode({ ...header, alg })}.${body}.`
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const hmac = (secret: string | Buffer) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${body}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const publicKey = provider.pair('token-1').publicKey
  const pem = publicKey.export({ format: 'pem', type: 'spki' }) as string
  const raw = Buffer.from(signature, 'base64url')
  const resigned = (part: Buffer) => `${head}.${body}.${part.toString('base64url')}`
  const by = (key: typeof attacker, headChanges: object = {}) =>
    signCompact(JSON.stringify({ ...header, ...headChanges }), JSON.stringify(claims), key.privateKey)

  test('the genuine one is accepted', async () => {
    expect(await refusal(genuine)).toBe('accepted')
  })

  test.each<[string, string, ErrorCode]>([
    ['alg none', none('none'), 'access_token_malformed'],
    ['alg NoNe', none('NoNe'), 'access_token_malformed'],
    [
      'alg none with a signature',
      `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
      'access_token_signature_invalid',
    ],
    ['HS256 with the public key as PEM', hmac(pem), 'access_token_signature_invalid'],
    ['HS256 with the trimmed PEM', hmac(pem.trim()), 'access_token_signature_invalid'],
    [
      'HS256 with the JWK',
      hmac(JSON.stringify(publicKey.export({ format: 'jwk' }))),
      'access_token_signature_invalid',
    ],
    [
      'HS256 with the DER',
      hmac(publicKey.export({ format: 'der', type: 'spki' })),
      'access_token_signature_invalid',
    ],
    ['HS256 with nothing', hmac(''), 'access_token_signature_invalid'],
    [
      'alg ES384 over an ES256 signature',
      signed(claims, { ...header, alg: 'ES384' }),
      'access_token_signature_invalid',
    ],
    ['alg RS256', signed(claims, { ...header, alg: 'RS256' }), 'access_token_signature_invalid'],
    ['alg an array', signed(claims, { ...header, alg: ['ES256'] }), 'access_token_malformed'],
    ['alg missing', signed(claims, { typ: 'at+jwt', kid: 'token-1' }), 'access_token_malformed'],
    ['attacker key in jwk', by(attacker, { jwk: attacker.jwk }), 'access_token_malformed'],
    ['attacker key behind jku', by(attacker, { jku: 'https://evil.example/jwks' }), 'access_token_malformed'],
    ['attacker key behind x5u', by(attacker, { x5u: 'https://evil.example/cert' }), 'access_token_malformed'],
    ['attacker key in x5c', by(attacker, { x5c: ['AAAA'] }), 'access_token_malformed'],
    ['attacker key under our kid', by(attacker), 'access_token_signature_invalid'],
    ['kid unknown', signed(claims, { ...header, kid: 'token-2' }), 'access_token_signature_invalid'],
    ['kid missing', signed(claims, { typ: 'at+jwt', alg: 'ES256' }), 'access_token_malformed'],
    ['kid a path', signed(claims, { ...header, kid: '../../dev/null' }), 'access_token_signature_invalid'],
    ['kid SQL', signed(claims, { ...header, kid: "' OR 1=1 --" }), 'access_token_signature_invalid'],
    ['kid __proto__', signed(claims, { ...header, kid: '__proto__' }), 'access_token_signature_invalid'],
    ['kid an object', signed(claims, { ...header, kid: {} }), 'access_token_malformed'],
    ['typ JWT', signed(claims, { ...header, typ: 'JWT' }), 'access_token_malformed'],
    [
      'typ dpop+jwt: a proof as token',
      signed(claims, { ...header, typ: 'dpop+jwt' }),
      'access_token_malformed',
    ],
    ['typ missing', signed(claims, { alg: 'ES256', kid: 'token-1' }), 'access_token_malformed'],
    ['crit unknown', signed(claims, { ...header, crit: ['x'], x: 1 }), 'access_token_malformed'],
    ['b64 false', signed(claims, { ...header, b64: false, crit: ['b64'] }), 'access_token_malformed'],
    ['zip', signed(claims, { ...header, zip: 'DEF' }), 'access_token_malformed'],
    ['signature empty', `${head}.${body}.`, 'access_token_malformed'],
    ['signature zeros', resigned(Buffer.alloc(64)), 'access_token_signature_invalid'],
    ['signature 63 bytes', resigned(raw.subarray(1)), 'access_token_signature_invalid'],
    ['signature 65 bytes', resigned(Buffer.concat([raw, Buffer.of(0)])), 'access_token_signature_invalid'],
    ['signature padded', `${genuine}==`, 'access_token_malformed'],
    ['two parts', `${head}.${body}`, 'access_token_malformed'],
    ['four parts', `${genuine}.x`, 'access_token_malformed'],
    ['five parts', `${genuine}.x.y`, 'access_token_malformed'],
    ['white space', ` ${genuine}`, 'access_token_malformed'],
    ['2 MiB', `${'a'.repeat(2 ** 21)}.${body}.${signature}`, 'access_token_malformed'],
    [
      'payload an array',
      signCompact(JSON.stringify(header), JSON.stringify([claims]), signingKey),
      'access_token_malformed',
    ],
    [
      'payload a nested token',
      signCompact(JSON.stringify(header), genuine, signingKey),
      'access_token_malformed',
    ],
    ['payload null', signCompact(JSON.stringify(header), 'null', signingKey), 'access_token_malformed'],
    ['header null', signCompact('null', JSON.stringify(claims), signingKey), 'access_token_malformed'],
    [
      'sub twice',
      signCompact(JSON.stringify(header), JSON.stringify(claims).replace('{', '{"sub":"admin",'), signingKey),
      'access_token_malformed',
    ],
    [
      'exp infinite',
      signCompact(
        JSON.stringify(header),
        JSON.stringify(claims).replace(String(now + 300), '1e400'),
        signingKey,
      ),
      'access_token_malformed',
    ],
  ])('%s', async (_, token, code) => {
    expect(await refusal(token)).toBe(code)
  })
})

describe('claims', () => {
  const without = (name: keyof typeof claims) => {
    const { [name]: _, ...rest } = claims
    return rest
  }
  test.each<[string, object, ErrorCode]>([
    ['iss missing', without('iss'), 'access_token_malformed'],
    ['iss other', { ...claims, iss: 'https://evil.example' }, 'access_token_issuer_mismatch'],
    ['iss a prefix', { ...claims, iss: `${issuer}/` }, 'access_token_issuer_mismatch'],
    ['aud missing', without('aud'), 'access_token_malformed'],
    ['aud other', { ...claims, aud: 'https://other.example' }, 'access_token_audience_mismatch'],
    ['aud a longer name', { ...claims, aud: `${audience}.evil.example` }, 'access_token_audience_mismatch'],
    [
      'aud several others',
      { ...claims, aud: ['https://a.example', 'https://b.example'] },
      'access_token_audience_mismatch',
    ],
    ['aud a number', { ...claims, aud: [1] }, 'access_token_malformed'],
    ['aud an object', { ...claims, aud: { [audience]: true } }, 'access_token_malformed'],
    ['realm missing', without('realm'), 'access_token_realm_mismatch'],
    ['realm other', { ...claims, realm: 'shop' }, 'access_token_realm_mismatch'],
    ['sub missing', without('sub'), 'access_token_malformed'],
    ['sub empty', { ...claims, sub: '' }, 'access_token_malformed'],
    ['sub a number', { ...claims, sub: 1 }, 'access_token_malformed'],
    ['jti missing', without('jti'), 'access_token_malformed'],
    ['exp missing', without('exp'), 'access_token_malformed'],
    ['exp a string', { ...claims, exp: String(now + 300) }, 'access_token_malformed'],
    ['exp past', { ...claims, iat: now - 400, exp: now - 10 }, 'access_token_expired'],
    ['exp in ten years', { ...claims, exp: now + 315_360_000 }, 'access_token_malformed'],
    ['exp before iat', { ...claims, exp: now - 1 }, 'access_token_malformed'],
    ['exp at iat', { ...claims, exp: now }, 'access_token_malformed'],
    ['exp 601 seconds after iat', { ...claims, exp: now + 601 }, 'access_token_malformed'],
    ['iat missing', without('iat'), 'access_token_malformed'],
    ['iat a string', { ...claims, iat: String(now) }, 'access_token_malformed'],
    ['iat in the future', { ...claims, iat: now + 11 }, 'access_token_expired'],
    ['nbf in the future', { ...claims, nbf: now + 11 }, 'access_token_expired'],
    ['nbf a string', { ...claims, nbf: 'now' }, 'access_token_malformed'],
    ['cnf text', { ...claims, cnf: 'jkt' }, 'access_token_malformed'],
    ['cnf without jkt', { ...claims, cnf: {} }, 'access_token_malformed'],
    ['cnf null', { ...claims, cnf: null }, 'access_token_malformed'],
    ['aud of seventeen', { ...claims, aud: Array(17).fill(audience) }, 'access_token_malformed'],
    ['amr of seventeen', { ...claims, amr: Array(17).fill('hwk') }, 'access_token_malformed'],
    ['acr a number', { ...claims, acr: 5 }, 'access_token_malformed'],
    ['auth_time a string', { ...claims, auth_time: 'yesterday' }, 'access_token_malformed'],
    ['client_id a list', { ...claims, client_id: ['bank-web'] }, 'access_token_malformed'],
  ])('%s', async (_, payload, code) => {
    expect(await refusal(signed(payload))).toBe(code)
  })

  test('one of several audiences, the full media type and clocks ten seconds apart are accepted', async () => {
    expect(await refusal(signed({ ...claims, aud: ['https://a.example', audience] }))).toBe('accepted')
    expect(await refusal(signed({ ...claims, aud: Array(16).fill(audience) }))).toBe('accepted')
    expect(await refusal(signed({ ...claims, exp: now + 600 }))).toBe('accepted')
    expect(await refusal(signed(claims, { ...header, typ: 'application/at+JWT' }))).toBe('accepted')
    expect(await refusal(signed({ ...claims, iat: now + 10 }))).toBe('accepted')
    expect(await refusal(signed(claims), { now: now + 309 })).toBe('accepted')
    expect(await refusal(signed(claims), { now: now + 310 })).toBe('access_token_expired')
  })
})

test('a resource without a realm takes the tokens of any', async () => {
  const { realm: _, ...anywhere } = expected
  expect(await verifyAccessToken(signed(claims), keys, anywhere)).toMatchObject({ realm: 'bank' })
})

test('a text is read up to 8,192 characters', async () => {
  const read = (length: number) => verifyAccessToken('a'.repeat(length), keys, expected)
  await expect(read(8192)).rejects.toMatchObject({ rule: 'RFC 7515 §7.1' })
  await expect(read(8193)).rejects.toMatchObject({ rule: 'RFC 8725 §3.11' })
})

describe('key rotation', () => {
  const rotating = createTestKeyProvider()
  rotating.rotate('token', { kid: 'new', activeFrom: now + 600 }, { kid: 'old', acceptUntil: now + 900 })
  const kidOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

  test('a new key signs only from its time on; the old one serves until it retires', async () => {
    const known = createProviderKeys(rotating)
    const before = await issueAccessToken({ ...content, now: now + 599 }, rotating)
    expect(kidOf(before)).toBe('old')
    expect(kidOf(await issueAccessToken({ ...content, now: now + 600 }, rotating))).toBe('new')
    const at = (time: number) =>
      verifyAccessToken(before, known, { ...expected, now: time }).then(
        () => 'accepted',
        (error) => error.code,
      )
    expect(await at(now + 898)).toBe('accepted')
    expect(await at(now + 900)).toBe('access_token_signature_invalid')
  })

  test('a key that would retire before the token expires signs nothing', async () => {
    rotating.rotate('token', { kid: 'old', acceptUntil: now + 299 })
    await expect(issueAccessToken(content, rotating)).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})
