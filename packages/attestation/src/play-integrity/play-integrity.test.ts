import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { encodeBase64Url } from '@keybound/protocol/encoding'
import {
  CompactEncrypt,
  type CompactJWEHeaderParameters,
  type CompactJWSHeaderParameters,
  CompactSign,
} from 'jose'
import { describe, expect, test } from 'vitest'
import { mutate, seededRandom } from '../../../../test/support/mutate.ts'
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

type Json = Record<string, unknown>

/** A verdict that is right in everything, with members of its parts changed; undefined takes one away. */
function payload(changes: Readonly<Record<string, Json | undefined>> = {}): Json {
  const whole: Record<string, Json> = {
    requestDetails: {
      requestPackageName: packageName,
      nonce: encodeBase64Url(nonce),
      timestampMillis: String(now.getTime() - 10_000),
    },
    appIntegrity: {
      appRecognitionVerdict: 'PLAY_RECOGNIZED',
      packageName,
      certificateSha256Digest: [signer.toString('base64url')],
      versionCode: '42',
    },
    deviceIntegrity: { deviceRecognitionVerdict: ['MEETS_BASIC_INTEGRITY', 'MEETS_DEVICE_INTEGRITY'] },
    accountDetails: { appLicensingVerdict: 'LICENSED' },
  }
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

const verify = (token: string, change: Partial<PlayIntegrityPolicy> = {}) =>
  verifyPlayIntegrity({ token, keys, nonce, policy: { ...policy, ...change }, now })

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
    expect(verdict.findings.map(({ rule }) => rule)).toContain('device_labels')
    expect(verdict.findings.every(({ passed }) => passed)).toBe(true)
    expect(verdict).not.toHaveProperty('nonce')
  })

  test.each<[string, Json]>([
    ['padded', { nonce: Buffer.from(nonce).toString('base64url').padEnd(44, '=') }],
    ['of the age that is allowed', { timestampMillis: now.getTime() - 300_000 }],
    ['from a clock a little ahead', { timestampMillis: String(now.getTime() + 60_000) }],
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

  test('a header with the type of its content', async () => {
    await verify(await makeToken(payload(), { jwe: { alg: 'A256KW', enc: 'A256GCM', cty: 'JWT', kid: '1' } }))
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
  ])('%s', async (_, code, rule, changes, change) => {
    expect(await refusal(verify(await makeToken(payload(changes)), change))).toEqual({ code, rule })
  })

  test('a short nonce is never expected', async () => {
    const short = nonce.subarray(0, 15)
    const token = await makeToken(payload({ requestDetails: { nonce: encodeBase64Url(short) } }))
    const verdict = verifyPlayIntegrity({ token, keys, nonce: short, policy, now })
    expect(await refusal(verdict)).toEqual({ code: mismatch, rule: 'nonce' })
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
    ['of 16,385 characters', 'play_integrity_malformed', async () => 'a'.repeat(16_385)],
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
    [
      'with a version that is no number',
      'play_integrity_malformed',
      () => makeToken(payload({ appIntegrity: { versionCode: '4 2' } })),
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
