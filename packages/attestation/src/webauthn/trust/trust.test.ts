import type { CborValue } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import { attestedApp, authorityRoot } from '../../../../../test/support/android-authority/authority.ts'
import {
  attribute,
  basicConstraints,
  type CertificateSpec,
  type ExtensionSpec,
  keyUsage,
  writeCertificate,
} from '../../../../../test/support/android-authority/certificate.ts'
import {
  challenge,
  flags,
  forgeRegistration,
  makeKey,
  origin,
  type RegistrationSpec,
  rpId,
  selfStatement,
  type ToAttest,
} from '../../../../../test/support/webauthn/forge.ts'
import {
  androidStatement,
  appleStatement,
  attestationKey,
  attestationTime,
  type CertificateChanges,
  issuerPrivateKey,
  makerRoot,
  packedStatement,
  packedSubject,
  u2fStatement,
} from '../../../../../test/support/webauthn/statements.ts'
import { parseStatusList } from '../../android/index.ts'
import { createWebCrypto } from '../../crypto/webcrypto/index.ts'
import { toHex } from '../../internal/bytes.ts'
import { androidPolicies } from '../../policy/android.ts'
import { registrationPolicies } from '../policies.ts'
import type {
  MetadataEntry,
  RegistrationPolicy,
  TrustOptions,
  VerifiedRegistration,
  VerifyRegistrationOptions,
} from '../types.ts'
import { verifyRegistration } from '../verify-registration.ts'
import { readRoots } from './roots.ts'

interface Situation {
  readonly format?: string
  readonly statement?: (toAttest: ToAttest) => CborValue
  readonly spec?: RegistrationSpec
  readonly policy?: RegistrationPolicy
  readonly trust?: Partial<TrustOptions>
  readonly issuedAt?: Date
  readonly userVerification?: 'required' | 'preferred'
}

function optionsOf(situation: Situation): VerifyRegistrationOptions {
  const { format = 'packed', statement = packedStatement(), spec, policy, trust } = situation
  return {
    response: forgeRegistration({ format, statement, ...spec }),
    expected: {
      challenge,
      origins: [origin],
      rpId,
      userVerification: situation.userVerification ?? 'required',
    },
    policy: {
      formats: ['none', 'packed', 'fido-u2f', 'android-key', 'compound'],
      attestation: 'trusted',
      ...policy,
    },
    trust: { roots: [makerRoot], testOnly: true, ...trust },
    issuedAt: situation.issuedAt ?? attestationTime,
    now: attestationTime,
  }
}

const verify = (situation: Situation): Promise<VerifiedRegistration> =>
  verifyRegistration(optionsOf(situation))
const chain = (changes: CertificateChanges): Situation => ({ statement: packedStatement(changes) })
const day = 86_400_000
const daysFromNow = (days: number): Date => new Date(attestationTime.getTime() + days * day)

const strangerKey = makeKey('P-384')
/** A root with the name of the maker's and another key. */
const lookAlike = writeCertificate({
  serial: 1,
  issuer: [['2.5.4.3', 'Keybound Test Maker Root']],
  subject: [['2.5.4.3', 'Keybound Test Maker Root']],
  notBefore: daysFromNow(-1000),
  notAfter: daysFromNow(1000),
  spki: strangerKey.spki,
  extensions: [basicConstraints(true), keyUsage('keyCertSign')],
  signer: strangerKey.privateKey,
  hash: 'sha384',
})

/** A certificate of the attestation key that it signed itself, as some models are known by. */
const configuredLeaf = writeCertificate({
  serial: 99,
  issuer: packedSubject(attribute.country, 'SE'),
  subject: packedSubject(attribute.country, 'SE'),
  notBefore: daysFromNow(-1),
  notAfter: daysFromNow(1),
  spki: attestationKey.spki,
  extensions: [basicConstraints(false)],
  signer: attestationKey.privateKey,
})
const rootOf = (
  extensions: readonly ExtensionSpec[],
  key = strangerKey,
  changes: Partial<CertificateSpec> = {},
): Uint8Array =>
  writeCertificate({
    serial: 1,
    issuer: [[attribute.commonName, 'Keybound Test Maker Root']],
    subject: [[attribute.commonName, 'Keybound Test Maker Root']],
    notBefore: daysFromNow(-1000),
    notAfter: daysFromNow(1000),
    spki: key.spki,
    extensions,
    signer: key.privateKey,
    hash: 'sha384',
    ...changes,
  })
