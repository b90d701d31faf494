import { type CborValue, encodeBase64Url } from '@keybound/protocol/encoding'
import { describe, expect, test } from 'vitest'
import { attestedApp, authorityRoot } from '../../../../../test/support/android-authority/authority.ts'
import { attribute, basicConstraints } from '../../../../../test/support/android-authority/certificate.ts'
import { tagValue } from '../../../../../test/support/android-authority/index.ts'
import {
  challenge,
  concat,
  credentialKey,
  flags,
  forgeRegistration,
  makeKey,
  makeRsaKey,
  origin,
  type RegistrationSpec,
  rpId,
  sha256,
  signWith,
  type ToAttest,
} from '../../../../../test/support/webauthn/forge.ts'
import {
  aaguidExtension,
  aikPurpose,
  androidStatement,
  appleStatement,
  attestationKey,
  attestationTime,
  makerRoot,
  packedStatement,
  packedSubject,
  tpmAttributes,
  tpmName,
  tpmStatement,
  u2fStatement,
} from '../../../../../test/support/webauthn/statements.ts'
import { createNodeCrypto } from '../../crypto/node/index.ts'
import type { CryptoPort } from '../../crypto/port.ts'
import { contextTag, DerReader, writeElement, writeOctetString, writeSequence } from '../../der/index.ts'
import type {
  ExpectedRegistration,
  RegistrationPolicy,
  StatementFormat,
  TrustOptions,
  VerifiedRegistration,
  VerifyRegistrationOptions,
} from '../types.ts'
import { verifyRegistration } from '../verify-registration.ts'

interface Situation {
  readonly statement: (toAttest: ToAttest) => CborValue
  readonly spec?: RegistrationSpec
  readonly expected?: Partial<ExpectedRegistration>
  readonly policy?: RegistrationPolicy
  readonly trust?: Partial<TrustOptions>
}

function optionsOf(format: StatementFormat, situation: Situation): VerifyRegistrationOptions {
  return {
    response: forgeRegistration({ format, statement: situation.statement, ...situation.spec }),
    expected: { challenge, origins: [origin], rpId, ...situation.expected },
    policy: { formats: [format], attestation: 'trusted', ...situation.policy },
    trust: { roots: [makerRoot], testOnly: true, ...situation.trust },
    issuedAt: attestationTime,
    now: attestationTime,
  }
}

function verify(format: StatementFormat, situation: Situation): Promise<VerifiedRegistration> {
  return verifyRegistration(optionsOf(format, situation))
}

type Attack = readonly [name: string, situation: Situation, rule: string]

/** Each attack must be refused as an invalid statement, by the rule that is named. */
function refuses(format: StatementFormat, attacks: readonly Attack[]): void {
  test.each(attacks)(`${format} refuses %s`, async (_, situation, rule) => {
    await expect(verify(format, situation)).rejects.toMatchObject({
      name: 'AttestationError',
      code: 'attestation_statement_invalid',
      rule: expect.stringContaining(rule),
    })
  })
}

const aaguid = sha256('model').subarray(0, 16)

