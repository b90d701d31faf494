import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  attestedApp,
  attestedChallenge,
  attestedOptions,
  attestedPolicy,
  attribute,
  type ChainOptions,
  chainSpecs,
  type DescriptionSpec,
  describeKey,
  judge,
  makeKeys,
  type Role,
  type Tags,
  tagValue,
  writeChain,
} from '../../../../../test/support/android-authority/index.ts'
import { createNodeCrypto } from '../../crypto/node/index.ts'
import { createWebCrypto } from '../../crypto/webcrypto/index.ts'
import { type AndroidKeyPolicy, androidPolicies, type KeyRole } from '../../policy/android.ts'
import { keyRules } from '../rules.ts'

const { number, numbers, present, rootOfTrust, applicationId } = tagValue

/** A description with tags of the hardware list changed; undefined takes a tag away. */
function hardware(
  tags: Readonly<Record<number, Uint8Array | undefined>>,
  role: Role = 'signing',
): DescriptionSpec {
  const description = describeKey(role)
  return { ...description, hardwareEnforced: merge(description.hardwareEnforced, tags) }
}

function software(
  tags: Readonly<Record<number, Uint8Array | undefined>>,
  base = describeKey(),
): DescriptionSpec {
  return { ...base, softwareEnforced: merge(base.softwareEnforced, tags) }
}

function merge(tags: Tags, changes: Readonly<Record<number, Uint8Array | undefined>>): Tags {
  const merged: Record<number, Uint8Array> = { ...tags }
  for (const [tag, value] of Object.entries(changes)) {
    if (value === undefined) delete merged[Number(tag)]
    else merged[Number(tag)] = value
  }
  return merged
}

/** Moves a tag from the hardware to the software list. */
function moved(tag: number): DescriptionSpec {
  return software({ [tag]: describeKey().hardwareEnforced[tag] }, hardware({ [tag]: undefined }))
}

const app = (packages: readonly (readonly [string, number])[], signers: readonly Uint8Array[]) =>
  software({ 709: applicationId(packages, signers) })
const ours = [attestedApp.packageName, attestedApp.version] as const
const otherSigner = new Uint8Array(32).fill(7)

const judgeKey = (
  options: ChainOptions,
  policy: AndroidKeyPolicy = attestedPolicy,
  role: KeyRole = 'signing',
) => judge(attestedOptions(writeChain(chainSpecs(options)), { policy, role }))