/** A path below the stranger's key: as its root, if that is configured, or as a root of the sender's own making. */
const belowStranger = (tail: readonly Uint8Array[]): Situation =>
  chain({
    issuer: { signer: strangerKey.privateKey },
    chain: (path) => [...path, ...tail],
  })
const strangerRoot = rootOf([basicConstraints(true)])

describe('a path of certificates', () => {
  test.each<[string, Situation]>([
    ['without its root', {}],
    ['with its root, though that has ended', chain({ chain: (path) => [...path, makerRoot] })],
    [
      'to a leaf that is configured itself',
      { ...chain({ chain: () => [configuredLeaf] }), trust: { roots: [configuredLeaf] } },
    ],
    ['on the first second of a certificate', { issuedAt: daysFromNow(-365) }],
    ['on the last second of a certificate', { issuedAt: daysFromNow(365) }],
    [
      'of version 1, which cannot say that it is a CA',
      { ...belowStranger([]), trust: { roots: [rootOf([], strangerKey, { version: 1 })] } },
    ],
    ['whose issuer has no key usage', chain({ issuer: { extensions: [basicConstraints(true)] } })],
  ])('leads to the root %s', async (_, situation) => {
    const options = optionsOf(situation)
    const verdict = await verifyRegistration(options)
    expect(verdict).toMatchObject({ attestationType: 'basic', level: 'L1' })
    expect(await verifyRegistration({ ...options, crypto: createWebCrypto() })).toEqual(verdict)
  })

  const unknownCritical = { id: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }
  const invalid = 'attestation_chain_invalid'
  test.each<[string, Situation, string, string]>([
    [
      'a root with the right name and another key',
      { trust: { roots: [lookAlike] } },
      'attestation_untrusted',
      'step 24',
    ],
    ['a look-alike root in the path', chain({ chain: (path) => [...path, lookAlike] }), invalid, '(a)(1)'],
    [
      'no issuer for the leaf',
      chain({ chain: ([leaf]) => [leaf as Uint8Array] }),
      'attestation_untrusted',
      'step 24',
    ],
    [
      'swapped certificates',
      chain({ chain: ([leaf, issuer]) => [issuer as Uint8Array, leaf as Uint8Array] }),
      'attestation_statement_invalid',
      '§8.2',
    ],
    [
      'a certificate twice',
      chain({ chain: ([leaf, issuer]) => [leaf, leaf, issuer] as Uint8Array[] }),
      invalid,
      '(a)(4)',
    ],
    ['a leaf signed by another key', chain({ leaf: { signer: strangerKey.privateKey } }), invalid, '(a)(1)'],
    [
      'an issuer signed by another key',
      chain({ issuer: { signer: strangerKey.privateKey } }),
      'attestation_untrusted',
      'step 24',
    ],
    [
      'a leaf with another issuer name',
      chain({ leaf: { issuer: [['2.5.4.3', 'Someone']] } }),
      invalid,
      '(a)(4)',
    ],
    [
      'an issuer that is no CA',
      chain({ issuer: { extensions: [basicConstraints(false), keyUsage('keyCertSign')] } }),
      invalid,
      '(k)',
    ],
    [
      'an issuer without constraints',
      chain({ issuer: { extensions: [keyUsage('keyCertSign')] } }),
      invalid,
      '(k)',
    ],
    [
      'an issuer that may not sign certificates',
      chain({ issuer: { extensions: [basicConstraints(true), keyUsage('digitalSignature')] } }),
      invalid,
      '(n)',
    ],
    [
      'an unknown critical extension in the leaf',
      chain({ leaf: { extensions: [basicConstraints(false), unknownCritical] } }),
      invalid,
      '§4.2',
    ],
    [
      'an unknown critical extension in the issuer',
      chain({ issuer: { extensions: [basicConstraints(true), unknownCritical] } }),
      invalid,
      '§4.2',
    ],
    [
      'a leaf that ended',
      chain({ leaf: { notAfter: daysFromNow(-1) } }),
      'attestation_chain_expired',
      '(a)(2)',
    ],
    [
      'a leaf from the future',
      chain({ leaf: { notBefore: daysFromNow(1) } }),
      'attestation_chain_expired',
      '(a)(2)',
    ],
    [
      'an issuer that ended',
      chain({ issuer: { notAfter: daysFromNow(-1) } }),
      'attestation_chain_expired',
      '(a)(2)',
    ],
    [
      'an issuer that ended, with the root',
      chain({ issuer: { notAfter: daysFromNow(-1) }, chain: (path) => [...path, makerRoot] }),
      'attestation_chain_expired',
      '(a)(2)',
    ],
    ['more issuers than an issuer allows', tooLong(), invalid, '(l)'],
    [
      'more issuers than an issuer allows, under a root that allows any number',
      tooLong({ issuer: { signer: strangerKey.privateKey }, roots: [strangerRoot] }),
      invalid,
      '(l)',
    ],
    [
      'a root with the right key and another name',
      {
        ...belowStranger([]),
        trust: {
          roots: [
            rootOf([basicConstraints(true)], strangerKey, {
              subject: [[attribute.commonName, 'Keybound Test Other Root']],
            }),
          ],
        },
      },
      'attestation_untrusted',
      'step 24',
    ],
    [
      'a leaf that has but the key of one that is configured',
      {
        ...chain({ chain: ([leaf]) => [leaf as Uint8Array] }),
        trust: { roots: [configuredLeaf] },
      },
      'attestation_untrusted',
      'step 24',
    ],
    [
      'a root that is no CA',
      { ...belowStranger([]), trust: { roots: [rootOf([basicConstraints(false)])] } },
      invalid,
      '(k)',
    ],
    [
      'a root that is no CA, sent as one',
      { ...belowStranger([strangerRoot]), trust: { roots: [rootOf([])] } },
      invalid,
      '(k)',
    ],
    [
      'more issuers than the root allows',
      { ...belowStranger([]), trust: { roots: [rootOf([basicConstraints(true, 0)])] } },
      invalid,
      '(l)',
    ],
    [
      'more issuers than the root allows, sent without its limit',
      { ...belowStranger([strangerRoot]), trust: { roots: [rootOf([basicConstraints(true, 0)])] } },
      invalid,
      '(l)',
    ],
    ['test roots without testOnly', { trust: { testOnly: false } }, 'attestation_untrusted', 'step 24'],
    ['no roots', { trust: { roots: [] } }, 'attestation_untrusted', 'step 24'],
    ['a time that is none', { issuedAt: new Date(Number.NaN) }, 'attestation_chain_expired', '(a)(2)'],
    [
      'metadata whose root is no base64',
      {
        trust: {
          metadata: [
            {
              aaguid: '00000000-0000-0000-0000-000000000000',
              metadataStatement: { attestationRootCertificates: ['!'] },
            },
          ],
        },
      },
      'certificate_malformed',
      'FIDO Metadata',
    ],
    ['an unreadable root', { trust: { roots: [new Uint8Array(9)] } }, 'certificate_malformed', 'RFC 5280'],
  ])('refuses %s', async (_, situation, code, rule) => {
    await expect(verify(situation)).rejects.toMatchObject({
      name: 'AttestationError',
      code,
      rule: expect.stringContaining(rule),
    })
  })

  test('dates are judged when it was issued, not when it is judged', async () => {
    const options = optionsOf({})
    expect(await verifyRegistration({ ...options, now: daysFromNow(20_000) })).toMatchObject({ level: 'L1' })
    const late = verifyRegistration({ ...options, issuedAt: daysFromNow(20_000) })
    await expect(late).rejects.toMatchObject({ code: 'attestation_chain_expired' })
    await expect(late).rejects.toThrow('expected 2081-08-25T12:00:00.000Z to lie between 2025-11-22')
    await expect(verify({ issuedAt: new Date(Number.NaN) })).rejects.toThrow('expected no time to lie')
  })

  test('what a path that leads nowhere is worth is for the policy to say', async () => {
    const nowhere = { trust: { roots: [lookAlike] } }
    const unconfigured = { trust: { roots: [] } }
    const attestation = (value: 'optional' | 'any' | 'trusted') => ({ policy: { attestation: value } })
    expect(await verify({ ...nowhere, ...attestation('any') })).toMatchObject({ level: 'W' })
    expect(await verify({ ...unconfigured, ...attestation('optional') })).toMatchObject({ level: 'W' })
    await expect(verify({ ...nowhere, ...attestation('optional') })).rejects.toMatchObject({
      code: 'attestation_untrusted',
    })
    await expect(verify({ ...unconfigured, ...attestation('trusted') })).rejects.toMatchObject({
      code: 'attestation_untrusted',
    })
  })

  test('the key of a root, put into a leaf that nobody signed, is no proof', async () => {
    const rootKey = makeKey()
    const root = rootOf([basicConstraints(true)], rootKey)
    const unsigned = appleStatement({
      leaf: { spki: rootKey.spki, signer: strangerKey.privateKey },
      chain: ([leaf]) => [leaf as Uint8Array],
    })
    await expect(
      verify({
        format: 'apple',
        statement: unsigned,
        spec: { key: rootKey },
        policy: { formats: ['apple'] },
        trust: { roots: [root] },
      }),
    ).rejects.toMatchObject({ code: 'attestation_untrusted' })
  })

  test('a root whose private key is published counts in tests only, whatever its name', () => {
    // The public half of the software root's P-256 key in the Android source tree.
    const spki = Buffer.from(
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7l1ex+HA220Dpn7mthvsTWpdamguD/9/SQ59dx9EIm29sa/6FsvHrcV30lacqrewLVQBXT5DKyqO107sSHVBpA==',
      'base64',
    )
    // That of the root in the test vectors of WebAuthn L3 §16.
    const printed = Buffer.from(
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMmkwDl/3tpkBX3DPgKh2O/cFvC4q8MGznP9xi3w1iAyjDzGQeNkbAziaAG/fyKHc2E7foH0wqhNHSiSKDatbqg==',
      'base64',
    )
    const subject = [[attribute.commonName, 'Maker Root']] as const
    for (const published of [spki, printed]) {
      const root = rootOf([basicConstraints(true)], strangerKey, { subject, spki: new Uint8Array(published) })
      expect(readRoots([root])).toEqual([])
      expect(readRoots([root], true)).toHaveLength(1)
    }
  })

  test('a root counts in tests only where any part of its name is the word test', () => {
    const counts = (...names: readonly string[]) => {
      const subject = names.map((name) => [attribute.commonName, name] as const)
      return readRoots([rootOf([basicConstraints(true)], strangerKey, { subject })]).length === 1
    }
    expect(counts('Maker Root', 'Attestation')).toBe(true)
    expect(counts('Maker Root', 'For TEST use')).toBe(false)
    expect(counts('Latest Root')).toBe(true)
  })

  test('a word for attestation that is none of the three asks for proof', async () => {
    const policy = { attestation: 'direct' as 'trusted' }
    await expect(verify({ statement: selfStatement(), policy })).rejects.toMatchObject({
      code: 'attestation_required',
    })
    await expect(verify({ trust: { roots: [] }, policy })).rejects.toMatchObject({
      code: 'attestation_untrusted',
    })
  })

  test('a broken path is refused even where nothing is asked of it', async () => {
    const broken = chain({ leaf: { signer: strangerKey.privateKey } })
    await expect(verify({ ...broken, policy: { attestation: 'any' } })).rejects.toMatchObject({
      code: invalid,
    })
  })
})

