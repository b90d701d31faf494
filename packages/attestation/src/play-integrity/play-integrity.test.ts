import { createCipheriv, createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import {
  CompactEncrypt,
  type CompactJWEHeaderParameters,
  type CompactJWSHeaderParameters,
  CompactSign,
} from 'jose'
import { describe, expect, test } from 'vitest'
import { mutate, seededRandom } from '../../../../test/support/mutate.ts'
import { rightVerdict } from '../../../../test/support/play-integrity.ts'
import { createNodeCrypto } from '../crypto/node/index.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import { AttestationError } from '../errors.ts'
import { readPlayIntegrityKeys } from './keys.ts'
import type { PlayIntegrityPolicy } from './types.ts'
import { verifyPlayIntegrity } from './verify.ts'

const now = new Date('2026-11-22T12:00:00Z')
const nonce = new Uint8Array(createHash('sha256').update('device key and challenge').digest())
const signer = createHash('sha256').update('a signing certificate').digest()
const packageName = 'com.example.bank'

const decryptionKey = randomBytes(32)
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keys = readPlayIntegrityKeys({
  decryption: decryptionKey.toString('base64'),
  verification: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
})
const policy: PlayIntegrityPolicy = {
  applications: [{ packageName, signerDigests: [signer.toString('hex')], minVersion: 42 }],
}

/** Two apps of one house, each with a signer of its own. */
const otherSigner = createHash('sha256').update('another signing certificate').digest()
const twoApps = [
  { packageName, signerDigests: [signer.toString('hex')] },
  { packageName: 'com.example.broker', signerDigests: [otherSigner.toString('hex')] },
]

type Json = Record<string, unknown>

/** A verdict that is right in everything, with members of its parts changed; undefined takes one away. */
function payload(changes: Readonly<Record<string, Json | undefined>> = {}): Json {
  const at = new Date(now.getTime() - 10_000)
  const whole: Record<string, Json> = { ...rightVerdict({ packageName, nonce, signer, at }) }
  for (const [part, change] of Object.entries(changes)) {
    if (change === undefined) delete whole[part]
    else whole[part] = JSON.parse(JSON.stringify({ ...whole[part], ...change }))
  }
  return whole
}

interface Making {
  readonly jws?: CompactJWSHeaderParameters
  readonly jwe?: CompactJWEHeaderParameters
  readonly signWith?: typeof privateKey
  readonly encryptFor?: Uint8Array
}

/** A token as Google makes it, through another implementation of JOSE. */
async function makeToken(content: Json | string, making: Making = {}): Promise<string> {
  const bytes = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content))
  const signed = await new CompactSign(bytes)
    .setProtectedHeader(making.jws ?? { alg: 'ES256' })
    .sign(making.signWith ?? privateKey)
  return encrypt(signed, making)
}

function encrypt(signed: string, { jwe, encryptFor }: Making = {}): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(signed))
    .setProtectedHeader(jwe ?? { alg: 'A256KW', enc: 'A256GCM' })
    .encrypt(encryptFor ?? decryptionKey)
}

interface Sealing {
  readonly header?: unknown
  /** Bytes of the content key, of the IV and of the tag as the token cuts it. */
  readonly key?: 16 | 32
  readonly iv?: 12 | 16
  readonly tag?: 12 | 16
}

/** A token sealed by hand, with the app's key and in everything right but what is asked for. */
async function seal(sealing: Sealing = {}): Promise<string> {
  const { header = { alg: 'A256KW', enc: 'A256GCM' }, key = 32, iv = 12, tag = 16 } = sealing
  const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload())))
    .setProtectedHeader({ alg: 'ES256' })
    .sign(privateKey)
  const encodedHeader = Buffer.from(JSON.stringify(header)).toString('base64url')
  const contentKey = randomBytes(key)
  const wrap = createCipheriv('id-aes256-wrap', decryptionKey, Buffer.alloc(8, 0xa6))
  const vector = randomBytes(iv)
  const cipher = createCipheriv(key === 32 ? 'aes-256-gcm' : 'aes-128-gcm', contentKey, vector)
  cipher.setAAD(Buffer.from(encodedHeader))
  const sealed = Buffer.concat([cipher.update(signed), cipher.final(), cipher.getAuthTag()])
  const parts = [wrap.update(contentKey), vector, sealed.subarray(0, -tag), sealed.subarray(-tag)]
  return [encodedHeader, ...parts.map((part) => part.toString('base64url'))].join('.')
}