/** Descriptions of signing keys, the rule that must refuse each, and the numbers of the attack table. */
const refusals: readonly (readonly [keyof typeof keyRules, string, DescriptionSpec])[] = [
  ['level', 'software (10)', { ...describeKey(), attestationSecurityLevel: 0, keyMintSecurityLevel: 0 }],
  [
    'levelsAgree',
    'attestation in hardware, key in software (10)',
    { ...describeKey(), keyMintSecurityLevel: 0 },
  ],
  [
    'levelsAgree',
    'attestation in StrongBox, key in the TEE (10)',
    { ...describeKey(), attestationSecurityLevel: 2 },
  ],
  [
    'levelCertified',
    'StrongBox under O=TEE (11)',
    { ...describeKey(), attestationSecurityLevel: 2, keyMintSecurityLevel: 2 },
  ],
  ['deviceLocked', 'unlocked bootloader (12)', hardware({ 704: rootOfTrust({ locked: false, state: 2 }) })],
  ['bootState', 'locked but unverified (12)', hardware({ 704: rootOfTrust({ state: 2 }) })],
  ['bootState', 'failed verification (12)', hardware({ 704: rootOfTrust({ state: 3 }) })],
  ['bootState', 'self-signed system by default (12)', hardware({ 704: rootOfTrust({ state: 1 }) })],
  ['bootKey', 'boot key of zeros (12)', hardware({ 704: rootOfTrust({ bootKey: new Uint8Array(32) }) })],
  ['bootKey', 'empty boot key', hardware({ 704: rootOfTrust({ bootKey: new Uint8Array() }) })],
  ['rootOfTrust', 'no root of trust (13)', hardware({ 704: undefined })],
  ['rootOfTrust', 'root of trust in the software list only (13)', moved(704)],
  ['origin', 'imported (14)', hardware({ 702: number(2) })],
  ['origin', 'securely imported (14)', hardware({ 702: number(4) })],
  ['origin', 'derived', hardware({ 702: number(1) })],
  ['origin', 'origin in the software list only (14)', moved(702)],
  ['purposes', 'decrypt (15)', hardware({ 1: numbers(1) })],
  ['purposes', 'attest key (15)', hardware({ 1: numbers(7) })],
  ['purposes', 'sign and agree (15)', hardware({ 1: numbers(2, 6) })],
  ['purposes', 'verify alone', hardware({ 1: numbers(3) })],
  ['purposes', 'none', hardware({ 1: undefined })],
  ['purposes', 'in the software list only', moved(1)],
  ['authRequired', 'noAuthRequired in hardware (16)', hardware({ 503: present(), 504: undefined })],
  ['authRequired', 'noAuthRequired in software (16)', software({ 503: present() })],
  ['authType', 'userAuthType missing (16)', hardware({ 504: undefined })],
  ['authType', 'PIN (16)', hardware({ 504: number(1) })],
  ['authType', 'PIN or biometric (16)', hardware({ 504: number(3) })],
  ['authType', 'any (16)', hardware({ 504: number(0xffffffff) })],
  ['authType', 'biometric in software only (16)', moved(504)],
  ['authType', 'an authenticator of the future', hardware({ 504: number(6) })],
  ['authType', 'none', hardware({ 504: number(0) })],
  ['authTimeout', 'authTimeout 2147483647 (16)', hardware({ 505: number(2147483647) })],
  ['authTimeout', 'authTimeout 0', hardware({ 505: number(0) })],
  ['onBody', 'good while on the body', hardware({ 506: present() })],
  ['application', 'another package (17)', app([['com.example.other', 42]], [attestedApp.signer])],
  ['application', 'two packages (17)', app([ours, ['com.example.other', 42]], [attestedApp.signer])],
  ['application', 'no package', app([], [attestedApp.signer])],
  ['application', 'id missing (17)', software({ 709: undefined })],
  [
    'application',
    'id in the hardware list (17)',
    software({ 709: undefined }, hardware({ 709: applicationId([ours], [attestedApp.signer]) })),
  ],
  ['application', 'a package the system could not name', app([['UnknownPackage', 1]], [])],
  ['signer', 'another signer (17)', app([ours], [otherSigner])],
  ['signer', 'no signer (17)', app([ours], [])],
  ['signer', 'ours and another signer', app([ours], [attestedApp.signer, otherSigner])],
  ['signer', 'half of our signer', app([ours], [attestedApp.signer.subarray(0, 16)])],
  [
    'challenge',
    'challenge of another session (18)',
    { ...describeKey(), challenge: new Uint8Array(32).fill(9) },
  ],
  [
    'challenge',
    '31 bytes of the challenge (18)',
    { ...describeKey(), challenge: attestedChallenge.subarray(0, 31) },
  ],
  [
    'challenge',
    'the challenge and one byte',
    { ...describeKey(), challenge: Uint8Array.of(...attestedChallenge, 0) },
  ],
  ['challenge', 'no challenge (18)', { ...describeKey(), challenge: new Uint8Array() }],
  ['allApplications', 'for all applications, hardware', hardware({ 600: present() })],
  ['allApplications', 'for all applications, software', software({ 600: present() })],
  ['keyMatches', 'another algorithm than the key', hardware({ 2: number(1) })],
  ['keyMatches', 'another curve than the key', hardware({ 10: number(2) })],
  ['keyMatches', 'another size than the key', hardware({ 3: number(384) })],
  ['keyMatches', 'no algorithm', hardware({ 2: undefined })],
  ['digests', 'without digest', hardware({ 5: numbers(0, 4) })],
  ['digests', 'SHA-1 too', hardware({ 5: numbers(2, 4) })],
  ['digests', 'not SHA-256', hardware({ 5: numbers(6) })],
  ['digests', 'no digest', hardware({ 5: undefined })],
  ['version', 'version 0', { ...describeKey(), attestationVersion: 0 }],
  ['version', 'a version between the known ones', { ...describeKey(), attestationVersion: 250 }],
]