describe('the level', () => {
  test('a key that may leave its device is a web credential, whoever attests it', async () => {
    const backup = { authenticatorData: { flags: flags.up | flags.uv | flags.be } }
    expect(await verify({ spec: backup })).toMatchObject({ level: 'W', attestationType: 'basic' })
  })

  test('compound: the strongest statement counts', async () => {
    const statement = (toAttest: ToAttest): CborValue => [
      new Map<string, CborValue>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
      ]),
      new Map<string, CborValue>([
        ['fmt', 'packed'],
        ['attStmt', packedStatement()(toAttest)],
      ]),
    ]
    const compound = { format: 'compound', statement }
    expect(await verify({ ...compound, policy: { attestation: 'optional' } })).toMatchObject({ level: 'L1' })
    expect(await verify({ ...compound, policy: { compound: 'any' } })).toMatchObject({
      attestationType: 'basic',
    })
    await expect(verify(compound)).rejects.toMatchObject({ code: 'attestation_required' })
  })
})

const aaguid = Uint8Array.from({ length: 16 }, (_, at) => at)
const model: MetadataEntry = {
  aaguid: '00010203-0405-0607-0809-0A0B0C0D0E0F',
  metadataStatement: {
    description: 'Maker Key',
    attestationRootCertificates: [Buffer.from(makerRoot).toString('base64')],
    keyProtection: ['hardware', 'secure_element'],
    userVerificationDetails: [[{ userVerificationMethod: 'fingerprint_internal' }]],
  },
  statusReports: [{ status: 'FIDO_CERTIFIED_L2', effectiveDate: '2024-01-01' }],
}
const statement = (changes: MetadataEntry['metadataStatement']): MetadataEntry => ({
  ...model,
  metadataStatement: { ...model.metadataStatement, ...changes },
})
const known = (entry: MetadataEntry, roots: readonly Uint8Array[] = []): Situation => ({
  spec: { aaguid },
  trust: { roots, metadata: [{ aaguid: '11111111-1111-1111-1111-111111111111' }, entry] },
})

