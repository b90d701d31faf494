import { type CborValue, decodeCbor, encodeCbor, encodeCoseKey } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import {
  challenge,
  credentialId,
  credentialKey,
  flags,
  forgeRegistration,
  makeEdwardsKey,
  makeKey,
  makeRsaKey,
  origin,
  type RegistrationSpec,
  rpId,
  selfStatement,
  sha256,
  type ToAttest,
} from '../../../../test/support/webauthn/forge.ts'
import { createWebCrypto } from '../crypto/webcrypto/index.ts'
import type {
  ExpectedRegistration,
  RegistrationPolicy,
  VerifiedRegistration,
  VerifyRegistrationOptions,
} from './types.ts'
import { verifyRegistration } from './verify-registration.ts'

interface Situation {
  readonly spec?: RegistrationSpec
  readonly expected?: Partial<ExpectedRegistration>
  readonly policy?: RegistrationPolicy
}

const now = new Date('2026-11-22T12:00:00Z')

function optionsOf({ spec, expected, policy }: Situation): VerifyRegistrationOptions {
  return {
    response: forgeRegistration(spec),
    expected: { challenge, origins: [origin], rpId, ...expected },
    ...(policy === undefined ? {} : { policy }),
    trust: { roots: [] },
    issuedAt: now,
    now,
  }
}

const verify = (situation: Situation): Promise<VerifiedRegistration> =>
  verifyRegistration(optionsOf(situation))

const none = new Map<string, CborValue>([
  ['fmt', 'none'],
  ['attStmt', new Map()],
])
const packed = (statement: CborValue): RegistrationSpec => ({ format: 'packed', statement: () => statement })
const cose = (labels: Readonly<Record<number, CborValue | undefined>>): RegistrationSpec => ({
  coseKey: changedKey(labels),
})