describe('packed (§8.2)', () => {
  test('a certified key proves hardware', async () => {
    expect(await verify('packed', { statement: packedStatement() })).toMatchObject({
      format: 'packed',
      attestationType: 'basic',
      level: 'L1',
      testOnly: true,
    })
  })

  test('a certificate of the model itself', async () => {
    const extensions = [basicConstraints(false), aaguidExtension(aaguid)]
    const statement = packedStatement({ leaf: { extensions } })
    expect(await verify('packed', { statement, spec: { aaguid } })).toMatchObject({ level: 'L1' })
  })

  test('an attestation key of another algorithm than the credential', async () => {
    const signer = makeRsaKey()
    const statement = packedStatement({ signer, leaf: { spki: signer.spki }, members: { alg: -257 } })
    expect(await verify('packed', { statement })).toMatchObject({ level: 'L1' })
  })

  const subject = (type: string, value: string | undefined): Situation => ({
    statement: packedStatement({ leaf: { subject: packedSubject(type, value) } }),
  })
  refuses('packed', [
    ['an empty x5c (53)', { statement: packedStatement({ chain: () => [] }) }, '§8.2'],
    ['an x5c of nine', { statement: packedStatement({ chain: ([first]) => Array(9).fill(first) }) }, '§8.2'],
    ['an x5c that is no array', { statement: packedStatement({ members: { x5c: makerRoot } }) }, '§8.2'],
    ['an x5c that is text', { statement: packedStatement({ members: { x5c: 'certificate' } }) }, '§8.2'],
    [
      'a certificate that is no bytes',
      { statement: packedStatement({ chain: () => ['certificate'] }) },
      '§8.2',
    ],
    ['a signature by the credential key', { statement: packedStatement({ signer: credentialKey }) }, '§8.2'],
    [
      'a signature over other data',
      { statement: packedStatement({ members: { sig: signWith(attestationKey, sha256('')) } }) },
      '§8.2',
    ],
    [
      'alg of another curve than the certified key',
      { statement: packedStatement({ members: { alg: -35 } }) },
      '§8.2',
    ],
    [
      'alg of another type than the certified key',
      { statement: packedStatement({ members: { alg: -257 } }) },
      '§8.2',
    ],
    ['an unknown alg', { statement: packedStatement({ members: { alg: -65535 } }) }, '§8.2'],
    ['alg as text', { statement: packedStatement({ members: { alg: 'ES256' } }) }, '§8.2'],
    ['the number of alg as text', { statement: packedStatement({ members: { alg: '-7' } }) }, '§8.2'],
    [
      'alg of a name that every object has',
      { statement: packedStatement({ members: { alg: 'toString' } }) },
      '§8.2',
    ],
    ['no sig', { statement: packedStatement({ members: { sig: undefined } }) }, '§8.2'],
    ['a subject without country', subject(attribute.country, undefined), '§8.2.1'],
    ['a country that is no code', subject(attribute.country, 'Sweden'), '§8.2.1'],
    ['a subject without maker', subject(attribute.organization, undefined), '§8.2.1'],
    ['a subject without unit', subject(attribute.organizationalUnit, undefined), '§8.2.1'],
    ['another unit', subject(attribute.organizationalUnit, 'authenticator attestation'), '§8.2.1'],
    ['a subject without name', subject(attribute.commonName, undefined), '§8.2.1'],
    ...[attribute.country, attribute.organization, attribute.commonName].map(
      (type): Attack => [
        `a subject with attribute ${type} twice`,
        {
          statement: packedStatement({
            leaf: { subject: [...packedSubject('', undefined), [type, 'NO']] },
          }),
        },
        '§8.2.1',
      ],
    ),
    ['a leaf of version 1', { statement: packedStatement({ leaf: { version: 1 } }) }, '§8.2.1'],
    [
      'a CA as leaf',
      { statement: packedStatement({ leaf: { extensions: [basicConstraints(true)] } }) },
      '§8.2.1',
    ],
    [
      'a leaf that does not say it is no CA',
      { statement: packedStatement({ leaf: { extensions: [] } }) },
      '§8.2.1',
    ],
    [
      'a certificate of another model',
      {
        statement: packedStatement({
          leaf: { extensions: [basicConstraints(false), aaguidExtension(aaguid)] },
        }),
      },
      '§8.2.1',
    ],
    [
      'a critical model extension',
      {
        statement: packedStatement({
          leaf: { extensions: [basicConstraints(false), aaguidExtension(aaguid, true)] },
        }),
        spec: { aaguid },
      },
      '§8.2.1',
    ],
    [
      'a byte after the model',
      {
        statement: packedStatement({
          leaf: {
            extensions: [
              basicConstraints(false),
              { ...aaguidExtension(aaguid), value: Uint8Array.of(...writeOctetString(aaguid), 0) },
            ],
          },
        }),
        spec: { aaguid },
      },
      '§8.2.1',
    ],
    [
      'a model that is not wrapped twice',
      {
        statement: packedStatement({
          leaf: { extensions: [basicConstraints(false), { ...aaguidExtension(aaguid), value: aaguid }] },
        }),
        spec: { aaguid },
      },
      '§8.2.1',
    ],
  ])

  test('an x5c of eight is read, and its path judged', async () => {
    const statement = packedStatement({ chain: ([first]) => Array(8).fill(first) })
    await expect(verify('packed', { statement })).rejects.toMatchObject({ code: 'attestation_chain_invalid' })
  })

  test('a certificate that is none', async () => {
    const statement = packedStatement({ chain: () => [Uint8Array.of(0x30, 0)] })
    await expect(verify('packed', { statement })).rejects.toMatchObject({ code: 'certificate_malformed' })
  })
})