describe('signing keys that are refused', () => {
  test.each(refusals)('%s: %s', async (rule, _, description) => {
    const { code, failed } = await judgeKey({ description })
    expect(failed[0]).toBe(keyRules[rule].name)
    expect(code).toBe(keyRules[rule].code)
  })

  test('an empty challenge is never expected', async () => {
    const chain = writeChain(chainSpecs({ description: { ...describeKey(), challenge: new Uint8Array() } }))
    const outcome = await judge(attestedOptions(chain, { challenge: new Uint8Array() }))
    expect(outcome).toMatchObject({ code: 'attestation_challenge_mismatch' })
  })

  test('TEE claimed under O=StrongBox (11)', async () => {
    expect(await judgeKey({ level: 'StrongBox' })).toMatchObject({ failed: ['security_level_certified'] })
  })

  test('StrongBox claimed in a factory chain that does not name it', async () => {
    const description = { ...describeKey(), attestationSecurityLevel: 2, keyMintSecurityLevel: 2 }
    expect(await judgeKey({ kind: 'factory', description })).toMatchObject({
      failed: ['security_level_certified'],
    })
  })

  test('an attestation certificate that names two levels', async () => {
    const subject = [
      [attribute.organization, 'TEE'],
      [attribute.organization, 'StrongBox'],
      [attribute.commonName, '0123456789abcdef0123456789abcdef'],
    ] as const
    const chain = chainSpecs().map((spec, at) =>
      at === 1 ? { ...spec, subject } : at === 0 ? { ...spec, issuer: subject } : spec,
    )
    expect(await judge(attestedOptions(writeChain(chain)))).toMatchObject({
      failed: ['security_level_certified'],
    })
  })

  test('an attestation certificate that names no level', async () => {
    expect(await judgeKey({ level: 'Software' })).toMatchObject({ failed: ['security_level_certified'] })
  })
})

describe('signing keys that are accepted', () => {
  test.each<[string, DescriptionSpec]>([
    ['sign and verify', hardware({ 1: numbers(2, 3) })],
    ['deviceLocked written as 01 (24)', hardware({ 704: rootOfTrust({ locked: 1 }) })],
    ['old descriptions without curve', hardware({ 10: undefined })],
    ['SHA-384 too', hardware({ 5: numbers(4, 5) })],
    [
      'patch levels that are none',
      hardware({ 718: number(20261399), 719: number(0), 706: number(2n ** 63n) }),
    ],
    ['creationDateTime 0', software({ 701: number(0) })],
    ['no creationDateTime', software({ 701: undefined })],
    ['trusted confirmation', hardware({ 508: present() })],
    ...[1, 2, 3, 4, 100, 200, 300, 400, 500, 501, 600, 9000].map(
      (attestationVersion): [string, DescriptionSpec] => [
        `version ${attestationVersion}`,
        { ...describeKey(), attestationVersion },
      ],
    ),
  ])('%s', async (_, description) => {
    expect((await judgeKey({ description })).code).toBe('accepted')
  })
})