describe('a registration that keeps every rule', () => {
  test('says what was proven', async () => {
    const aaguid = Uint8Array.from({ length: 16 }, (_, at) => at)
    expect(await verify({ spec: { aaguid, authenticatorData: { signCount: 7 } } })).toEqual({
      credentialId,
      publicKey: encodeCoseKey(credentialKey.cose),
      algorithm: -7,
      signCount: 7,
      transports: ['internal'],
      userVerified: true,
      backupEligible: false,
      backedUp: false,
      aaguid: '00010203-0405-0607-0809-0a0b0c0d0e0f',
      format: 'none',
      attestationType: 'none',
      level: 'W',
      testOnly: false,
      android: undefined,
      credentialProtection: undefined,
      origin,
      topOrigin: undefined,
    })
  })

  test('the stored key is a copy: it keeps no hold on the request', async () => {
    const { publicKey } = await verify({})
    expect(publicKey.buffer.byteLength).toBe(publicKey.length)
  })

  const keys = [makeKey('P-384'), makeKey('P-521'), makeRsaKey(), makeEdwardsKey()]
  test.each(keys)(
    'takes algorithm $cose.algorithm where it was offered, with self attestation',
    async (key) => {
      const { algorithm } = key.cose
      const spec = { key, format: 'packed', statement: selfStatement(key) }
      expect(await verify({ spec, expected: { algorithms: [-7, algorithm] } })).toMatchObject({
        algorithm,
        attestationType: 'self',
        level: 'W',
      })
      await expect(verify({ spec })).rejects.toMatchObject({ code: 'algorithm_not_allowed' })
    },
  )

  const largeId = new Uint8Array(1023).fill(1)
  const pass: readonly (readonly [string, Situation, Partial<VerifiedRegistration>])[] = [
    ['a credential id of 1,023 bytes', { spec: { credentialId: largeId } }, { credentialId: largeId }],
    [
      'a credential id of one byte',
      { spec: { credentialId: Uint8Array.of(0) } },
      { credentialId: Uint8Array.of(0) },
    ],
    [
      'unsolicited extension outputs',
      { spec: { authenticatorData: { extensions: new Map([['minPinLength', 4]]) } } },
      {},
    ],
    [
      'no user presence where creation is conditional',
      { spec: { authenticatorData: { flags: flags.uv } }, expected: { userPresence: 'optional' } },
      {},
    ],
    [
      'no user verification where it is preferred',
      { spec: { authenticatorData: { flags: flags.up } }, expected: { userVerification: 'preferred' } },
      { userVerified: false },
    ],
    [
      'a backed-up credential',
      { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.be | flags.bs } } },
      { backupEligible: true, backedUp: true },
    ],
    ['no transports', { spec: { json: withResponse({ transports: undefined }) } }, { transports: [] }],
    [
      'transports nobody knows yet',
      { spec: { json: withResponse({ transports: ['telepathy'] }) } },
      { transports: ['telepathy'] },
    ],
    [
      'credProtect where the policy asks for it',
      {
        spec: { authenticatorData: { extensions: new Map([['credProtect', 3]]) } },
        policy: { credentialProtection: 2 },
      },
      { credentialProtection: 3 },
    ],
    ...([1, 2, 3] as const).map((level): (typeof pass)[number] => [
      `credProtect ${level}, no more than the policy asks for`,
      {
        spec: { authenticatorData: { extensions: new Map([['credProtect', level]]) } },
        policy: { credentialProtection: level },
      },
      { credentialProtection: level },
    ]),
    [
      'sixteen transports of 32 characters',
      { spec: { json: withResponse({ transports: Array(16).fill('x'.repeat(32)) }) } },
      { transports: Array(16).fill('x'.repeat(32)) },
    ],
    ['an attestation object of 64 KiB', { spec: largeObject(65_536) }, {}],
    [
      'four statements',
      {
        spec: { format: 'compound', statement: () => [none, none, none, none] },
        policy: { formats: ['compound', 'none'] },
      },
      { format: 'compound' },
    ],
    [
      'members of the attestation object in any order',
      { spec: { attestationObject: reversed } },
      { format: 'none' },
    ],
    [
      'a counter above 2^31',
      { spec: { authenticatorData: { signCount: 2 ** 32 - 1 } } },
      { signCount: 2 ** 32 - 1 },
    ],
    [
      'two statements "none" where the policy lets them',
      {
        spec: { format: 'compound', statement: () => [none, none] },
        policy: { formats: ['compound', 'none'] },
      },
      { format: 'compound', attestationType: 'none' },
    ],
  ]
  test.each(pass)('passes with %s', async (_, situation, verdict) => {
    expect(await verify(situation)).toMatchObject(verdict)
  })

  test('gives the same verdict through WebCrypto', async () => {
    const options = optionsOf({ spec: { format: 'packed', statement: selfStatement() } })
    const verdict = await verifyRegistration(options)
    expect(await verifyRegistration({ ...options, crypto: createWebCrypto() })).toEqual(verdict)
  })
})