describe('fido-u2f (§8.6)', () => {
  const touched = { authenticatorData: { flags: flags.up } }
  const preferred = { userVerification: 'preferred' } as const
  const u2f = (
    changes: Parameters<typeof u2fStatement>[0] = {},
    spec: RegistrationSpec = touched,
  ): Situation => ({
    statement: u2fStatement(changes),
    spec,
    expected: preferred,
  })

  const said = (authenticatorData: RegistrationSpec['authenticatorData']): Situation =>
    u2f({}, { authenticatorData: { ...touched.authenticatorData, ...authenticatorData } })
  test('proves hardware; the model it names is not signed, so it is not told', async () => {
    const verdict = await verify('fido-u2f', u2f({}, { ...touched, aaguid }))
    expect(verdict).toMatchObject({ attestationType: 'basic', level: 'L1', userVerified: false })
    expect(verdict.aaguid).toBe('00000000-0000-0000-0000-000000000000')
  })

  test('a counter that nobody signed is not told', async () => {
    expect(await verify('fido-u2f', said({ signCount: 7 }))).toMatchObject({ signCount: 0 })
  })

  test('never verifies a user', async () => {
    const required = { ...u2f(), expected: {} }
    await expect(verify('fido-u2f', required)).rejects.toMatchObject({ code: 'user_verification_missing' })
  })

  refuses('fido-u2f', [
    ['a user verified by a mere flag', said({ flags: flags.up | flags.uv }), 'CTAP'],
    ['a backup by a mere flag', said({ flags: flags.up | flags.be }), 'CTAP'],
    ['extensions that nobody signed', said({ extensions: new Map([['credProtect', 3]]) }), 'CTAP'],
  ])

  const other = makeKey('P-384')
  const rsa = makeRsaKey()
  refuses('fido-u2f', [
    ['an empty x5c (53)', u2f({ chain: () => [] }), '§8.6'],
    ['two certificates', u2f({ chain: (chain) => chain }), '§8.6'],
    ['a certified key on another curve', u2f({ signer: other, leaf: { spki: other.spki } }), '§8.6'],
    ['a signature by another key', u2f({ signer: makeKey() }), '§8.6'],
    ['a signature over another credential key', u2f({ key: makeKey() }), '§8.6'],
    ['alg, which it does not have', u2f({ members: { alg: -7 } }), '§8.6'],
    ['no sig', u2f({ members: { sig: undefined } }), '§8.6'],
    [
      'a credential key of another algorithm',
      { ...u2f({ key: other }, { ...touched, key: other }), expected: { ...preferred, algorithms: [-35] } },
      '§8.6',
    ],
  ])

  // The signature could not be right either; the clause is what whoever reads the refusal can act on.
  test.each<[string, Situation]>([
    ['certified key', u2f({ signer: other, leaf: { spki: other.spki } })],
    ['certified key', u2f({ signer: rsa, leaf: { spki: rsa.spki } })],
  ])('names what is wrong: %s', async (what, situation) => {
    await expect(verify('fido-u2f', situation)).rejects.toThrow(`Unexpected ${what}, expected one on P-256.`)
  })
})