describe('roles', () => {
  test.each<[KeyRole, string]>([
    ['signing', 'accepted'],
    ['sealing', 'accepted'],
    ['proof', 'accepted'],
  ])('a %s key passes as such, on both ports', async (role, code) => {
    for (const crypto of [createNodeCrypto(), createWebCrypto()]) {
      const chain = writeChain(chainSpecs({ role }))
      expect((await judge(attestedOptions(chain, { role, crypto }))).code).toBe(code)
    }
  })

  test.each<[Role, KeyRole, string]>([
    ['signing', 'sealing', 'purposes'],
    ['sealing', 'signing', 'purposes'],
    ['sealing', 'proof', 'purposes'],
    ['proof', 'signing', 'user_auth_required'],
    ['proof', 'sealing', 'purposes'],
  ])('a %s key does not pass as %s', async (made, claimed, rule) => {
    expect((await judgeKey({ role: made }, attestedPolicy, claimed)).failed[0]).toBe(rule)
  })

  test('a signing key may be used as a proof key: it asks for more', async () => {
    expect((await judgeKey({ role: 'signing' }, attestedPolicy, 'proof')).code).toBe('accepted')
  })

  test.each<[string, DescriptionSpec, keyof typeof keyRules]>([
    ['without padding', hardware({ 6: undefined }, 'sealing'), 'paddings'],
    ['PKCS #1 padding', hardware({ 6: numbers(4) }, 'sealing'), 'paddings'],
    ['PKCS #1 padding too', hardware({ 6: numbers(2, 4) }, 'sealing'), 'paddings'],
    ['also for signing', hardware({ 1: numbers(1, 2) }, 'sealing'), 'purposes'],
    ['also for unwrapping keys', hardware({ 1: numbers(1, 5) }, 'sealing'), 'purposes'],
    ['with SHA-1 alone', hardware({ 5: numbers(2) }, 'sealing'), 'digests'],
    [
      'usable without authentication',
      hardware({ 503: present(), 504: undefined }, 'sealing'),
      'authRequired',
    ],
    ['usable with the PIN', hardware({ 504: number(3) }, 'sealing'), 'authType'],
  ])('a sealing key %s is refused', async (_, description, rule) => {
    const { failed, code } = await judgeKey({ role: 'sealing', description }, attestedPolicy, 'sealing')
    expect(failed[0]).toBe(keyRules[rule].name)
    expect(code).toBe(keyRules[rule].code)
  })

  test.each<[string, DescriptionSpec]>([
    ['also for encrypting', hardware({ 1: numbers(0, 1) }, 'sealing')],
    ['with SHA-1 for MGF1', hardware({ 5: numbers(2, 4) }, 'sealing')],
  ])('a sealing key %s is accepted', async (_, description) => {
    expect((await judgeKey({ role: 'sealing', description }, attestedPolicy, 'sealing')).code).toBe(
      'accepted',
    )
  })

  const sealingKeys: readonly (readonly [string, Uint8Array, DescriptionSpec, string])[] = [
    ['of 2,047 bits', rsaKey(2047), hardware({ 3: number(2047) }, 'sealing'), 'key_type'],
    ['of 4,097 bits', rsaKey(4097), hardware({ 3: number(4097) }, 'sealing'), 'key_type'],
    [
      'that is elliptic',
      makeKeys().spki,
      hardware({ 2: number(3), 3: number(256), 10: number(1) }, 'sealing'),
      'key_type',
    ],
    ['of another size than described', rsaKey(3072), hardware({}, 'sealing'), 'key_matches_description'],
    ['described as elliptic', rsaKey(2048), hardware({ 2: number(3) }, 'sealing'), 'key_matches_description'],
  ]
  test.each(sealingKeys)('a sealing key %s is refused', async (_, spki, description, rule) => {
    const { failed } = await judge(
      attestedOptions(leafOf(spki, { role: 'sealing', description }), { role: 'sealing' }),
    )
    expect(failed).toEqual([rule])
  })

  test.each([2048, 4096])(
    'a sealing key of %i bits is accepted, with or without word of its size',
    async (bits) => {
      for (const size of [number(bits), undefined]) {
        const chain = leafOf(rsaKey(bits), { role: 'sealing', description: hardware({ 3: size }, 'sealing') })
        expect((await judge(attestedOptions(chain, { role: 'sealing' }))).code).toBe('accepted')
      }
    },
  )

  const described = hardware({ 3: undefined, 10: number(4) })
  test.each<[string, Uint8Array, DescriptionSpec, readonly string[]]>([
    ['Ed25519', edwardsKey(), described, ['key_type']],
    [
      'Ed25519 described on P-256',
      edwardsKey(),
      hardware({ 3: undefined }),
      ['key_matches_description', 'key_type'],
    ],
    [
      'Ed25519 described as RSA',
      edwardsKey(),
      hardware({ 2: number(1), 3: undefined, 10: number(4) }),
      ['key_matches_description', 'key_type'],
    ],
    [
      'ML-DSA described as RSA',
      mlDsaKey(),
      hardware({ 2: number(1), 3: undefined, 10: undefined }),
      ['key_matches_description', 'key_type'],
    ],
  ])('a signing key of %s is refused', async (_, spki, description, rules) => {
    expect((await judge(attestedOptions(leafOf(spki, { description })))).failed).toEqual(rules)
  })

  test.each<[string, Uint8Array, DescriptionSpec]>([
    ['EC P-384', makeKeys('p384').spki, hardware({ 3: number(384), 10: number(2) })],
    ['RSA', makeKeys('rsa2048').spki, hardware({ 2: number(1), 3: number(2048), 10: undefined })],
    ['ML-DSA (28)', mlDsaKey(), hardware({ 2: number(4), 3: undefined, 10: undefined, 11: number(1) })],
  ])('a signing key of %s is refused by its type, without a crash', async (_, spki, description) => {
    const chain = writeChain(
      chainSpecs({ description }).map((spec, at) => (at === 0 ? { ...spec, spki } : spec)),
    )
    for (const crypto of [createNodeCrypto(), createWebCrypto()]) {
      const outcome = await judge(attestedOptions(chain, { crypto }))
      expect(outcome).toMatchObject({ code: 'key_type_mismatch', failed: ['key_type'] })
    }
  })
})