describe('the policies of the levels', () => {
  const { W, L1, L2, R } = registrationPolicies
  const byMetadata = known(model)

  test('take what proves their level', async () => {
    expect(await verify({ policy: L1 })).toMatchObject({ level: 'L1' })
    expect(await verify({ ...byMetadata, policy: L2 })).toMatchObject({ level: 'L2' })
    const none = { ...optionsOf({}), response: forgeRegistration(), policy: W }
    expect(await verifyRegistration(none)).toMatchObject({ level: 'W' })
  })

  test.each<[string, Situation, string]>([
    ['hardware without metadata at L2', { policy: L2 }, 'attestation_required'],
    [
      'a key that may leave its device at L1',
      { policy: L1, spec: { authenticatorData: { flags: flags.up | flags.uv | flags.be } } },
      'attestation_required',
    ],
    ['self attestation at L1', { policy: L1, statement: selfStatement() }, 'attestation_required'],
    [
      'no attestation at L1',
      { policy: L1, format: 'none', statement: () => new Map() },
      'attestation_format_unsupported',
    ],
    ['a security key at R', { policy: R }, 'attestation_format_unsupported'],
    [
      'a phone before its apps are filled in',
      { policy: L1, format: 'android-key', statement: androidStatement(), trust: { roots: [authorityRoot] } },
      'app_identity_mismatch',
    ],
  ])('refuse %s', async (_, situation, code) => {
    await expect(verify(situation)).rejects.toMatchObject({ code })
  })
})