describe('apple (§8.8)', () => {
  test('proves hardware, with alg or without', async () => {
    expect(await verify('apple', { statement: appleStatement() })).toMatchObject({ level: 'L1' })
    const statement = appleStatement({ members: { alg: undefined } })
    expect(await verify('apple', { statement })).toMatchObject({ attestationType: 'basic' })
  })

  const extension = (value: (nonce: Uint8Array) => Uint8Array): Situation => ({
    statement: appleStatement({ extension: value }),
  })
  const wrapped = (...contents: readonly Uint8Array[]) => writeElement(contextTag(1), concat(...contents))
  const empty = Uint8Array.of(5, 0)
  refuses('apple', [
    ['a nonce over another response', { statement: appleStatement({ nonce: sha256('other') }) }, '§8.8'],
    ['a prefix of the nonce', { statement: appleStatement({ nonce: new Uint8Array() }) }, '§8.8'],
    [
      'no nonce extension',
      { statement: appleStatement({ leaf: { extensions: [basicConstraints(false)] } }) },
      '§8.8',
    ],
    ['a second member in the extension', extension((nonce) => writeSequence(wrapped(nonce), empty)), '§8.8'],
    ['a second value beside the nonce', extension((nonce) => writeSequence(wrapped(nonce, empty))), '§8.8'],
    [
      'a value after the extension',
      extension((nonce) => concat(writeSequence(wrapped(nonce)), empty)),
      '§8.8',
    ],
    [
      'a nonce under another tag',
      extension((nonce) => writeSequence(writeElement(contextTag(2), nonce))),
      '§8.8',
    ],
    [
      'a certified key that is not the credential key',
      { statement: appleStatement({ leaf: { spki: attestationKey.spki } }) },
      '§8.8',
    ],
    ['another alg', { statement: appleStatement({ members: { alg: -257 } }) }, '§8.8'],
    [
      'a signature, which it does not have',
      { statement: appleStatement({ members: { sig: sha256('') } }) },
      '§8.8',
    ],
  ])
})