const verify = (token: string, change: Partial<PlayIntegrityPolicy> = {}) =>
  verifyPlayIntegrity({ token, keys, nonce, policy: { ...policy, ...change }, now })

/** The code of a refusal and the name of its rule, or of the standard that the rule is from. */
async function refusal(verdict: Promise<unknown>): Promise<{ code: string; rule: string }> {
  const error = await verdict.then(
    () => new Error('accepted'),
    (cause) => cause,
  )
  if (!(error instanceof AttestationError)) throw error
  return { code: error.code, rule: error.rule.split(' ')[0] ?? '' }
}

describe('verdicts that are accepted', () => {
  test.each([
    ['Node', createNodeCrypto()],
    ['WebCrypto', createWebCrypto()],
  ])('on %s, with everything Google Play said', async (_, crypto) => {
    const content = payload({
      deviceIntegrity: { recentDeviceActivity: { deviceActivityLevel: 'LEVEL_1' } },
      environmentDetails: {
        playProtectVerdict: 'NO_ISSUES',
        appAccessRiskVerdict: { appsDetected: ['KNOWN_INSTALLED'] },
      },
      somethingNew: { of: 'tomorrow' },
    })
    const verdict = await verifyPlayIntegrity({
      token: await makeToken(content),
      keys,
      nonce,
      policy,
      now,
      crypto,
    })
    expect(verdict).toMatchObject({
      packageName,
      versionCode: 42,
      signerDigests: [signer.toString('hex')],
      appRecognition: 'PLAY_RECOGNIZED',
      deviceLabels: ['MEETS_BASIC_INTEGRITY', 'MEETS_DEVICE_INTEGRITY'],
      licensing: 'LICENSED',
      recentDeviceActivity: 'LEVEL_1',
      playProtect: 'NO_ISSUES',
      appsDetected: ['KNOWN_INSTALLED'],
      requestedAt: new Date(now.getTime() - 10_000),
      testOnly: false,
    })
    expect(Object.fromEntries(verdict.findings.map(({ rule, found }) => [rule, found]))).toMatchObject({
      not_for_tests: 'a real one',
      age: 'a token 10 s old',
      application_package: packageName,
      application_signer: `signer ${signer.toString('hex')}`,
      device_labels: 'MEETS_BASIC_INTEGRITY, MEETS_DEVICE_INTEGRITY',
    })
    expect(verdict.findings.every(({ passed }) => passed)).toBe(true)
    expect(verdict).not.toHaveProperty('nonce')
  })

  test.each<[string, Json]>([
    ['padded', { nonce: Buffer.from(nonce).toString('base64url').padEnd(44, '=') }],
    ['of the age that is allowed', { timestampMillis: now.getTime() - 300_000 }],
    ['from a clock a little ahead', { timestampMillis: String(now.getTime() + 60_000) }],
    ['whose time is a number', { timestampMillis: now.getTime() }],
  ])('a request %s', async (_, request) => {
    await verify(await makeToken(payload({ requestDetails: request })))
  })

  test('a copy from elsewhere, a licence not asked for, a response for testers: each by policy', async () => {
    const sideloaded = payload({ appIntegrity: { appRecognitionVerdict: 'UNRECOGNIZED_VERSION' } })
    await verify(await makeToken(sideloaded), { app: 'any' })
    const unlicensed = payload({ accountDetails: { appLicensingVerdict: 'UNLICENSED' } })
    await verify(await makeToken(unlicensed))
    const tested = payload({ testingDetails: { isTestingResponse: true } })
    expect((await verify(await makeToken(tested), { testOnly: true })).testOnly).toBe(true)
  })

  test('a header with its type, that of its content and the name of its key', async () => {
    const header = { alg: 'A256KW', enc: 'A256GCM', typ: 'JWT', cty: 'JWT', kid: '1' }
    await verify(await makeToken(payload(), { jwe: header }))
  })

  test('one that was sealed by hand', async () => {
    expect((await verify(await seal())).packageName).toBe(packageName)
  })

  test('a nonce of 16 bytes', async () => {
    const short = nonce.subarray(0, 16)
    const token = await makeToken(payload({ requestDetails: { nonce: encodeBase64Url(short) } }))
    await verifyPlayIntegrity({ token, keys, nonce: short, policy, now })
  })

  test('a version of zero, where none is asked for', async () => {
    const applications = [{ packageName, signerDigests: [signer.toString('hex')] }]
    const token = await makeToken(payload({ appIntegrity: { versionCode: 0 } }))
    expect((await verify(token, { applications })).versionCode).toBe(0)
  })

  test('an account with a licence, where one is asked for', async () => {
    expect((await verify(await makeToken(payload()), { account: 'licensed' })).licensing).toBe('LICENSED')
  })

  test('no word of the account, where no licence is asked for', async () => {
    const token = await makeToken(payload({ accountDetails: undefined }))
    expect((await verify(token)).licensing).toBe('UNEVALUATED')
  })

  test('each of two apps by its own signer', async () => {
    for (const app of twoApps) {
      const { packageName, signerDigests } = app
      const certificateSha256Digest = signerDigests.map((hex) =>
        Buffer.from(hex, 'hex').toString('base64url'),
      )
      const token = makeToken(
        payload({
          requestDetails: { requestPackageName: packageName },
          appIntegrity: { packageName, certificateSha256Digest },
        }),
      )
      expect((await verify(await token, { applications: twoApps })).packageName).toBe(packageName)
    }
  })
})