/** A chain that certifies this key. */
function leafOf(spki: Uint8Array, options: ChainOptions): Uint8Array[] {
  return writeChain(chainSpecs(options).map((spec, at) => (at === 0 ? { ...spec, spki } : spec)))
}

/** A chain of the software key store, which names neither factory nor Google. */
function softwareChain(description: DescriptionSpec): Uint8Array[] {
  const subject = [[attribute.commonName, 'Software Attestation Intermediate']] as const
  const chain = chainSpecs({ kind: 'factory', description }).map((spec, at) =>
    at === 2 ? { ...spec, subject } : at === 1 ? { ...spec, issuer: subject } : spec,
  )
  return writeChain(chain)
}

/** SubjectPublicKeyInfo of an RSA key of so many bits; nobody has its private half. */
function rsaKey(bits: number): Uint8Array {
  const n = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  n[0] = 0xff >> (n.length * 8 - bits)
  const jwk = { kty: 'RSA', n: n.toString('base64url'), e: 'AQAB' }
  return new Uint8Array(createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' }))
}

function edwardsKey(): Uint8Array {
  return new Uint8Array(generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }))
}

/** SubjectPublicKeyInfo of ML-DSA-65, as attestations of Android 17 carry it; the key itself is zeros. */
function mlDsaKey(): Uint8Array {
  const head = Buffer.from('308207b2300b0609608648016503040312038207a100', 'hex')
  return Uint8Array.of(...head, ...new Uint8Array(1952))
}