describe('tpm (§8.3)', () => {
  test('proves hardware for an elliptic key', async () => {
    expect(await verify('tpm', { statement: tpmStatement() })).toMatchObject({ level: 'L1' })
  })

  test('proves hardware for an RSA key, certified with RS256', async () => {
    const key = makeRsaKey()
    const signer = makeRsaKey()
    const statement = tpmStatement({ key, signer, leaf: { spki: signer.spki }, members: { alg: -257 } })
    const situation = { statement, spec: { key }, expected: { algorithms: [-257] as const } }
    expect(await verify('tpm', situation)).toMatchObject({ level: 'L1', algorithm: -257 })
  })

  // TPMT_PUBLIC of an elliptic key: 42 bytes of head, symmetric algorithm and scheme of two, curve, kdf, x and y.
  const area = (edit: (area: Uint8Array) => Uint8Array): Situation => ({
    statement: tpmStatement({ area: edit }),
  })
  const byte = (at: number, flip: number) => (bytes: Uint8Array) =>
    bytes.with(at, (bytes[at] as number) ^ flip)
  const aes128Cfb = Uint8Array.of(0, 0x06, 0, 128, 0, 0x43)
  const ecdsaSha256 = Uint8Array.of(0, 0x18, 0, 0x0b)

  test('a public area that names a symmetric algorithm and a scheme', async () => {
    const named = area((bytes) => concat(bytes.slice(0, 42), aes128Cfb, ecdsaSha256, bytes.slice(46)))
    expect(await verify('tpm', named)).toMatchObject({ level: 'L1' })
  })

  const other = makeKey()
  test.each([
    ['fixedTPM', 0x00060470],
    ['fixedParent', 0x00060462],
    ['sensitiveDataOrigin', 0x00060452],
  ])('a key without %s, so made or kept elsewhere, proves no hardware', async (_, attributes) => {
    expect(await verify('tpm', { statement: tpmStatement({ attributes }) })).toMatchObject({ level: 'W' })
  })

  const extensions = (...list: readonly ReturnType<typeof tpmName>[]): Situation => ({
    statement: tpmStatement({ leaf: { extensions: list } }),
  })
  const ca = basicConstraints(false)
  const name = tpmName(tpmAttributes)
  const without = (index: number) => tpmName(tpmAttributes.filter((_, at) => at !== index))
  const replaced = (index: number, value: string) =>
    tpmName(tpmAttributes.map(([type, text], at) => [type, at === index ? value : text] as const))

  const rsa = makeRsaKey()
  const rsaArea = (edit: (area: Uint8Array) => Uint8Array): Situation => ({
    statement: tpmStatement({ key: rsa, area: edit }),
    spec: { key: rsa },
    expected: { algorithms: [-257] },
  })
  const dnsName = writeElement(0x82, new TextEncoder().encode('tpm.example'))
  const [directoryName] = elementsOf(name.value)
  const named = (...names: readonly Uint8Array[]) => ({ ...name, value: writeSequence(...names) })

  test('an alternative name beside that of the TPM', async () => {
    expect(await verify('tpm', extensions(ca, named(dnsName, directoryName), aikPurpose))).toMatchObject({
      level: 'L1',
    })
  })

  refuses('tpm', [
    ['a public area with another x', area(byte(60, 1)), '§8.3'],
    ['a public area with another y', area(byte(117, 1)), '§8.3'],
    ['a public area on another curve', area(byte(47, 7)), '§8.3'],
    ['a public area on a curve nobody knows', area(byte(47, 0x20)), '§8.3'],
    ['a public area of another type', area(byte(1, 0x2b)), '§8.3'],
    ['a name by a hash nobody knows', area(byte(3, 0x19)), '§8.3'],
    ['a public area with another modulus', rsaArea(byte(200, 1)), '§8.3'],
    ['a public area with another exponent', rsaArea(byte(51, 3)), '§8.3'],
    [
      'a value after the alternative name',
      extensions(ca, { ...name, value: concat(name.value, Uint8Array.of(5, 0)) }, aikPurpose),
      '§8.3.1',
    ],
    [
      'a value beside the name of the TPM',
      extensions(
        ca,
        named(writeElement(contextTag(4), concat(...elementsOf(directoryName), Uint8Array.of(5, 0)))),
        aikPurpose,
      ),
      '§8.3.1',
    ],
    ['version 1.2', { statement: tpmStatement({ members: { ver: '1.2' } }) }, '§8.3'],
    ['no version', { statement: tpmStatement({ members: { ver: undefined } }) }, '§8.3'],
    ['an unknown member', { statement: tpmStatement({ members: { ecdaaKeyId: sha256('') } }) }, '§8.3'],
    ['the public area of another key', { statement: tpmStatement({ key: other }) }, '§8.3'],
    ['the public area of a key of another type', { statement: tpmStatement({ key: makeRsaKey() }) }, '§8.3'],
    [
      'a truncated public area',
      { statement: tpmStatement({ members: { pubArea: sha256('').subarray(0, 3) } }) },
      'TPM',
    ],
    ['a public area that is no bytes', { statement: tpmStatement({ members: { pubArea: 'x' } }) }, '§8.3'],
    ['an empty x5c (53)', { statement: tpmStatement({ chain: () => [] }) }, '§8.3'],
    ['a signature by another key', { statement: tpmStatement({ signer: other }) }, '§8.3'],
    ['an unknown alg', { statement: tpmStatement({ members: { alg: -999 } }) }, '§8.3'],
    ['RS1 with an elliptic key', { statement: tpmStatement({ members: { alg: -65535 } }) }, '§8.3'],
    ['another magic', { statement: tpmStatement({ magic: 0xff544346 }) }, '§8.3'],
    ['another type', { statement: tpmStatement({ type: 0x8018 }) }, '§8.3'],
    ['extraData over another response', { statement: tpmStatement({ extraData: sha256('other') }) }, '§8.3'],
    [
      'the name of another key',
      { statement: tpmStatement({ name: concat(Uint8Array.of(0, 0x0b), sha256('other')) }) },
      '§8.3',
    ],
    ['the bare hash as name', { statement: tpmStatement({ name: sha256('other') }) }, '§8.3'],
    ['a byte after certInfo', { statement: tpmStatement({ tail: Uint8Array.of(0) }) }, 'TPM'],
    [
      'a subject',
      { statement: tpmStatement({ leaf: { subject: packedSubject(attribute.country, 'SE') } }) },
      '§8.3.1',
    ],
    ['a CA as leaf', extensions(basicConstraints(true), name, aikPurpose), '§8.3.1'],
    ['no purpose', extensions(ca, name), '§8.3.1'],
    [
      'another purpose',
      extensions(ca, name, { ...aikPurpose, value: writeSequence(Uint8Array.of(6, 3, 0x29, 1, 2)) }),
      '§8.3.1',
    ],
    ['no alternative name', extensions(ca, aikPurpose), '§8.3.1'],
    ['no manufacturer', extensions(ca, without(0), aikPurpose), '§8.3.1'],
    ['no model', extensions(ca, without(1), aikPurpose), '§8.3.1'],
    ['no firmware version', extensions(ca, without(2), aikPurpose), '§8.3.1'],
    ['a manufacturer that is none', extensions(ca, replaced(0, 'Maker'), aikPurpose), '§8.3.1'],
    [
      'the manufacturer twice',
      extensions(ca, tpmName([...tpmAttributes, ['2.23.133.2.1', 'id:4B594244']]), aikPurpose),
      '§8.3.1',
    ],
    ['a name under another tag', extensions(ca, tpmName(tpmAttributes, contextTag(5)), aikPurpose), '§8.3.1'],
    ['a certificate of another model', extensions(ca, name, aikPurpose, aaguidExtension(aaguid)), '§8.3'],
  ])
})

