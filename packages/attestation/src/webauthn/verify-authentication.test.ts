import { encodeBase64Url, encodeCoseKey } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import {
  type AssertionSpec,
  type AuthenticatorDataSpec,
  challenge,
  credentialId,
  credentialKey,
  type ForgedKey,
  flags,
  forgeAssertion,
  makeEdwardsKey,
  makeKey,
  makeMlDsaKey,
  makeRsaKey,
  origin,
  rpId,
  sha256,
  signWith,
  userHandle,
} from '../../../../test/support/webauthn/forge.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import { checksumOf } from '../internal/bytes.ts'
import type { ExpectedAuthentication, StoredCredential, VerifiedAuthentication } from './types.ts'
import { verifyAuthentication } from './verify-authentication.ts'

interface Situation {
  readonly spec?: AssertionSpec
  readonly expected?: Partial<ExpectedAuthentication>
  readonly credential?: Partial<StoredCredential>
}

const stored: StoredCredential = {
  id: credentialId,
  publicKey: encodeCoseKey(credentialKey.cose),
  signCount: 9,
  backupEligible: false,
  userHandle,
}

function verify({ spec, expected, credential }: Situation): Promise<VerifiedAuthentication> {
  return verifyAuthentication({
    response: forgeAssertion(spec),
    expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId], ...expected },
    credential: { ...stored, ...credential },
  })
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** The numbers r and s of a DER signature. */
function numbersOf(signature: Uint8Array): readonly [bigint, bigint] {
  const hex = Buffer.from(signature).toString('hex')
  const length = Number.parseInt(hex.slice(6, 8), 16) * 2
  return [BigInt(`0x${hex.slice(8, 8 + length)}`), BigInt(`0x${hex.slice(8 + length + 4)}`)]
}

function der(...values: readonly bigint[]): Uint8Array {
  const integers = values.map((value) => {
    const digits = value.toString(16)
    const even = digits.padStart(digits.length + (digits.length % 2), '0')
    const contents = /^[89a-f]/.test(even) ? `00${even}` : even
    return `02${(contents.length / 2).toString(16).padStart(2, '0')}${contents}`
  })
  const body = integers.join('')
  return new Uint8Array(Buffer.from(`30${(body.length / 2).toString(16).padStart(2, '0')}${body}`, 'hex'))
}

const clientDataText = JSON.stringify({ type: 'webauthn.get', challenge, origin })