describe('what the policy decides', () => {
  const policy = (change: Partial<AndroidKeyPolicy>): AndroidKeyPolicy => ({ ...attestedPolicy, ...change })

  test('a self-signed system with a listed boot key', async () => {
    const description = hardware({ 704: rootOfTrust({ state: 1 }) })
    const listed = policy({ selfSignedBootKeys: ['AB'.repeat(32)] })
    expect((await judgeKey({ description }, listed)).code).toBe('accepted')
    const unlocked = hardware({ 704: rootOfTrust({ state: 1, locked: false }) })
    expect((await judgeKey({ description: unlocked }, listed)).failed).toEqual(['device_locked'])
    // Nobody signed a system in these states, whatever key the bootloader names.
    for (const state of [2, 3]) {
      const unsigned = hardware({ 704: rootOfTrust({ state }) })
      expect((await judgeKey({ description: unsigned }, listed)).failed).toEqual(['verified_boot_state'])
    }
    const unlisted = policy({ selfSignedBootKeys: ['cd'.repeat(32)] })
    expect((await judgeKey({ description }, unlisted)).failed).toEqual(['verified_boot_state'])
  })

  test('PIN or biometric, for a time', async () => {
    const description = hardware({ 504: number(3), 505: number(30) })
    const methods = ['biometric', 'credential'] as const
    const loose = policy({ userAuthentication: { methods, maxTimeout: 60 } })
    const { attestation } = await judgeKey({ description }, loose)
    expect(attestation?.userAuthentication).toEqual({ required: true, methods, timeout: 30 })
    const exact = policy({ userAuthentication: { methods, maxTimeout: 30 } })
    expect((await judgeKey({ description }, exact)).code).toBe('accepted')
    const short = policy({ userAuthentication: { methods, maxTimeout: 29 } })
    expect((await judgeKey({ description }, short)).failed).toEqual(['user_auth_timeout'])
    const biometric = policy({ userAuthentication: { methods: ['biometric'], maxTimeout: 60 } })
    expect((await judgeKey({ description }, biometric)).failed).toEqual(['user_auth_type'])
  })

  const free = { required: false, methods: [], timeout: undefined }
  test.each<[string, DescriptionSpec, object]>([
    ['needs none', hardware({ 503: present(), 505: number(30) }), free],
    [
      'needs none, by the word of the system',
      software({ 503: present() }, hardware({ 505: number(30) })),
      free,
    ],
    ['names nothing that unlocks it', hardware({ 504: number(0) }), free],
    ['has no word on it', hardware({ 504: undefined }), free],
    [
      'is unlocked by anything',
      hardware({ 504: number(0xffffffff) }),
      { required: true, methods: ['biometric', 'credential'], timeout: undefined },
    ],
    [
      'is unlocked by what nobody knows',
      hardware({ 504: number(4) }),
      { required: true, methods: [], timeout: undefined },
    ],
  ])('says what unlocks a key that %s, where any will do', async (_, description, expected) => {
    const { code, attestation } = await judgeKey({ description }, policy({ userAuthentication: 'any' }))
    expect(code).toBe('accepted')
    expect(attestation?.userAuthentication).toEqual(expected)
  })

  test('software keys, and a hardware key by its own list all the same', async () => {
    const loose = policy({ securityLevel: 'software' })
    expect((await judgeKey({}, loose)).code).toBe('accepted')
    const { hardwareEnforced, softwareEnforced, ...rest } = describeKey()
    const description = {
      ...rest,
      attestationSecurityLevel: 0,
      keyMintSecurityLevel: 0,
      softwareEnforced: { ...softwareEnforced, ...hardwareEnforced },
      hardwareEnforced: {},
    }
    expect(await judge(attestedOptions(softwareChain(description), { policy: loose }))).toMatchObject({
      code: 'accepted',
      attestation: { securityLevel: 'software', provisioning: 'software' },
    })
    // Certificates of software speak for no hardware.
    expect(await judge(attestedOptions(softwareChain(describeKey()), { policy: loose }))).toMatchObject({
      failed: ['security_level_certified'],
    })
  })

  test('any of several signing certificates, in any writing, and a lowest version', async () => {
    const digest = Buffer.from(attestedApp.signer)
      .toString('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$&:')
    const application = { packageName: attestedApp.packageName, signerDigests: ['00'.repeat(32), digest] }
    const accepts = (minVersion: number) =>
      judgeKey({}, policy({ applications: [{ ...application, minVersion }] }))
    expect((await accepts(42)).code).toBe('accepted')
    expect(await accepts(43)).toMatchObject({
      code: 'app_identity_mismatch',
      failed: ['application_version'],
    })
  })

  test('a policy without apps refuses every app', async () => {
    expect(await judgeKey({}, androidPolicies.L2)).toMatchObject({
      failed: ['application_package', 'application_signer'],
    })
  })

  test('a digest of nothing matches no signer', async () => {
    const applications = [{ packageName: attestedApp.packageName, signerDigests: [''] }]
    const description = app([ours], [])
    expect((await judgeKey({ description }, policy({ applications }))).code).toBe('app_identity_mismatch')
  })

  test.each([
    ['osVersion', 160000, 160001, 705],
    ['osPatchLevel', 202611, 202612, 706],
    ['osPatchLevel', 20261100, 20261101, 706],
    ['vendorPatchLevel', 20261105, 20261106, 718],
    ['vendorPatchLevel', 202611, 202612, 718],
    ['bootPatchLevel', 20261105, 20261201, 719],
  ] as const)('a lowest %s of %i', async (name, met, unmet, tag) => {
    const minimum = (value: number) => policy({ minimums: { [name]: value } })
    expect((await judgeKey({}, minimum(met))).code).toBe('accepted')
    expect((await judgeKey({}, minimum(unmet))).code).toBe('patch_level_insufficient')
    expect((await judgeKey({ description: hardware({ [tag]: undefined }) }, minimum(met))).code).toBe(
      'patch_level_insufficient',
    )
  })

  test('a patch level that is none is below every minimum', async () => {
    const description = hardware({ 718: number(99999999) })
    expect((await judgeKey({ description }, policy({ minimums: { vendorPatchLevel: 201801 } }))).code).toBe(
      'patch_level_insufficient',
    )
  })

  test('a lowest attestation version', async () => {
    expect((await judgeKey({}, policy({ minAttestationVersion: 300 }))).code).toBe('accepted')
    expect((await judgeKey({}, policy({ minAttestationVersion: 400 }))).code).toBe(
      'attestation_version_refused',
    )
  })

  test('tags in ascending order, where asked', async () => {
    const chain = writeChain(chainSpecs())
    const strict = policy({ tagOrder: 'ascending' })
    expect((await judge(attestedOptions(chain, { policy: strict }))).code).toBe('accepted')
  })
})