describe('android-key (§8.4)', () => {
  const roots = [authorityRoot]
  const nativeOrigin = (digest: Uint8Array) => `android:apk-key-hash:${encodeBase64Url(digest)}`

  test('the rules of Android key attestation judge the chain', async () => {
    const verdict = await verify('android-key', { statement: androidStatement(), trust: { roots } })
    expect(verdict).toMatchObject({ attestationType: 'basic', level: 'W', testOnly: true })
    expect(verdict.android).toMatchObject({ securityLevel: 'tee', provisioning: 'remote', testOnly: true })
  })

  test('a native origin must be that of the attested app', async () => {
    const its = nativeOrigin(attestedApp.signer)
    const situation = (asked: string): Situation => ({
      statement: androidStatement(),
      spec: { clientData: { origin: asked } },
      expected: { origins: [asked] },
      trust: { roots },
    })
    expect(await verify('android-key', situation(its))).toMatchObject({ origin: its })
    for (const policy of [{ attestation: 'any' }, { attestation: 'trusted' }] as const) {
      const other = { ...situation(nativeOrigin(sha256('other'))), policy }
      await expect(verify('android-key', other)).rejects.toMatchObject({ code: 'app_identity_mismatch' })
    }
    await expect(verify('android-key', situation('android:apk-key-hash:='))).rejects.toMatchObject({
      code: 'origin_mismatch',
    })
    const { applicationId } = tagValue
    const app = [[attestedApp.packageName, attestedApp.version]] as const
    for (const attested of [
      {},
      { 709: applicationId(app, []) },
      { 709: applicationId(app, [attestedApp.signer, sha256('other')]) },
    ]) {
      const statement = androidStatement({
        description: (description) => ({ ...description, softwareEnforced: attested }),
      })
      const policy = { attestation: 'any' } as const
      await expect(verify('android-key', { ...situation(its), statement, policy })).rejects.toMatchObject({
        code: 'app_identity_mismatch',
        rule: expect.stringContaining('§8.4'),
      })
    }
  })

  const tags = (
    list: 'softwareEnforced' | 'hardwareEnforced',
    change: Readonly<Record<number, Uint8Array>>,
  ): Situation => ({
    statement: androidStatement({
      description: (description) => ({ ...description, [list]: { ...description[list], ...change } }),
    }),
    trust: { roots },
    policy: { attestation: 'any' },
  })

  refuses('android-key', [
    [
      'another challenge',
      {
        statement: androidStatement({
          description: (description) => ({ ...description, challenge: sha256('other') }),
        }),
      },
      '§8.4',
    ],
    [
      'an empty challenge',
      {
        statement: androidStatement({
          description: (description) => ({ ...description, challenge: new Uint8Array() }),
        }),
      },
      '§8.4',
    ],
    [
      'a certified key that is not the credential key',
      { statement: androidStatement({ leaf: { spki: attestationKey.spki } }) },
      '§8.4',
    ],
    ['a signature by another key', { statement: androidStatement({ signer: attestationKey }) }, '§8.4'],
    ['another alg', { statement: androidStatement({ members: { alg: -257 } }) }, '§8.4'],
    ['an unknown member', { statement: androidStatement({ members: { ver: '1' } }) }, '§8.4'],
    ['no x5c', { statement: androidStatement({ members: { x5c: undefined } }) }, '§8.4'],
    ['a leaf without description', { statement: androidStatement({ leaf: { extensions: [] } }) }, '§8.4'],
    ['a key of all applications', tags('softwareEnforced', { 600: tagValue.present() }), '§8.4'],
    [
      'a key of all applications, by the hardware',
      tags('hardwareEnforced', { 600: tagValue.present() }),
      '§8.4',
    ],
    ['an imported key', tags('hardwareEnforced', { 702: tagValue.number(2) }), '§8.4'],
    ['a key that does not sign', tags('hardwareEnforced', { 1: tagValue.numbers(1) }), '§8.4'],
  ])

  test('a chain that proves no hardware is refused, or worth nothing where the policy says so', async () => {
    const software = androidStatement({
      description: (description) => ({
        ...description,
        attestationSecurityLevel: 0,
        keyMintSecurityLevel: 0,
      }),
    })
    const situation = { statement: software, trust: { roots: [] } }
    for (const attestation of ['trusted', 'optional'] as const) {
      await expect(verify('android-key', { ...situation, policy: { attestation } })).rejects.toMatchObject({
        name: 'AttestationError',
      })
    }
    const verdict = await verify('android-key', { ...situation, policy: { attestation: 'any' } })
    expect(verdict).toMatchObject({ level: 'W', android: undefined })
    // Its root may be configured: where proof is asked for, that is not what it is.
    const proof = { statement: software, trust: { roots }, policy: { attestation: 'trusted' } } as const
    await expect(verify('android-key', proof)).rejects.toMatchObject({
      code: 'key_security_level_insufficient',
    })
    // The root was configured for statements: then the statement is right, though nothing more is proven.
    const configured = { statement: software, trust: { roots }, policy: { attestation: 'optional' } } as const
    expect(await verify('android-key', configured)).toMatchObject({ level: 'W', android: undefined })
  })
})