describe('verdicts that are refused', () => {
  const mismatch = 'play_integrity_request_mismatch'
  const insufficient = 'play_integrity_insufficient'

  test.each<[string, string, string, Record<string, Json>, Partial<PlayIntegrityPolicy>]>([
    [
      'E18: another nonce',
      mismatch,
      'nonce',
      { requestDetails: { nonce: encodeBase64Url(new Uint8Array(32)) } },
      {},
    ],
    [
      'half of the nonce',
      mismatch,
      'nonce',
      { requestDetails: { nonce: encodeBase64Url(nonce.subarray(0, 16)) } },
      {},
    ],
    [
      'another app in the request',
      mismatch,
      'request_package',
      { requestDetails: { requestPackageName: 'com.example.other' } },
      {},
    ],
    [
      'too old',
      mismatch,
      'age',
      { requestDetails: { timestampMillis: String(now.getTime() - 300_001) } },
      {},
    ],
    ['older than the policy', mismatch, 'age', {}, { maxAge: 9 }],
    [
      'from the future',
      mismatch,
      'age',
      { requestDetails: { timestampMillis: String(now.getTime() + 60_001) } },
      {},
    ],
    ['without time', mismatch, 'age', { requestDetails: { timestampMillis: undefined } }, {}],
    [
      'another app by Google’s word',
      'app_identity_mismatch',
      'application_package',
      { appIntegrity: { packageName: 'com.example.other' } },
      {},
    ],
    [
      'no app by Google’s word',
      'app_identity_mismatch',
      'application_package',
      { appIntegrity: { packageName: undefined } },
      {},
    ],
    [
      'another signer',
      'app_identity_mismatch',
      'application_signer',
      { appIntegrity: { certificateSha256Digest: [encodeBase64Url(new Uint8Array(32))] } },
      {},
    ],
    [
      'ours and another signer',
      'app_identity_mismatch',
      'application_signer',
      {
        appIntegrity: {
          certificateSha256Digest: [signer.toString('base64url'), encodeBase64Url(new Uint8Array(32))],
        },
      },
      {},
    ],
    [
      'no signer',
      'app_identity_mismatch',
      'application_signer',
      { appIntegrity: { certificateSha256Digest: [] } },
      {},
    ],
    [
      'an old version',
      'app_identity_mismatch',
      'application_version',
      { appIntegrity: { versionCode: '41' } },
      {},
    ],
    [
      'no version',
      'app_identity_mismatch',
      'application_version',
      { appIntegrity: { versionCode: undefined } },
      {},
    ],
    [
      'a copy from elsewhere',
      insufficient,
      'app_recognition',
      { appIntegrity: { appRecognitionVerdict: 'UNRECOGNIZED_VERSION' } },
      {},
    ],
    [
      'an app not evaluated',
      insufficient,
      'app_recognition',
      { appIntegrity: { appRecognitionVerdict: 'UNEVALUATED' } },
      { app: 'any' },
    ],
    [
      'a device without label',
      insufficient,
      'device_labels',
      { deviceIntegrity: { deviceRecognitionVerdict: [] } },
      {},
    ],
    [
      'a device of another label',
      insufficient,
      'device_labels',
      { deviceIntegrity: { deviceRecognitionVerdict: ['MEETS_VIRTUAL_INTEGRITY'] } },
      {},
    ],
    ['a device below the policy', insufficient, 'device_labels', {}, { device: ['MEETS_STRONG_INTEGRITY'] }],
    [
      'an account without licence',
      insufficient,
      'licensing',
      { accountDetails: { appLicensingVerdict: 'UNEVALUATED' } },
      { account: 'licensed' },
    ],
    [
      'a response for testers',
      'play_integrity_untrusted',
      'not_for_tests',
      { testingDetails: { isTestingResponse: true } },
      {},
    ],
    ['no configured app', mismatch, 'request_package', {}, { applications: [] }],
    [
      'one of our apps in the request, another by Google’s word',
      'app_identity_mismatch',
      'application_package',
      { appIntegrity: { packageName: 'com.example.broker' } },
      { applications: twoApps },
    ],
    [
      'one of our apps by the signer of another',
      'app_identity_mismatch',
      'application_signer',
      { appIntegrity: { certificateSha256Digest: [otherSigner.toString('base64url')] } },
      { applications: twoApps },
    ],
    [
      'a device with one of two labels',
      insufficient,
      'device_labels',
      {},
      { device: ['MEETS_DEVICE_INTEGRITY', 'MEETS_STRONG_INTEGRITY'] },
    ],
    ['a time of zero', mismatch, 'age', { requestDetails: { timestampMillis: 0 } }, {}],
  ])('%s', async (_, code, rule, changes, change) => {
    expect(await refusal(verify(await makeToken(payload(changes)), change))).toEqual({ code, rule })
  })

  test.each<[string, string, Record<string, Json>]>([
    ['a token without time', 'expected at most 300 s', { requestDetails: { timestampMillis: undefined } }],
    ['no package', 'expected com.example.bank', { appIntegrity: { packageName: undefined } }],
    ['signer none', 'expected configured signers only', { appIntegrity: { certificateSha256Digest: [] } }],
    ['a test response', 'expected a real one', { testingDetails: { isTestingResponse: true } }],
  ])('say what was found: %s', async (found, expected, changes) => {
    const verdict = verify(await makeToken(payload(changes)))
    await expect(verdict).rejects.toThrow(`Unexpected ${found}, ${expected}.`)
  })

  test('a short nonce is never expected', async () => {
    const short = nonce.subarray(0, 15)
    const token = await makeToken(payload({ requestDetails: { nonce: encodeBase64Url(short) } }))
    const verdict = verifyPlayIntegrity({ token, keys, nonce: short, policy, now })
    expect(await refusal(verdict)).toEqual({ code: mismatch, rule: 'nonce' })
    await expect(verdict).rejects.toThrow('expected a nonce of at least 16 bytes to be given')
  })
})