describe('FIDO metadata', () => {
  test('the roots of the model count, and its biometric-only hardware is level L2', async () => {
    expect(await verify(known(model))).toMatchObject({ level: 'L2' })
  })

  test('a model without roots is trusted by nobody', async () => {
    const { metadataStatement: _, ...silent } = model
    for (const attestation of ['optional', 'trusted'] as const) {
      await expect(verify({ ...known(silent), policy: { attestation } })).rejects.toMatchObject({
        code: 'attestation_untrusted',
      })
    }
  })

  test('hardware beside what is said of its handles is hardware', async () => {
    const remote = statement({ keyProtection: ['remote_handle', 'secure_element'] })
    expect(await verify(known(remote))).toMatchObject({ level: 'L2' })
  })

  test('the roots of the model count and no others', async () => {
    const other = statement({ attestationRootCertificates: [Buffer.from(lookAlike).toString('base64')] })
    await expect(verify(known(other, [makerRoot]))).rejects.toMatchObject({ code: 'attestation_untrusted' })
    await expect(
      verify({ ...known(other, [makerRoot]), policy: { attestation: 'optional' } }),
    ).rejects.toMatchObject({
      code: 'attestation_untrusted',
    })
    expect(await verify({ ...known(other, [makerRoot]), spec: {} })).toMatchObject({ level: 'L1' })
  })

  test.each<[string, MetadataEntry]>([
    [
      'a PIN among the methods',
      statement({
        userVerificationDetails: [
          [{ userVerificationMethod: 'fingerprint_internal' }],
          [{ userVerificationMethod: 'passcode_internal' }],
        ],
      }),
    ],
    ['no methods', statement({ userVerificationDetails: [] })],
    ['keys in software', statement({ keyProtection: ['software'] })],
    [
      'no word on either',
      {
        ...model,
        metadataStatement: { attestationRootCertificates: [Buffer.from(makerRoot).toString('base64')] },
      },
    ],
  ])('%s: level L1', async (_, entry) => {
    expect(await verify(known(entry))).toMatchObject({ level: 'L1' })
  })

  test('a biometric together with a PIN is still a biometric', async () => {
    const both = [
      [{ userVerificationMethod: 'passcode_internal' }, { userVerificationMethod: 'faceprint_internal' }],
    ]
    expect(await verify(known(statement({ userVerificationDetails: both })))).toMatchObject({ level: 'L2' })
  })

  test.each([
    'REVOKED',
    'USER_VERIFICATION_BYPASS',
    'ATTESTATION_KEY_COMPROMISE',
    'USER_KEY_REMOTE_COMPROMISE',
    'USER_KEY_PHYSICAL_COMPROMISE',
  ])('a report %s refuses under every policy', async (status) => {
    for (const effectiveDate of ['2026-11-22', undefined, 'some day']) {
      const report = effectiveDate === undefined ? { status } : { status, effectiveDate }
      const entry = { ...model, statusReports: [...(model.statusReports ?? []), report] }
      await expect(verify({ ...known(entry), policy: { attestation: 'any' } })).rejects.toMatchObject({
        code: 'attestation_revoked',
      })
    }
    const from = (effectiveDate: string) => known({ ...model, statusReports: [{ status, effectiveDate }] })
    expect(await verify(from('2026-11-23'))).toMatchObject({ level: 'L2' })
    await expect(verify(from(attestationTime.toISOString()))).rejects.toThrow(
      `Unexpected status ${status} of Maker Key,`,
    )
  })

  test('U2F models are found by their key', async () => {
    const keyId = toHex(await createWebCrypto().hash('sha1', attestationKey.spki.subarray(26)))
    const { aaguid: _, ...entry } = { ...model, attestationCertificateKeyIdentifiers: [keyId] }
    const u2f: Situation = {
      format: 'fido-u2f',
      statement: u2fStatement(),
      spec: { authenticatorData: { flags: flags.up } },
      userVerification: 'preferred',
      trust: { roots: [], metadata: [entry] },
    }
    expect(await verify(u2f)).toMatchObject({ level: 'L1' })
    // The AAGUID is not signed, so an entry that is known by it alone says nothing here.
    const byModel = { ...u2f, spec: { ...u2f.spec, aaguid }, trust: { roots: [], metadata: [model] } }
    await expect(verify(byModel)).rejects.toMatchObject({ code: 'attestation_untrusted' })
    const revoked = { ...entry, statusReports: [{ status: 'REVOKED' }] }
    await expect(
      verify({ ...u2f, trust: { roots: [makerRoot], metadata: [revoked] } }),
    ).rejects.toMatchObject({
      code: 'attestation_revoked',
    })
  })
})