test('a broken Android path is refused even where nothing is asked of it', async () => {
  const statement = androidStatement({ leaf: { signer: attestationKey.privateKey } })
  const policy = { attestation: 'any' } as const
  await expect(verify('android-key', { statement, policy })).rejects.toMatchObject({
    code: 'attestation_chain_invalid',
  })
})

test('a failure of the crypto port is no refusal of an Android chain that policy could overlook', async () => {
  const crypto = createNodeCrypto()
  // Once, and not for the statement: only certificates are signed with SHA-384.
  let failures = 0
  const failing: CryptoPort = {
    ...crypto,
    verify: (algorithm, ...rest) => {
      if (algorithm === 'ecdsa-p384-sha384' && failures++ === 0) throw new Error('the runtime is broken')
      return crypto.verify(algorithm, ...rest)
    },
  }
  const options = optionsOf('android-key', {
    statement: androidStatement(),
    policy: { attestation: 'any' },
    trust: { roots: [authorityRoot] },
  })
  await expect(verifyRegistration({ ...options, crypto: failing })).rejects.toThrow('the runtime is broken')
})

/** The elements inside a constructed one. */
function elementsOf(der: Uint8Array): readonly [Uint8Array, ...Uint8Array[]] {
  const { contents } = new DerReader(der).next()
  const reader = new DerReader(contents)
  const found: Uint8Array[] = []
  while (!reader.atEnd) {
    const element = reader.next()
    found.push(writeElement(element.tag, element.contents))
  }
  return found as [Uint8Array, ...Uint8Array[]]
}