describe('an assertion that keeps every rule', () => {
  test('says what was signed', async () => {
    expect(
      await verify({ spec: { authenticatorData: { flags: flags.up | flags.uv, signCount: 10 } } }),
    ).toEqual({
      credentialId,
      signCount: 10,
      signCountReplayed: false,
      userVerified: true,
      backedUp: false,
      origin,
      topOrigin: undefined,
    })
  })

  test.each<[string, () => ForgedKey]>([
    ['ES384', () => makeKey('P-384')],
    ['ES512', () => makeKey('P-521')],
    ['RS256', () => makeRsaKey()],
    ['EdDSA', makeEdwardsKey],
    ['ML-DSA-44', makeMlDsaKey],
  ])('passes with %s, and with no other key of its kind', async (_, make) => {
    const key = make()
    const credential = { publicKey: encodeCoseKey(key.cose) }
    expect(await verify({ spec: { key }, credential })).toMatchObject({ userVerified: true })
    await expect(verify({ spec: { key: make() }, credential })).rejects.toMatchObject({
      code: 'signature_invalid',
    })
  })

  const pass: readonly (readonly [string, Situation, Partial<VerifiedAuthentication>])[] = [
    ['a high s (46)', { spec: { signature: highS } }, {}],
    ['a low s', { spec: { signature: lowS } }, {}],
    [
      'a counter that stays zero (43)',
      { spec: { authenticatorData: { signCount: 0 } }, credential: { signCount: 0 } },
      { signCount: 0 },
    ],
    [
      'a counter above 2^31 (43)',
      { spec: { authenticatorData: { signCount: 2 ** 31 + 1 } } },
      { signCount: 2 ** 31 + 1 },
    ],
    [
      'a byte order mark (48)',
      { spec: { clientData: `\u{FEFF}${JSON.stringify({ type: 'webauthn.get', challenge, origin })}` } },
      {},
    ],
    [
      'unknown members of the client data (48)',
      { spec: { clientData: { other_keys: { a: [1] }, hashAlgorithm: 'SHA-256' } } },
      {},
    ],
    ['no crossOrigin member', { spec: { clientData: { crossOrigin: undefined } } }, {}],
    [
      'unsolicited extension outputs',
      { spec: { authenticatorData: { extensions: new Map([['unknown', [true]]]) } } },
      {},
    ],
    ['reserved flags', { spec: { authenticatorData: { flags: flags.up | flags.uv | 0x22 } } }, {}],
    ['the right user handle', { spec: { userHandle } }, {}],
    [
      'the right user handle, no credential named',
      { spec: { userHandle }, expected: { allowCredentials: [] } },
      {},
    ],
    ['userHandle null, as some clients write it', { spec: { json: withResponse({ userHandle: null }) } }, {}],
    [
      'no user verification where it is preferred',
      { spec: { authenticatorData: { flags: flags.up } }, expected: { userVerification: 'preferred' } },
      { userVerified: false },
    ],
    [
      'backup of a credential that allows it',
      {
        spec: { authenticatorData: { flags: flags.up | flags.uv | flags.be | flags.bs } },
        credential: { backupEligible: true },
      },
      { backedUp: true },
    ],
    [
      'a second credential that was offered',
      { expected: { allowCredentials: [sha256('other'), credentialId] } },
      {},
    ],
    ['a first count', { credential: { signCount: 0 } }, { signCount: 10, signCountReplayed: false }],
    ['client data of 16 KiB', { spec: { clientData: paddedClientData(16_384) } }, { origin }],
    ['authenticator data of 4 KiB', { spec: { authenticatorData: largeData(4096) } }, {}],
    [
      'a user handle of 64 bytes',
      { spec: { userHandle: new Uint8Array(64) }, credential: { userHandle: new Uint8Array(64) } },
      {},
    ],
    [
      'a credential id of 1,023 bytes',
      { spec: { credentialId: largeId(1023) }, ...withId(largeId(1023)) },
      { credentialId: largeId(1023) },
    ],
    ['a second origin', { expected: { origins: ['https://other.example', origin] } }, { origin }],
    [
      'a native origin',
      { spec: { clientData: { origin: nativeOrigin() } }, expected: { origins: [nativeOrigin()] } },
      { origin: nativeOrigin() },
    ],
    [
      'a page that may frame it',
      {
        spec: { clientData: { crossOrigin: true, topOrigin: 'https://frame.example' } },
        expected: { topOrigins: ['https://frame.example'] },
      },
      { topOrigin: 'https://frame.example' },
    ],
    [
      'an unnamed frame where that is accepted',
      { spec: { clientData: { crossOrigin: true } }, expected: { unnamedTopOrigin: 'accept' } },
      { topOrigin: undefined },
    ],
    [
      'a replayed counter where it is reported',
      { credential: { signCount: 10 }, expected: { signCount: 'report' } },
      { signCountReplayed: true, signCount: 10 },
    ],
  ]

  test.each(pass)('passes with %s', async (_, situation, verdict) => {
    expect(await verify(situation)).toMatchObject(verdict)
  })

  test('gives the same verdict through WebCrypto', async () => {
    const options = {
      response: forgeAssertion(),
      expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId] },
      credential: stored,
    }
    const verdict = await verifyAuthentication(options)
    expect(await verifyAuthentication({ ...options, crypto: createWebCrypto() })).toEqual(verdict)
  })
})