describe('android-key under a policy', () => {
  const application = { packageName: attestedApp.packageName, signerDigests: [toHex(attestedApp.signer)] }
  const policy = { ...androidPolicies.L2, applications: [application] }
  const trust = {
    roots: [authorityRoot],
    status: parseStatusList('{"entries":{}}'),
    statusFetchedAt: attestationTime,
    testOnly: true,
  }
  const situation = (
    changes: Parameters<typeof androidStatement>[0] = {},
    attestation: 'trusted' | 'any' = 'trusted',
  ): Situation => ({
    format: 'android-key',
    statement: androidStatement(changes),
    policy: { attestation, android: { policy, level: 'L2' } },
    trust: { roots: [], testOnly: false, android: trust },
  })

  test('what satisfies it has its level, and says that test trust was behind it', async () => {
    const verdict = await verify(situation())
    expect(verdict).toMatchObject({ level: 'L2', testOnly: true })
    expect(verdict.android?.application.packages).toEqual([
      { name: attestedApp.packageName, version: attestedApp.version },
    ])
  })

  test('a key that may be backed up is a web credential, whatever its chain says', async () => {
    const backup = { authenticatorData: { flags: flags.up | flags.uv | flags.be } }
    expect(await verify({ ...situation(), spec: backup })).toMatchObject({ level: 'W' })
  })

  test('what does not is refused with the code of its rule, whatever attestation says', async () => {
    const software = situation(
      {
        description: (description) => ({
          ...description,
          attestationSecurityLevel: 0,
          keyMintSecurityLevel: 0,
        }),
      },
      'any',
    )
    await expect(verify(software)).rejects.toMatchObject({ code: 'key_security_level_insufficient' })
  })
})

interface TooLong {
  readonly issuer?: Partial<CertificateSpec>
  readonly roots?: readonly Uint8Array[]
}

/** The issuer allows no issuer below it, and there is one. */
function tooLong({ issuer: changes = {}, roots = [makerRoot] }: TooLong = {}): Situation {
  const middle = makeKey()
  const name = [['2.5.4.3', 'Middle']] as const
  const between = writeCertificate({
    serial: 50,
    issuer: [['2.5.4.3', 'Keybound Test Maker Issuer']],
    subject: name,
    notBefore: daysFromNow(-1),
    notAfter: daysFromNow(1),
    spki: middle.spki,
    extensions: [basicConstraints(true), keyUsage('keyCertSign')],
    signer: issuerPrivateKey,
  })
  const path = chain({
    leaf: { issuer: name, signer: middle.privateKey },
    issuer: changes,
    chain: ([leaf, issuer]) => [leaf, between, issuer] as Uint8Array[],
  })
  return { ...path, trust: { roots } }
}
