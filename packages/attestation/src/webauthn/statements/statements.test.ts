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
import { contextTag, writeElement, writeOctetString, writeSequence } from '../../der/index.ts'
import type {
  ExpectedRegistration,
  RegistrationPolicy,
  StatementFormat,
  TrustOptions,
  VerifiedRegistration,
} from '../types.ts'
import { verifyRegistration } from '../verify-registration.ts'

interface Situation {
  readonly statement: (toAttest: ToAttest) => CborValue
  readonly spec?: RegistrationSpec
  readonly expected?: Partial<ExpectedRegistration>
  readonly policy?: RegistrationPolicy
  readonly trust?: Partial<TrustOptions>
}

function verify(format: StatementFormat, situation: Situation): Promise<VerifiedRegistration> {
  return verifyRegistration({
    response: forgeRegistration({ format, statement: situation.statement, ...situation.spec }),
    expected: { challenge, origins: [origin], rpId, ...situation.expected },
    policy: { formats: [format], attestation: 'trusted', ...situation.policy },
    trust: { roots: [makerRoot], testOnly: true, ...situation.trust },
    issuedAt: attestationTime,
    now: attestationTime,
  })
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
    ['no sig', { statement: packedStatement({ members: { sig: undefined } }) }, '§8.2'],
    ['a subject without country', subject(attribute.country, undefined), '§8.2.1'],
    ['a country that is no code', subject(attribute.country, 'Sweden'), '§8.2.1'],
    ['a subject without maker', subject(attribute.organization, undefined), '§8.2.1'],
    ['a subject without unit', subject(attribute.organizationalUnit, undefined), '§8.2.1'],
    ['another unit', subject(attribute.organizationalUnit, 'authenticator attestation'), '§8.2.1'],
    ['a subject without name', subject(attribute.commonName, undefined), '§8.2.1'],
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
      { ...u2f({}, { ...touched, key: other }), expected: { ...preferred, algorithms: [-35] } },
      '§8.6',
    ],
  ])
})

describe('apple (§8.8)', () => {
  test('proves hardware, with alg or without', async () => {
    expect(await verify('apple', { statement: appleStatement() })).toMatchObject({ level: 'L1' })
    const statement = appleStatement({ members: { alg: undefined } })
    expect(await verify('apple', { statement })).toMatchObject({ attestationType: 'basic' })
  })

  const nonce = writeOctetString(sha256(''))
  refuses('apple', [
    ['a nonce over another response', { statement: appleStatement({ nonce: sha256('other') }) }, '§8.8'],
    ['a prefix of the nonce', { statement: appleStatement({ nonce: new Uint8Array() }) }, '§8.8'],
    [
      'no nonce extension',
      { statement: appleStatement({ leaf: { extensions: [basicConstraints(false)] } }) },
      '§8.8',
    ],
    [
      'a second member in the extension',
      { statement: appleStatement({ extension: writeSequence(writeElement(contextTag(1), nonce), nonce) }) },
      '§8.8',
    ],
    [
      'a byte after the extension',
      {
        statement: appleStatement({
          extension: Uint8Array.of(...writeSequence(writeElement(contextTag(1), nonce)), 0),
        }),
      },
      '§8.8',
    ],
    [
      'a nonce under another tag',
      { statement: appleStatement({ extension: writeSequence(writeElement(contextTag(2), nonce)) }) },
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
      { statement: appleStatement({ members: { sig: nonce } }) },
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

  refuses('tpm', [
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
    // The root was configured for statements: then the statement is right, though nothing more is proven.
    const configured = { statement: software, trust: { roots }, policy: { attestation: 'optional' } } as const
    expect(await verify('android-key', configured)).toMatchObject({ level: 'W', android: undefined })
  })
})