/** Numbers in brackets are those of the attack table; steps are those of WebAuthn L3 §7.2. */
const attacks: readonly (readonly [string, Situation, string, string])[] = [
  // 39: type and challenge
  [
    'type webauthn.create (39)',
    { spec: { clientData: { type: 'webauthn.create' } } },
    'client_data_type_mismatch',
    'step 10',
  ],
  [
    'type payment.get (39)',
    { spec: { clientData: { type: 'payment.get' } } },
    'client_data_type_mismatch',
    'step 10',
  ],
  [
    'type in capitals (39)',
    { spec: { clientData: { type: 'WEBAUTHN.GET' } } },
    'client_data_type_mismatch',
    'step 10',
  ],
  ['no type (39)', { spec: { clientData: { type: undefined } } }, 'client_data_malformed', '§5.8.1'],
  [
    'another challenge (39)',
    { spec: { clientData: { challenge: encodeBase64Url(sha256('other')) } } },
    'challenge_mismatch',
    'step 11',
  ],
  [
    'a padded challenge (39)',
    { spec: { clientData: { challenge: `${challenge}=` } } },
    'challenge_mismatch',
    'step 11',
  ],
  [
    'a prefix of the challenge (39)',
    { spec: { clientData: { challenge: challenge.slice(0, -1) } } },
    'challenge_mismatch',
    'step 11',
  ],
  [
    'an empty challenge where none was configured either (39)',
    { spec: { clientData: { challenge: '' } }, expected: { challenge: '' } },
    'challenge_mismatch',
    'step 11',
  ],
  [
    'an origin that is a part of one given as text (40)',
    {
      spec: { clientData: { origin: origin.slice(0, -1) } },
      expected: { origins: origin as unknown as readonly string[] },
    },
    'origin_mismatch',
    'step 12',
  ],
  [
    'a topOrigin that is a part of one given as text (41)',
    {
      spec: { clientData: { crossOrigin: true, topOrigin: 'https://portal.exam' } },
      expected: { topOrigins: 'https://portal.example' as unknown as readonly string[] },
    },
    'cross_origin_forbidden',
    'step 14',
  ],
  ['an empty challenge (39)', { spec: { clientData: { challenge: '' } } }, 'challenge_mismatch', 'step 11'],
  [
    'no challenge (39)',
    { spec: { clientData: { challenge: undefined } } },
    'client_data_malformed',
    '§5.8.1',
  ],
  [
    'a challenge as bytes (39)',
    { spec: { clientData: { challenge: [1, 2, 3] } } },
    'client_data_malformed',
    '§5.8.1',
  ],
  // 40: origin
  [
    'another origin (40)',
    { spec: { clientData: { origin: 'https://evil.example' } } },
    'origin_mismatch',
    'step 12',
  ],
  ['http (40)', { spec: { clientData: { origin: 'http://example.org' } } }, 'origin_mismatch', 'step 12'],
  [
    'a longer domain (40)',
    { spec: { clientData: { origin: 'https://example.org.evil.example' } } },
    'origin_mismatch',
    'step 12',
  ],
  [
    'a port (40)',
    { spec: { clientData: { origin: 'https://example.org:8443' } } },
    'origin_mismatch',
    'step 12',
  ],
  [
    'a subdomain (40)',
    { spec: { clientData: { origin: 'https://a.example.org' } } },
    'origin_mismatch',
    'step 12',
  ],
  ['a trailing slash (40)', { spec: { clientData: { origin: `${origin}/` } } }, 'origin_mismatch', 'step 12'],
  [
    'origins in an array (40)',
    { spec: { clientData: { origin: [origin] } } },
    'client_data_malformed',
    '§5.8.1',
  ],
  [
    'another app (40)',
    { spec: { clientData: { origin: nativeOrigin('other') } }, expected: { origins: [nativeOrigin()] } },
    'origin_mismatch',
    'step 12',
  ],
  // 41: framing
  ['crossOrigin (41)', { spec: { clientData: { crossOrigin: true } } }, 'cross_origin_forbidden', 'step 13'],
  [
    'crossOrigin though pages are listed (41)',
    { spec: { clientData: { crossOrigin: true } }, expected: { topOrigins: ['https://frame.example'] } },
    'cross_origin_forbidden',
    'step 13',
  ],
  [
    'crossOrigin as text (41)',
    { spec: { clientData: { crossOrigin: 'true' } } },
    'client_data_malformed',
    '§5.8.1',
  ],
  [
    'an unlisted topOrigin (41)',
    {
      spec: { clientData: { crossOrigin: true, topOrigin: 'https://evil.example' } },
      expected: { topOrigins: ['https://frame.example'] },
    },
    'cross_origin_forbidden',
    'step 14',
  ],
  [
    'a topOrigin where none is listed (41)',
    {
      spec: { clientData: { crossOrigin: true, topOrigin: origin } },
      expected: { unnamedTopOrigin: 'accept' },
    },
    'cross_origin_forbidden',
    'step 14',
  ],
  [
    'topOrigin without crossOrigin (41)',
    {
      spec: { clientData: { topOrigin: 'https://frame.example' } },
      expected: { topOrigins: ['https://frame.example'] },
    },
    'cross_origin_forbidden',
    'step 14',
  ],
  [
    'topOrigin in an array (41)',
    { spec: { clientData: { crossOrigin: true, topOrigin: [origin] } } },
    'client_data_malformed',
    '§5.8.1',
  ],
  // 42: authenticator data against what is expected
  [
    'another relying party (42)',
    { spec: { authenticatorData: { rpId: 'evil.example' } } },
    'rp_id_mismatch',
    'step 15',
  ],
  ['UP = 0 (42)', { spec: { authenticatorData: { flags: flags.uv } } }, 'user_presence_missing', 'step 16'],
  [
    'UV = 0 (42)',
    { spec: { authenticatorData: { flags: flags.up } } },
    'user_verification_missing',
    'step 17',
  ],
  [
    'BS without BE (42)',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.bs } } },
    'backup_state_invalid',
    'step 18',
  ],
  [
    'BE that was not registered (42)',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.be } } },
    'backup_eligibility_changed',
    'step 19',
  ],
  [
    'BE gone since registration (42)',
    { credential: { backupEligible: true } },
    'backup_eligibility_changed',
    'step 19',
  ],
  // 43: counter
  ['an equal counter (43)', { credential: { signCount: 10 } }, 'sign_count_replayed', 'step 22'],
  ['a lower counter (43)', { credential: { signCount: 11 } }, 'sign_count_replayed', 'step 22'],
  [
    'zero after nonzero (43)',
    { spec: { authenticatorData: { signCount: 0 } } },
    'sign_count_replayed',
    'step 22',
  ],
  [
    'a lower counter above 2^31 (43)',
    { credential: { signCount: 2 ** 31 + 1 } },
    'sign_count_replayed',
    'step 22',
  ],
  // 44: layout of authenticator data
  [
    '36 bytes (44)',
    { spec: { authenticatorData: { edit: (data) => data.subarray(0, 36) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'no bytes (44)',
    { spec: { authenticatorData: { edit: () => new Uint8Array() } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'a trailing byte (44)',
    { spec: { authenticatorData: { tail: Uint8Array.of(0) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'ED without data (44)',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.ed } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'data without ED (44)',
    { spec: { authenticatorData: { tail: Uint8Array.of(0xa0) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'AT without data (44)',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.at } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'an extension twice (44)',
    {
      spec: {
        authenticatorData: {
          flags: flags.up | flags.uv | flags.ed,
          tail: Uint8Array.of(0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2),
        },
      },
    },
    'authenticator_data_malformed',
    'RFC 8949 §5.6',
  ],
  [
    'extensions that are no map',
    { spec: { authenticatorData: { extensions: [1] } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'attested credential data in an assertion',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.at, tail: attestedData() } } },
    'authenticator_data_malformed',
    '§6.3.3',
  ],
  // 45: signature
  ['another key (45)', { spec: { key: makeKey() } }, 'signature_invalid', 'step 21'],
  [
    'a signature over the hash alone (45)',
    { spec: { signature: (_, signed) => signWith(credentialKey, signed.subarray(37)) } },
    'signature_invalid',
    'step 21',
  ],
  ['r ‖ s (45)', { spec: { signature: fixedLength } }, 'signature_invalid', 'step 21'],
  ['no signature (45)', { spec: { signature: () => new Uint8Array() } }, 'signature_invalid', 'step 21'],
  [
    'a byte after the signature (45)',
    { spec: { signature: (signature) => Uint8Array.of(...signature, 0) } },
    'signature_invalid',
    'step 21',
  ],
  [
    'a BER length (45)',
    { spec: { signature: (signature) => Uint8Array.of(0x30, 0x81, ...signature.subarray(1)) } },
    'signature_invalid',
    'step 21',
  ],
  ['r = s = 0 (45)', { spec: { signature: () => der(0n, 0n) } }, 'signature_invalid', 'step 21'],
  [
    'r + n (45)',
    { spec: { signature: (signature) => der(numbersOf(signature)[0] + order, numbersOf(signature)[1]) } },
    'signature_invalid',
    'step 21',
  ],
  ['a zero in front of r (45)', { spec: { signature: padded } }, 'signature_invalid', 'step 21'],
  // 47: whose credential
  [
    'a credential that was not offered (47)',
    { spec: { credentialId: sha256('other') } },
    'credential_unknown',
    'step 5',
  ],
  [
    'another credential than the stored one (47)',
    { credential: { id: sha256('other') } },
    'credential_unknown',
    'step 6',
  ],
  [
    'id other than rawId (47)',
    { spec: { json: { rawId: encodeBase64Url(sha256('other')) } } },
    'credential_id_invalid',
    '§5.1',
  ],
  [
    'the user handle of another account (47)',
    { spec: { userHandle: sha256('grace') } },
    'credential_account_mismatch',
    'step 6',
  ],
  [
    'no user handle where no credential was named (47)',
    { expected: { allowCredentials: [] } },
    'response_malformed',
    'step 6',
  ],
  // 48: client data as JSON
  [
    'a member twice (48)',
    { spec: { clientData: clientDataText.replace('{', '{"origin":"https://evil.example",') } },
    'client_data_malformed',
    'RFC 7493 §2.3',
  ],
  [
    'invalid UTF-8 (48)',
    {
      spec: {
        clientData: Uint8Array.of(...new TextEncoder().encode(clientDataText.slice(0, -1)), 0xff, 0x7d),
      },
    },
    'client_data_malformed',
    'RFC 3629 §4',
  ],
  ['an array (48)', { spec: { clientData: `[${clientDataText}]` } }, 'client_data_malformed', '§5.8.1'],
  ['null', { spec: { clientData: 'null' } }, 'client_data_malformed', '§5.8.1'],
  [
    'trailing text (48)',
    { spec: { clientData: `${clientDataText} x` } },
    'client_data_malformed',
    'RFC 8259 §2',
  ],
  [
    '16 KiB and a byte (48)',
    { spec: { clientData: paddedClientData(16_385) } },
    'response_malformed',
    '§5.1.8',
  ],
  ['1 MiB (48)', { spec: { clientData: { padding: 'x'.repeat(2 ** 20) } } }, 'response_malformed', '§5.1.8'],
  // the response itself
  ['type other than public-key', { spec: { json: { type: 'password' } } }, 'response_malformed', '§5.1.8'],
  ['no response member', { spec: { json: { response: undefined } } }, 'response_malformed', '§5.1.8'],
  ['a response that is an array', { spec: { json: { response: [] } } }, 'response_malformed', '§5.1.8'],
  ['an empty id', { spec: { json: { id: '', rawId: '' } } }, 'credential_id_invalid', '§5.1'],
  ['an id that is no text', { spec: { json: { id: 7, rawId: 7 } } }, 'credential_id_invalid', '§5.1'],
  [
    'an id of 2,000 bytes',
    { spec: { json: { id: 'A'.repeat(2000), rawId: 'A'.repeat(2000) } } },
    'credential_id_invalid',
    'step 25',
  ],
  [
    'an id of 1,024 bytes that is the stored one',
    { spec: { credentialId: largeId(1024) }, ...withId(largeId(1024)) },
    'credential_id_invalid',
    'step 25',
  ],
  [
    'authenticator data above 4 KiB',
    { spec: { authenticatorData: largeData(4097) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'a signature of 8 KiB',
    { spec: { signature: () => new Uint8Array(8192) } },
    'signature_invalid',
    'step 21',
  ],
  [
    'a signature above 8 KiB',
    { spec: { signature: () => new Uint8Array(8193) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'a padded signature',
    { spec: { json: withResponse({ signature: 'AA==' }) } },
    'response_malformed',
    'RFC 4648 §5',
  ],
  [
    'no signature member',
    { spec: { json: withResponse({ signature: undefined }) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'a user handle above 64 bytes',
    { spec: { userHandle: new Uint8Array(65) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'a stored key that is none',
    { credential: { publicKey: Uint8Array.of(0xa0) } },
    'public_key_invalid',
    '§6.5.1.1',
  ],
  [
    'a stored key that is no CBOR',
    { credential: { publicKey: new Uint8Array() } },
    'public_key_invalid',
    'step 21',
  ],
  ['a stored key off its curve', { credential: { publicKey: offCurve() } }, 'public_key_invalid', 'SEC 1'],
]

describe('an assertion that breaks a rule is refused by that rule', () => {
  test.each([Number.NaN, undefined])('a stored counter of %s is never below (43)', async (signCount) => {
    const credential = { signCount: signCount as number }
    await expect(verify({ credential })).rejects.toMatchObject({ code: 'sign_count_replayed' })
  })

  test('a key that is remembered answers for no other with the same checksum', async () => {
    const publicKey = encodeCoseKey(credentialKey.cose)
    expect(await verify({ credential: { publicKey } })).toMatchObject({ userVerified: true })
    // Two bytes of y changed so that a sum of 31 times the one and the other stays the same.
    const at = publicKey.findIndex(
      (byte, index) => index >= publicKey.length - 32 && byte < 255 && (publicKey[index + 1] ?? 0) >= 31,
    )
    expect(at).toBeGreaterThan(0)
    const other = publicKey.with(at, (publicKey[at] ?? 0) + 1).with(at + 1, (publicKey[at + 1] ?? 0) - 31)
    expect(checksumOf(other)).toBe(checksumOf(publicKey))
    await expect(verify({ credential: { publicKey: other } })).rejects.toMatchObject({
      code: 'public_key_invalid',
    })
  })

  test('a port that hashes wrongly answers for itself alone', async () => {
    const options = {
      response: forgeAssertion(),
      expected: { challenge, origins: [origin], rpId, allowCredentials: [credentialId] },
      credential: stored,
    }
    const broken = { ...createWebCrypto(), sha256: () => new Uint8Array(32) }
    await expect(verifyAuthentication({ ...options, crypto: broken })).rejects.toMatchObject({
      code: 'rp_id_mismatch',
    })
    const { crypto, ...rest } = { ...options, crypto: createWebCrypto() }
    expect(await verifyAuthentication({ ...rest, crypto })).toEqual(await verifyAuthentication(rest))
  })

  test.each(attacks)('%s', async (_, situation, code, rule) => {
    await expect(verify(situation)).rejects.toMatchObject({
      name: 'AttestationError',
      code,
      rule: expect.stringContaining(rule),
    })
  })

  test('hostile values in messages are cut and kept on one line', async () => {
    const hostile = `https://${'evil\n'.repeat(1000)}`
    const refusal: Error = await verify({ spec: { clientData: { origin: hostile } } }).then(
      () => expect.unreachable(),
      (error: Error) => error,
    )
    expect(refusal.message.length).toBeLessThan(400)
    expect(refusal.message).not.toContain('\n')
  })

  test.each([undefined, null, 'text', 7, []])('a response that is %j', async (response) => {
    await expect(
      verifyAuthentication({
        response: response as never,
        expected: { challenge, origins: [origin], rpId },
        credential: stored,
      }),
    ).rejects.toMatchObject({ code: 'response_malformed' })
  })
})

function withResponse(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { response: { ...forgeAssertion().response, ...members } }
}

/** Client data of this many bytes: white space after a JSON value is part of the text. */
function paddedClientData(length: number): string {
  return clientDataText.padEnd(length)
}

/** Authenticator data of this many bytes, by an extension output. */
function largeData(length: number): AuthenticatorDataSpec {
  const head = 37 + 1 + 2 + 3
  return { extensions: new Map([['x', new Uint8Array(length - head)]]) }
}

function largeId(length: number): Uint8Array {
  return new Uint8Array(length).fill(7)
}

function withId(id: Uint8Array): Situation {
  return { expected: { allowCredentials: [id] }, credential: { id } }
}

function nativeOrigin(app = 'app'): string {
  return `android:apk-key-hash:${encodeBase64Url(sha256(app))}`
}

function attestedData(): Uint8Array {
  const key = encodeCoseKey(credentialKey.cose)
  return Uint8Array.of(...new Uint8Array(16), 0, credentialId.length, ...credentialId, ...key)
}

function offCurve(): Uint8Array {
  const key = encodeCoseKey(credentialKey.cose)
  key[key.length - 1] = (key[key.length - 1] as number) ^ 1
  return key
}

function highS(signature: Uint8Array): Uint8Array {
  const [r, s] = numbersOf(signature)
  return der(r, s > order / 2n ? s : order - s)
}

function lowS(signature: Uint8Array): Uint8Array {
  const [r, s] = numbersOf(signature)
  return der(r, s > order / 2n ? order - s : s)
}

function fixedLength(signature: Uint8Array): Uint8Array {
  const digits = numbersOf(signature).map((value) => value.toString(16).padStart(64, '0'))
  return new Uint8Array(Buffer.from(digits.join(''), 'hex'))
}

/** The signature with r one byte longer than it needs to be. */
function padded(signature: Uint8Array): Uint8Array {
  const [tag, length, integer, rLength] = signature as unknown as [number, number, number, number]
  return Uint8Array.of(tag, length + 1, integer, rLength + 1, 0, ...signature.subarray(4))
}