describe('the assurance levels', () => {
  const app = attestedPolicy.applications
  const strongBox = { ...describeKey(), attestationSecurityLevel: 2, keyMintSecurityLevel: 2 }
  const unlocked = hardware({ 704: rootOfTrust({ locked: false, state: 2, bootKey: new Uint8Array(32) }) })
  const unauthenticated = hardware({ 503: present(), 504: undefined })
  const withPin = hardware({ 504: number(3) })

  test.each<[string, ChainOptions, Record<string, boolean>]>([
    [
      'StrongBox, remote',
      { description: strongBox, level: 'StrongBox' },
      { W: true, L1: true, L2: true, R: true },
    ],
    [
      'StrongBox, factory',
      { description: strongBox, level: 'StrongBox', kind: 'factory' },
      { W: true, L1: true, L2: true, R: false },
    ],
    ['TEE', {}, { W: true, L1: true, L2: true, R: false }],
    ['TEE, PIN allowed', { description: withPin }, { W: true, L1: true, L2: false, R: false }],
    ['TEE, unlocked device', { description: unlocked }, { W: true, L1: true, L2: false, R: false }],
    ['TEE, no authentication', { description: unauthenticated }, { W: true, L1: false, L2: false, R: false }],
  ])('%s', async (_, options, expected) => {
    for (const [level, passes] of Object.entries(expected)) {
      const applications = level === 'W' ? ('any' as const) : app
      const policy = { ...androidPolicies[level as 'W'], applications }
      expect([level, (await judgeKey(options, policy)).code === 'accepted']).toEqual([level, passes])
    }
  })
})

test('every rule of a key has a key that breaks it', () => {
  const elsewhere = [
    'tagOrder',
    'keyType',
    'paddings',
    'appVersion',
    'attestKey',
    'osVersion',
    'osPatchLevel',
    'vendorPatchLevel',
    'bootPatchLevel',
  ]
  const tested = new Set([...refusals.map(([rule]) => rule as string), ...elsewhere])
  expect(Object.keys(keyRules).filter((rule) => !tested.has(rule))).toEqual([])
})