describe('tokens that are refused', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(payload())).toString('base64url')}.`

  test.each<[string, string, () => Promise<string>]>([
    [
      'for another key',
      'play_integrity_untrusted',
      () => makeToken(payload(), { encryptFor: randomBytes(32) }),
    ],
    ['by another signer', 'play_integrity_untrusted', () => makeToken(payload(), { signWith: other })],
    [
      'under RS256',
      'play_integrity_malformed',
      () => makeToken(payload(), { jws: { alg: 'RS256' }, signWith: rsa }),
    ],
    ['unsigned', 'play_integrity_malformed', () => encrypt(unsigned)],
    ['not signed at all', 'play_integrity_malformed', () => encrypt(JSON.stringify(payload()))],
    [
      'encrypted directly',
      'play_integrity_malformed',
      () => makeToken(payload(), { jwe: { alg: 'dir', enc: 'A256GCM' } }),
    ],
    [
      'under another content algorithm',
      'play_integrity_malformed',
      () => makeToken(payload(), { jwe: { alg: 'A256KW', enc: 'A256CBC-HS512' } }),
    ],
    [
      'with a key in the header',
      'play_integrity_malformed',
      () => makeToken(payload(), { jws: { alg: 'ES256', jwk: { kty: 'EC' } } }),
    ],
    [
      'with a header member that every object inherits',
      'play_integrity_malformed',
      () => makeToken(payload(), { jws: { alg: 'ES256', toString: 'x' } }),
    ],
    [
      'with a critical header',
      'play_integrity_malformed',
      async () => withHeader(await makeToken(payload()), { alg: 'A256KW', enc: 'A256GCM', crit: ['exp'] }),
    ],
    [
      'compressed by its header',
      'play_integrity_malformed',
      async () => withHeader(await makeToken(payload()), { alg: 'A256KW', enc: 'A256GCM', zip: 'DEF' }),
    ],
    [
      'whose header was changed',
      'play_integrity_untrusted',
      async () => withHeader(await makeToken(payload()), { enc: 'A256GCM', alg: 'A256KW' }),
    ],
    [
      'of four parts',
      'play_integrity_malformed',
      async () => (await makeToken(payload())).split('.').slice(1).join('.'),
    ],
    ['of six parts', 'play_integrity_malformed', async () => `${await makeToken(payload())}.`],
    ['that is empty', 'play_integrity_malformed', async () => ''],
    ['with padding', 'play_integrity_malformed', async () => `${await makeToken(payload())}==`],
    [
      'with a member twice',
      'play_integrity_malformed',
      () => makeToken('{"requestDetails":{},"requestDetails":{}}'),
    ],
    ['that is no object', 'play_integrity_malformed', () => makeToken('[]')],
    [
      'of standard requests, without nonce',
      'play_integrity_malformed',
      () => makeToken(payload({ requestDetails: { nonce: undefined, requestHash: 'abc' } })),
    ],
    ['without app', 'play_integrity_malformed', () => makeToken(payload({ appIntegrity: undefined }))],
    [
      'with labels that are no texts',
      'play_integrity_malformed',
      () => makeToken(payload({ deviceIntegrity: { deviceRecognitionVerdict: [1] } })),
    ],
    [
      'with labels that are no list',
      'play_integrity_malformed',
      () => makeToken(payload({ deviceIntegrity: { deviceRecognitionVerdict: 'MEETS_DEVICE_INTEGRITY' } })),
    ],
    ...['4 2', '', '0x2a', '4.2e1', '-42', '12345678901234567', -42, 4.2, true, null].map(
      (versionCode): [string, string, () => Promise<string>] => [
        `with a version of ${JSON.stringify(versionCode)}`,
        'play_integrity_malformed',
        () => makeToken(payload({ appIntegrity: { versionCode } })),
      ],
    ),
    ['whose content is null', 'play_integrity_malformed', () => makeToken('null')],
    [
      'with a part that is null',
      'play_integrity_malformed',
      () => makeToken(JSON.stringify({ ...payload(), deviceIntegrity: null })),
    ],
    [
      'with a time beyond numbers',
      'play_integrity_malformed',
      () => makeToken(payload({ requestDetails: { timestampMillis: 1e300 } })),
    ],
    [
      'with a nonce that is no base64url',
      'play_integrity_malformed',
      () => makeToken(payload({ requestDetails: { nonce: '***' } })),
    ],
    [
      'with a licence that is no text',
      'play_integrity_malformed',
      () => makeToken(payload({ accountDetails: { appLicensingVerdict: 1 } })),
    ],
  ])('%s', async (_, code, token) => {
    expect((await refusal(verify(await token()))).code).toBe(code)
  })

  // Whoever has the key can seal these so that they open; the tag anyone on the way can cut elsewhere.
  test.each<[string, string, Sealing]>([
    ['a content key of 16 bytes', 'RFC 7518 §5.3', { key: 16 }],
    ['an IV of 16 bytes', 'RFC 7518 §5.3', { iv: 16 }],
    ['a tag of 12 bytes, the rest of it in the ciphertext', 'RFC 7518 §5.3', { tag: 12 }],
    ['a header without the algorithm of the key', 'RFC 7516 §4.1', { header: { enc: 'A256GCM' } }],
    ['a header without that of the content', 'RFC 7516 §4.1', { header: { alg: 'A256KW' } }],
    ['the two under each other’s names', 'RFC 7516 §4.1', { header: { alg: 'A256GCM', enc: 'A256KW' } }],
    ['a header that is null', 'RFC 7516 §4.1', { header: null }],
    ['a header that is a list', 'RFC 7516 §4.1', { header: ['A256KW', 'A256GCM'] }],
  ])('with %s', async (_, clause, sealing) => {
    await expect(verify(await seal(sealing))).rejects.toMatchObject({
      code: 'play_integrity_malformed',
      rule: clause,
    })
  })

  test('above 16,384 characters, before anything is read', async () => {
    const refusedBy = (rule: string) => ({ code: 'play_integrity_malformed', rule })
    await expect(verify('a'.repeat(16_384))).rejects.toMatchObject(refusedBy('RFC 7516 §7.1'))
    await expect(verify('a'.repeat(16_385))).rejects.toMatchObject(refusedBy('RFC 7516 §11'))
  })

  test('when the given decryption does not open it', async () => {
    const { subtle } = globalThis.crypto
    const failing = Object.create(subtle, {
      importKey: { value: subtle.importKey.bind(subtle) },
      unwrapKey: { value: () => Promise.reject(new Error('wrong key')) },
    }) as SubtleCrypto
    const token = await makeToken(payload())
    const verdict = verifyPlayIntegrity({ token, keys, nonce, policy, now, subtle: failing })
    expect((await refusal(verdict)).code).toBe('play_integrity_untrusted')
  })

  test('with any character changed', async () => {
    const token = new TextEncoder().encode(await makeToken(payload()))
    const random = seededRandom(7516)
    for (let made = 0; made < 300; made++) {
      const [mutant = token] = mutate([token], random).items
      if (Buffer.compare(mutant, token) === 0) continue
      const { code } = await refusal(verify(new TextDecoder('latin1').decode(mutant)))
      expect(code).toMatch(/^play_integrity_(malformed|untrusted)$/)
    }
  })
})

/** The token with another protected header: its encryption no longer fits, as nobody but Google could make it fit. */
function withHeader(token: string, header: Json): string {
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url')
  return [encoded, ...token.split('.').slice(1)].join('.')
}

describe('keys', () => {
  const decryption = decryptionKey.toString('base64')
  const verification = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
    format: 'der',
    type: 'spki',
  })

  test.each([
    ['a decryption key of 31 bytes', { decryption: randomBytes(31).toString('base64'), verification }],
    ['a decryption key that is no base64', { decryption: '%', verification }],
    ['the two swapped', { decryption: verification, verification: decryption }],
    ['a verification key of another curve', { decryption, verification: p384.toString('base64') }],
    ['a verification key that is none', { decryption, verification: 'AAAA' }],
  ])('%s', (_, wrong) => {
    expect(() => readPlayIntegrityKeys(wrong)).toThrow(
      expect.objectContaining({ code: 'play_integrity_untrusted' }),
    )
  })
})