/** Numbers in brackets are those of the attack table; steps are those of WebAuthn L3 §7.1. */
const attacks: readonly (readonly [string, Situation, string, string])[] = [
  // 39 to 42, in a registration
  [
    'type webauthn.get (39)',
    { spec: { clientData: { type: 'webauthn.get' } } },
    'client_data_type_mismatch',
    'step 7',
  ],
  ['another challenge (39)', { spec: { clientData: { challenge: 'AAAA' } } }, 'challenge_mismatch', 'step 8'],
  [
    'another origin (40)',
    { spec: { clientData: { origin: 'https://evil.example' } } },
    'origin_mismatch',
    'step 9',
  ],
  ['crossOrigin (41)', { spec: { clientData: { crossOrigin: true } } }, 'cross_origin_forbidden', 'step 10'],
  [
    'an unlisted topOrigin (41)',
    { spec: { clientData: { crossOrigin: true, topOrigin: origin } } },
    'cross_origin_forbidden',
    'step 11',
  ],
  [
    'another relying party (42)',
    { spec: { authenticatorData: { rpId: 'evil.example' } } },
    'rp_id_mismatch',
    'step 14',
  ],
  ['UP = 0 (42)', { spec: { authenticatorData: { flags: flags.uv } } }, 'user_presence_missing', 'step 15'],
  [
    'UV = 0 (42)',
    { spec: { authenticatorData: { flags: flags.up } } },
    'user_verification_missing',
    'step 16',
  ],
  [
    'BS without BE (42)',
    { spec: { authenticatorData: { flags: flags.up | flags.uv | flags.bs } } },
    'backup_state_invalid',
    'step 17',
  ],
  // 44: layout
  [
    'attested credential data cut off (44)',
    { spec: { authenticatorData: { edit: (data) => data.subarray(0, 50) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'the credential id cut off (44)',
    { spec: { authenticatorData: { edit: (data) => data.subarray(0, 60) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'the key cut off (44)',
    { spec: { authenticatorData: { edit: (data) => data.subarray(0, -1) } } },
    'authenticator_data_malformed',
    'RFC 8949',
  ],
  [
    'a byte after the key (44)',
    { spec: { authenticatorData: { edit: (data) => Uint8Array.of(...data, 0) } } },
    'authenticator_data_malformed',
    '§6.1',
  ],
  [
    'no attested credential (44)',
    { spec: { authenticatorData: { edit: withoutCredential } } },
    'authenticator_data_malformed',
    '§6.5.4',
  ],
  // 49: formats
  [
    'none with a statement (49)',
    { spec: { statement: () => new Map([['x', 1]]) } },
    'attestation_statement_invalid',
    '§8.7',
  ],
  ['none with an array', { spec: { statement: () => [] } }, 'attestation_statement_invalid', '§6.5.4'],
  ['format "None" (49)', { spec: { format: 'None' } }, 'attestation_format_unsupported', 'step 21'],
  [
    'an unknown format (49)',
    { spec: { format: 'x'.repeat(500) } },
    'attestation_format_unsupported',
    'step 21',
  ],
  [
    'a format the policy leaves out (49)',
    { spec: { format: 'compound', statement: () => [none, none] } },
    'attestation_format_unsupported',
    'step 21',
  ],
  [
    'none where the policy leaves it out',
    { policy: { formats: ['packed'] } },
    'attestation_format_unsupported',
    'step 21',
  ],
  [
    'a format that the policy lists and nobody knows',
    { spec: { format: 'other' }, policy: { formats: ['none', 'other' as never] } },
    'attestation_format_unsupported',
    'step 21',
  ],
  [
    'no attestation where it is required',
    { policy: { attestation: 'trusted' } },
    'attestation_required',
    'step 24',
  ],
  [
    'self attestation where a trusted one is required',
    { spec: { format: 'packed', statement: selfStatement() }, policy: { attestation: 'trusted' } },
    'attestation_required',
    'step 24',
  ],
  ...compoundAttacks(),
  // 50: the attestation object as CBOR
  [
    'a byte after the attestation object (50)',
    { spec: { attestationObject: (bytes) => Uint8Array.of(...bytes, 0) } },
    'attestation_object_malformed',
    'RFC 8949 §5.1',
  ],
  [
    'fmt twice (50)',
    { spec: { attestationObject: (bytes) => twice(bytes, 'fmt', 'none') } },
    'attestation_object_malformed',
    'RFC 8949 §5.6',
  ],
  [
    'authData twice (50)',
    { spec: { attestationObject: (bytes) => twice(bytes, 'authData', new Uint8Array()) } },
    'attestation_object_malformed',
    'RFC 8949 §5.6',
  ],
  [
    'an indefinite map (50)',
    { spec: { attestationObject: (bytes) => Uint8Array.of(0xbf, ...bytes.subarray(1), 0xff) } },
    'attestation_object_malformed',
    'RFC 8949 §3',
  ],
  [
    'a truncated map (50)',
    { spec: { attestationObject: (bytes) => bytes.subarray(0, -1) } },
    'attestation_object_malformed',
    'RFC 8949 §5.1',
  ],
  [
    '5,000 nested arrays (50)',
    { spec: { attestationObject: () => new Uint8Array(5000).fill(0x81) } },
    'attestation_object_malformed',
    'depth',
  ],
  [
    '4 GiB claimed (50)',
    { spec: { attestationObject: () => Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff) } },
    'attestation_object_malformed',
    'RFC 8949 §5.1',
  ],
  [
    '"__proto__" as a member (50)',
    { spec: { attestationObject: (bytes) => twice(bytes, '__proto__', new Map([['fmt', 'none']])) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  [
    'a fourth member (50)',
    { spec: { attestationObject: (bytes) => twice(bytes, 'epAtt', true) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  [
    'an array (50)',
    { spec: { attestationObject: () => encodeCbor([]) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  [
    'fmt as bytes',
    { spec: { attestationObject: () => object({ fmt: new Uint8Array() }) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  [
    'attStmt as text',
    { spec: { attestationObject: () => object({ attStmt: '' }) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  [
    'authData as text',
    { spec: { attestationObject: () => object({ authData: '' }) } },
    'attestation_object_malformed',
    '§6.5.4',
  ],
  // 51: credential id
  [
    'a credential id of 1,024 bytes (51)',
    { spec: { credentialId: new Uint8Array(1024), json: { id: 'AA', rawId: 'AA' } } },
    'credential_id_invalid',
    'step 25',
  ],
  [
    'an empty credential id (51)',
    { spec: { credentialId: new Uint8Array(), json: { id: 'AA', rawId: 'AA' } } },
    'credential_id_invalid',
    'step 25',
  ],
  [
    'an id other than the attested one (51)',
    { spec: { json: { id: 'AA', rawId: 'AA' } } },
    'credential_id_invalid',
    'step 27',
  ],
  // 52: the key
  [
    'RS1 (52)',
    { spec: cose({ 3: -65535 }), expected: { algorithms: [-7, -257] } },
    'algorithm_not_allowed',
    'step 20',
  ],
  [
    'RS1 where someone offered it',
    { spec: cose({ 3: -65535 }), expected: { algorithms: [-65535 as never] } },
    'public_key_invalid',
    '§6.5.1.1',
  ],
  ['secp256k1 under ES256 (52)', { spec: cose({ [-1]: 8 }) }, 'public_key_invalid', '§5.8.5'],
  ['P-384 under ES256 (52)', { spec: cose({ [-1]: 2 }) }, 'public_key_invalid', '§5.8.5'],
  [
    'a point off the curve (52)',
    { spec: cose({ [-3]: new Uint8Array(32).fill(1) }) },
    'public_key_invalid',
    '§5.8.5',
  ],
  ['x of 31 bytes (52)', { spec: cose({ [-2]: new Uint8Array(31) }) }, 'public_key_invalid', 'RFC 9053 §7'],
  ['a private part (52)', { spec: cose({ [-4]: new Uint8Array(32) }) }, 'public_key_invalid', '§6.5.1.1'],
  ['alg twice (52)', { spec: { coseKey: algTwice() } }, 'authenticator_data_malformed', 'RFC 8949 §5.6'],
  ['no alg', { spec: cose({ 3: undefined }) }, 'algorithm_not_allowed', 'step 20'],
  ['a key that is no map', { spec: { coseKey: encodeCbor([1]) } }, 'authenticator_data_malformed', '§6.1'],
  // 53: self attestation
  [
    'packed self with another alg (53)',
    { spec: packedSelf({ alg: -257 }) },
    'attestation_statement_invalid',
    '§8.2',
  ],
  [
    'packed self by another key (53)',
    { spec: { format: 'packed', statement: selfStatement(makeKey()) } },
    'attestation_statement_invalid',
    '§8.2',
  ],
  [
    'packed with an empty x5c (53)',
    { spec: packedSelf({ x5c: [] }) },
    'attestation_statement_invalid',
    '§8.2',
  ],
  [
    'packed without signature',
    { spec: packed(new Map([['alg', -7]])) },
    'attestation_statement_invalid',
    '§8.2',
  ],
  [
    'packed with an unknown member',
    { spec: packedSelf({ ecdaaKeyId: new Uint8Array() }) },
    'attestation_statement_invalid',
    '§8.2',
  ],
  [
    'packed with a member that is no text',
    { spec: packed(new Map<number, CborValue>([[1, 2]])) },
    'attestation_statement_invalid',
    '§8.2',
  ],
  // policy and response
  [
    'no credProtect where the policy asks for it',
    { policy: { credentialProtection: 1 } },
    'credential_protection_missing',
    'step 28',
  ],
  [
    'credProtect below the policy',
    {
      spec: { authenticatorData: { extensions: new Map([['credProtect', 1]]) } },
      policy: { credentialProtection: 2 },
    },
    'credential_protection_missing',
    'step 28',
  ],
  [
    'credProtect with a level that is none',
    {
      spec: { authenticatorData: { extensions: new Map([['credProtect', 255]]) } },
      policy: { credentialProtection: 1 },
    },
    'credential_protection_missing',
    'step 28',
  ],
  [
    'transports that are no array',
    { spec: { json: withResponse({ transports: 'usb' }) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'absurdly many transports',
    { spec: { json: withResponse({ transports: Array(17).fill('usb') }) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'a transport that is a list',
    { spec: { json: withResponse({ transports: [['usb']] }) } },
    'response_malformed',
    '§5.1.8',
  ],
  [
    'an absurdly long transport',
    { spec: { json: withResponse({ transports: ['x'.repeat(33)] }) } },
    'response_malformed',
    '§5.1.8',
  ],
  ['an attestation object above 64 KiB', { spec: largeObject(65_537) }, 'response_malformed', '§5.1.8'],
  [
    'client data above 16 KiB',
    { spec: { clientData: { padding: 'x'.repeat(16_384) } } },
    'response_malformed',
    '§5.1.8',
  ],
]

describe('a registration that breaks a rule is refused by that rule', () => {
  test.each(attacks)('%s', async (_, situation, code, rule) => {
    await expect(verify(situation)).rejects.toMatchObject({
      name: 'AttestationError',
      code,
      rule: expect.stringContaining(rule),
    })
  })

  test.each([undefined, null, 'text', 7, []])('a response that is %j', async (response) => {
    await expect(verifyRegistration({ ...optionsOf({}), response: response as never })).rejects.toMatchObject(
      {
        code: 'response_malformed',
      },
    )
  })
})

function compoundAttacks(): readonly (readonly [string, Situation, string, string])[] {
  const compound = (statements: CborValue): Situation => ({
    spec: { format: 'compound', statement: () => statements },
    policy: { formats: ['compound', 'none', 'packed'] },
  })
  const entry = (fmt: CborValue, attStmt: CborValue): CborValue =>
    new Map<string, CborValue>([
      ['fmt', fmt],
      ['attStmt', attStmt],
    ])
  const broken = entry('packed', new Map([['alg', -7]]))
  const invalid = 'attestation_statement_invalid'
  return [
    ['compound of one (49)', compound([none]), invalid, '§8.9'],
    ['compound of none', compound([]), invalid, '§8.9'],
    ['compound of five', compound([none, none, none, none, none]), invalid, '§8.9'],
    ['compound that is a map', compound(new Map()), invalid, '§8.9'],
    ['compound of null', compound([none, null]), invalid, '§8.9'],
    ['compound inside compound (49)', compound([none, entry('compound', [none, none])]), invalid, '§8.9'],
    ['compound inside compound as a map', compound([none, entry('compound', new Map())]), invalid, '§8.9'],
    ['compound with a statement that is no map', compound([none, 'none']), invalid, '§8.9'],
    ['compound with a format that is no text', compound([none, entry(1, new Map())]), invalid, '§8.9'],
    [
      'compound with a third member',
      compound([none, new Map([...(none as Map<string, CborValue>), ['x', 1]])]),
      invalid,
      '§8.9',
    ],
    ['compound with one broken statement', compound([none, broken]), invalid, '§8.2'],
    [
      'compound with one unknown format',
      compound([none, entry('other', new Map())]),
      'attestation_format_unsupported',
      'step 21',
    ],
    [
      'compound with broken statements only, where any will do',
      { ...compound([broken, broken]), policy: { formats: ['compound', 'packed'], compound: 'any' } },
      invalid,
      '§8.2',
    ],
  ]
}

test('compound: one right statement is enough where any will do', async () => {
  const broken = new Map<string, CborValue>([
    ['fmt', 'packed'],
    ['attStmt', new Map([['alg', -7]])],
  ])
  const spec = { format: 'compound', statement: () => [broken, none] }
  const policy = { formats: ['compound', 'packed', 'none'], compound: 'any' } as const
  expect(await verify({ spec, policy })).toMatchObject({ format: 'compound', attestationType: 'none' })
})

describe('a failure of the crypto port, which is none of ours, passes through', () => {
  const broken = () => Promise.reject(new Error('the runtime is broken'))

  test('from any step', async () => {
    const failing = { ...createWebCrypto(), sha256: broken }
    await expect(verifyRegistration({ ...optionsOf({}), crypto: failing })).rejects.toThrow(
      'the runtime is broken',
    )
  })

  test('from a statement that another could stand in for', async () => {
    const self = (toAttest: ToAttest): CborValue =>
      new Map<string, CborValue>([
        ['fmt', 'packed'],
        ['attStmt', selfStatement()(toAttest)],
      ])
    const options = optionsOf({
      spec: { format: 'compound', statement: (toAttest) => [none, self(toAttest)] },
      policy: { formats: ['compound', 'packed', 'none'], compound: 'any' },
    })
    expect(await verifyRegistration(options)).toMatchObject({ format: 'compound' })
    const failing = { ...createWebCrypto(), verify: broken }
    await expect(verifyRegistration({ ...options, crypto: failing })).rejects.toThrow('the runtime is broken')
  })
})

function withResponse(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { response: { ...forgeRegistration().response, ...members } }
}

/** An attestation object of this many bytes, by an extension output. */
function largeObject(length: number): RegistrationSpec {
  const extension = (size: number) => ({ extensions: new Map([['x', new Uint8Array(size)]]) })
  const bytesOf = (spec: RegistrationSpec) =>
    Buffer.from(forgeRegistration(spec).response.attestationObject, 'base64url').length
  const rest = bytesOf({ authenticatorData: extension(60_000) }) - 60_000
  return { authenticatorData: extension(length - rest) }
}

function withoutCredential(data: Uint8Array): Uint8Array {
  const head = data.slice(0, 37)
  head[32] = flags.up | flags.uv
  return head
}

function reversed(bytes: Uint8Array): Uint8Array {
  return encodeCbor(new Map([...(decodeCbor(bytes) as Map<string, CborValue>)].toReversed()))
}

/** The map with one entry more at its end, which an honest writer would not write. */
function twice(bytes: Uint8Array, key: string, value: CborValue): Uint8Array {
  return Uint8Array.of(0xa4, ...bytes.subarray(1), ...encodeCbor(key), ...encodeCbor(value))
}

function object(members: Readonly<Record<string, CborValue>>): Uint8Array {
  return encodeCbor(
    new Map(Object.entries({ fmt: 'none', attStmt: new Map(), authData: sha256(''), ...members })),
  )
}

function changedKey(labels: Readonly<Record<number, CborValue | undefined>>): Uint8Array {
  const key = new Map(decodeCbor(encodeCoseKey(credentialKey.cose)) as Map<number, CborValue>)
  for (const [label, value] of Object.entries(labels)) {
    if (value === undefined) key.delete(Number(label))
    else key.set(Number(label), value)
  }
  return encodeCbor(key)
}

function algTwice(): Uint8Array {
  const key = encodeCoseKey(credentialKey.cose)
  return Uint8Array.of(0xa6, ...key.subarray(1), 0x03, 0x26)
}

/** Self attestation with members changed or added. */
function packedSelf(members: Readonly<Record<string, CborValue>>): RegistrationSpec {
  const sign = selfStatement()
  return {
    format: 'packed',
    statement: (toAttest) =>
      new Map([...(sign(toAttest) as Map<string, CborValue>), ...Object.entries(members)]),
  }
}
