import { createHash, createPublicKey } from 'node:crypto'
import { createNodeCrypto } from '@keybound/attestation/node'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { describe, expect, test } from 'vitest'
import {
  type AttestKnobs,
  createAppleAuthority,
  createAppleKey,
  launchClaims,
} from '../../../../test/support/apple-authority.ts'
import { writeCertificate, writeExtension } from '../../../../test/support/apple-certificates.ts'
import { concatBytes, writeExplicit, writeOctetString, writeSequence } from '../der/index.ts'
import { AttestationError } from '../errors.ts'
import { fromBase64 } from '../internal/bytes.ts'
import { appleRoots, readAppleRoot, readProductionAppleRoot } from './trust.ts'
import type { AppAttestPolicy, VerifyAppAttestationOptions } from './types.ts'
import { judgeAppAttestation, verifyAppAttestation } from './verify-attestation.ts'

const now = new Date('2026-11-22T12:00:00Z')
const day = 86_400_000
const at = (days: number) => new Date(now.getTime() + days * day)
const app = { teamId: 'TEAM123456', bundleId: 'com.example.bank' }
const appId = 'TEAM123456.com.example.bank'
const clientDataHash = sha256('client data')
const authority = createAppleAuthority(now)
const lookAlike = createAppleAuthority(now)
const other = createAppleKey()

const ports = [
  ['Node', createNodeCrypto()],
  ['WebCrypto', createWebCrypto()],
] as const

type Options = Partial<VerifyAppAttestationOptions>

function verify(knobs: AttestKnobs = {}, options: Options = {}) {
  const { attestationObject, keyId } = authority.attest({ appId, clientDataHash }, knobs)
  const trust = { roots: [authority.root], testOnly: true }
  return verifyAppAttestation({
    attestationObject,
    clientDataHash,
    keyId,
    app,
    trust,
    issuedAt: now,
    now,
    ...options,
  })
}

describe.each(ports)('App Attest attestations over %s', (_, crypto) => {
  test('accepts what an app gave unhashed, as the samples of Apple do', async () => {
    const challenge = new TextEncoder().encode('example_server_challenge')
    const object = authority.attest({ appId, clientDataHash: challenge })
    const verdict = await verify({}, { ...object, clientDataHash: challenge, crypto })
    expect(verdict.environment).toBe('production')
    const hashed = verify({}, { ...object, clientDataHash: sha256('example_server_challenge'), crypto })
    await expect(hashed).rejects.toMatchObject({ code: 'app_attest_nonce_mismatch' })
  })

  test.each([16, 1024])('accepts what an app gave, of %i bytes', async (length) => {
    const given = new Uint8Array(length).fill(1)
    const object = authority.attest({ appId, clientDataHash: given })
    expect(await verify({}, { ...object, clientDataHash: given, crypto })).toMatchObject({ app })
  })

  test('accepts an honest one and says what it proves', async () => {
    const { attestationObject, keyId, publicKey } = authority.attest({ appId, clientDataHash })
    const trust = { roots: [authority.root], testOnly: true }
    const base64KeyId = Buffer.from(keyId).toString('base64')
    const verdict = await verifyAppAttestation({
      attestationObject,
      clientDataHash,
      keyId: base64KeyId,
      app,
      trust,
      issuedAt: now,
      now,
      crypto,
    })
    expect(verdict).toMatchObject({ app, environment: 'production', counter: 0, testOnly: true })
    expect(verdict.keyId).toEqual(keyId)
    expect(verdict.publicKey).toEqual(publicKey)
    expect(Buffer.from(verdict.receipt).toString()).toBe('receipt')
    expect(verdict.launch).toBeUndefined()
    expect(verdict.findings.every(({ passed }) => passed)).toBe(true)
    expect(verdict.findings.map(({ rule }) => rule)).toEqual([
      'certificate_count',
      'issuer',
      'issuer_is_ca',
      'leaf_not_ca',
      'leaf_key',
      'critical_extensions',
      'root',
      'leaf_signature',
      'dates',
      'nonce',
      'key_id',
      'app',
      'counter',
      'environment',
      'credential_id',
      'credential_key',
    ])
  })

  test.each(refused)('refuses $what', async ({ knobs, options, code, rule }) => {
    const error = await refusal(verify(knobs, { ...options, crypto }))
    expect(error.code).toBe(code)
    if (rule !== undefined) expect(error.rule).toContain(rule)
    expect(error.message).toMatch(/^Unexpected .+, expected .+\./s)
  })

  test.each(accepted)('accepts $what', async ({ knobs, options, verdict }) => {
    await expect(verify(knobs, { ...options, crypto })).resolves.toMatchObject(verdict ?? {})
  })
})

interface Refusal {
  readonly what: string
  readonly knobs?: AttestKnobs
  readonly options?: Options
  readonly code: string
  readonly rule?: string
}

interface Acceptance {
  readonly what: string
  readonly knobs?: AttestKnobs
  readonly options?: Options
  readonly verdict?: object
}

const policy = (policy: AppAttestPolicy): Options => ({ policy })
const storeOnly = policy({ validationCategories: ['appStore', 'testFlight'] })
const versions = policy({ bundleVersions: ['17', '18'] })
const required = policy({ launchClaims: 'required' })
const mac = policy({ macAccessControl: 'required' })
const securedMac = fromBase64(
  'MEajRARCMEAMAjExMDowCQwCb2uhAwEB/zAJDAJvYaEDAQH/MAsMBG9kZWyhAwEB/zAVDARvc2duoAYMBHJzZWMwBaYDAgEB',
)

// Numbers in brackets are rows of the attack table this package is held against.
const refused: readonly Refusal[] = [
  // Step 1: the chain [33]
  ...[
    { what: 'one certificate', x5c: (c: readonly Uint8Array[]) => c.slice(0, 1) },
    { what: 'no certificate', x5c: () => [] },
    { what: 'three certificates', x5c: (c: readonly Uint8Array[]) => [...c, authority.root] },
    {
      what: 'the leaf twice and the issuer',
      x5c: ([a, b]: readonly Uint8Array[]) => [a, a, b] as Uint8Array[],
    },
  ].map(({ what, x5c }) => ({
    what,
    knobs: { x5c },
    code: 'attestation_chain_invalid',
    rule: 'certificate_count',
  })),
  {
    what: 'certificates in the wrong order',
    knobs: { x5c: (certificates) => certificates.toReversed() },
    code: 'attestation_chain_invalid',
    rule: 'issuer',
  },
  {
    what: 'a leaf that names another issuer',
    knobs: { leaf: { issuerName: 'Apple App Attestation CA 2' } },
    code: 'attestation_chain_invalid',
    rule: 'issuer',
  },
  {
    what: 'an issuer that is no CA',
    knobs: { issuer: { ca: false, pathLength: null } },
    code: 'attestation_chain_invalid',
    rule: 'issuer_is_ca',
  },
  {
    what: 'an issuer that may not sign certificates',
    knobs: { issuer: { keyUsage: 0x80 } },
    code: 'attestation_chain_invalid',
    rule: 'issuer_is_ca',
  },
  {
    what: 'a leaf that is a CA',
    knobs: { leaf: { ca: true } },
    code: 'attestation_chain_invalid',
    rule: 'leaf_not_ca',
  },
  {
    what: 'a leaf for a P-384 key',
    knobs: { certifiedKey: createAppleKey('P-384') },
    code: 'attestation_chain_invalid',
    rule: 'leaf_key',
  },
  {
    what: 'an unknown critical extension in the leaf',
    knobs: { leaf: { extensions: [writeExtension('2.5.29.36', Uint8Array.of(0x30, 0), true)] } },
    code: 'attestation_chain_invalid',
    rule: 'critical_extensions',
  },
  {
    what: 'an unknown critical extension in the issuer',
    knobs: { issuer: { extensions: [writeExtension('2.5.29.30', Uint8Array.of(0x30, 0), true)] } },
    code: 'attestation_chain_invalid',
    rule: 'critical_extensions',
  },
  {
    what: 'a root with the right name and another key',
    options: { trust: { roots: [lookAlike.root], testOnly: true } },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'an issuer whose root is not the named one',
    knobs: { issuer: { issuerName: 'Other Root' } },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'a test chain under Apple’s root',
    options: { trust: {} },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'a test root without testOnly',
    options: { trust: { roots: [authority.root] } },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'no root at all',
    options: { trust: { roots: [], testOnly: true } },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'a leaf signed by another key',
    knobs: { leaf: { signWith: createAppleKey('P-384').privateKey } },
    code: 'attestation_chain_invalid',
    rule: 'leaf_signature',
  },
  {
    what: 'an issuer signed by another key',
    knobs: { issuer: { signWith: createAppleKey('P-384').privateKey } },
    code: 'attestation_untrusted',
    rule: 'root',
  },
  {
    what: 'a leaf that had ended',
    options: { issuedAt: at(2.01), now: at(3) },
    code: 'attestation_chain_expired',
    rule: 'dates',
  },
  {
    what: 'a leaf of the future',
    options: { issuedAt: at(-1.01) },
    code: 'attestation_chain_expired',
    rule: 'dates',
  },
  {
    what: 'an issuer of the future',
    knobs: { issuer: { notBefore: at(0.01) } },
    code: 'attestation_chain_expired',
    rule: 'dates',
  },
  {
    what: 'an issuer that had ended',
    knobs: { issuer: { notAfter: at(-0.01) } },
    code: 'attestation_chain_expired',
    rule: 'dates',
  },
  {
    what: 'a certificate with a byte after it',
    knobs: {
      x5c: ([leaf, issuer]) => [concatBytes([leaf as Uint8Array, Uint8Array.of(0)]), issuer as Uint8Array],
    },
    code: 'certificate_malformed',
  },
  {
    what: 'the nonce extension twice in the leaf',
    knobs: { leaf: { extensions: [writeExtension('1.2.840.113635.100.8.2', Uint8Array.of(0x30, 0))] } },
    code: 'certificate_malformed',
  },

  // Steps 2 to 4: the nonce [32]
  {
    what: 'client data other than the certified ones',
    options: { clientDataHash: sha256('other client data') },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  },
  {
    what: 'a nonce over the client data instead of their hash',
    knobs: { nonceOver: (data) => concatBytes([data, Buffer.from('client data')]) },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  },
  {
    what: 'a nonce over the client data hash alone',
    knobs: { nonceOver: (_, hash) => hash },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  },
  {
    what: 'a missing nonce',
    knobs: { nonceExtension: null },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  },
  ...[
    {
      what: 'a nonce with something before it',
      of: (nonce: Uint8Array) =>
        writeSequence(writeOctetString(nonce), writeExplicit(1, writeOctetString(nonce))),
    },
    {
      what: 'a nonce with something after it',
      of: (nonce: Uint8Array) =>
        concatBytes([writeSequence(writeExplicit(1, writeOctetString(nonce))), Uint8Array.of(0)]),
    },
    {
      what: 'a nonce under another tag',
      of: (nonce: Uint8Array) => writeSequence(writeExplicit(2, writeOctetString(nonce))),
    },
    { what: 'a bare nonce', of: (nonce: Uint8Array) => nonce },
    {
      what: 'a longer octet string that ends in the nonce',
      of: (nonce: Uint8Array) =>
        writeSequence(writeExplicit(1, writeOctetString(concatBytes([Uint8Array.of(0), nonce])))),
    },
  ].map(({ what, of }) => ({
    what,
    knobs: { nonceExtension: of },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  })),
  {
    what: 'authenticator data changed after certification',
    knobs: {
      authDataAfterwards: (data) => {
        const changed = data.slice()
        changed[36] = 1
        return changed
      },
    },
    code: 'app_attest_nonce_mismatch',
    rule: 'nonce',
  },

  // Steps 5 and 9: one key everywhere [34]
  {
    what: 'another key id',
    options: { keyId: sha256('another key') },
    code: 'app_attest_key_mismatch',
    rule: 'key_id',
  },
  {
    what: 'a shorter key id',
    options: { keyId: new Uint8Array(31) },
    code: 'app_attest_key_mismatch',
    rule: 'key_id',
  },
  {
    what: 'another certified key',
    knobs: { certifiedKey: other },
    code: 'app_attest_key_mismatch',
    rule: 'key_id',
  },
  {
    what: 'another credential id',
    knobs: { credentialId: sha256('other') },
    code: 'app_attest_key_mismatch',
    rule: 'credential_id',
  },
  {
    what: 'another key in the authenticator data',
    knobs: { credentialKey: other },
    code: 'app_attest_key_mismatch',
    rule: 'credential_key',
  },
  ...['', 'AAAA', `${'A'.repeat(43)}`, `${'A'.repeat(42)}_=`, `${'A'.repeat(42)}B=`].map((keyId) => ({
    what: `key id text ${JSON.stringify(keyId)}`,
    options: { keyId },
    code: 'app_attest_malformed',
    rule: 'key identifier',
  })),

  // Step 6: the app [30]
  {
    what: 'another bundle',
    knobs: { appId: 'TEAM123456.com.example.other' },
    code: 'app_identity_mismatch',
    rule: 'app',
  },
  {
    what: 'another team',
    knobs: { appId: 'TEAM654321.com.example.bank' },
    code: 'app_identity_mismatch',
    rule: 'app',
  },
  {
    what: 'a bundle without its team',
    knobs: { appId: 'com.example.bank' },
    code: 'app_identity_mismatch',
    rule: 'app',
  },

  // Step 7 [31]
  ...[1, 0x8000_0000, 0xffff_ffff].map((counter) => ({
    what: `counter ${counter}`,
    knobs: { counter },
    code: 'app_attest_counter_invalid',
    rule: 'counter',
  })),

  // Step 8 [29]
  {
    what: 'the development environment',
    knobs: { aaguid: 'appattestdevelop' },
    code: 'app_attest_environment_forbidden',
    rule: 'environment',
  },
  {
    what: 'production where only development is allowed',
    options: policy({ environments: ['development'] }),
    code: 'app_attest_environment_forbidden',
    rule: 'environment',
  },
  ...['appattest\0\0\0\0\0\0\x01', 'appattestsandbox', 'APPATTEST\0\0\0\0\0\0\0'].map((aaguid) => ({
    what: `aaguid ${JSON.stringify(aaguid)}`,
    knobs: { aaguid },
    options: policy({ environments: ['production', 'development'] }),
    code: 'app_attest_environment_forbidden',
    rule: 'environment',
  })),

  // iOS 27 and macOS 27 [37]
  {
    what: 'a development build under a store policy',
    knobs: { tail: launchClaims(3, '17') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
    rule: 'validation_category',
  },
  {
    what: 'a development build under a store policy of Apple’s numbers',
    knobs: { tail: launchClaims(3, '17') },
    options: policy({ validationCategories: [2, 4] }),
    code: 'app_attest_build_forbidden',
    rule: 'validation_category',
  },
  {
    what: 'an enterprise build under a store policy',
    knobs: { tail: launchClaims(5, '17') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
    rule: 'validation_category',
  },
  {
    what: 'a category without a name under a store policy',
    knobs: { tail: launchClaims(0x0400_0000, '17') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
    rule: 'validation_category',
  },
  {
    what: 'claims without a category under a store policy',
    knobs: { tail: launchClaims(undefined, '17') },
    options: storeOnly,
    code: 'app_attest_build_forbidden',
    rule: 'validation_category',
  },
  {
    what: 'a version that was never shipped',
    knobs: { tail: launchClaims(4, '99') },
    options: versions,
    code: 'app_attest_build_forbidden',
    rule: 'bundle_version',
  },
  {
    what: 'absence of launch claims where they are required',
    options: required,
    code: 'app_attest_build_forbidden',
    rule: 'launch_claims',
  },
  {
    what: 'launch claims without a version where they are required',
    knobs: { tail: launchClaims(4, undefined) },
    options: required,
    code: 'app_attest_build_forbidden',
    rule: 'launch_claims',
  },
  {
    what: 'launch claims without a category where they are required',
    knobs: { tail: launchClaims(undefined, '17') },
    options: required,
    code: 'app_attest_build_forbidden',
    rule: 'launch_claims',
  },
  {
    what: 'absence of launch claims where the policy has a word that means nothing',
    options: policy({ launchClaims: 'require' as 'required' }),
    code: 'app_attest_build_forbidden',
    rule: 'launch_claims',
  },

  // macOS
  {
    what: 'a Mac without access control where the policy has a word that means nothing',
    options: policy({ macAccessControl: 'require' as 'required' }),
    code: 'app_attest_mac_not_secured',
    rule: 'mac_access_control',
  },
  {
    what: 'a Mac without access control where it is required',
    options: mac,
    code: 'app_attest_mac_not_secured',
    rule: 'mac_access_control',
  },
  {
    what: 'access control of another kind where the Mac’s is required',
    knobs: { accessControl: securedMac.with(securedMac.length - 1, 0) },
    options: mac,
    code: 'app_attest_mac_not_secured',
    rule: 'mac_access_control',
  },

  // Expectations that make no sense
  { what: 'an empty list of apps', options: { app: [] }, code: 'configuration_invalid' },
  {
    what: 'an app without a team',
    options: { app: { teamId: '', bundleId: 'com.example.bank' } },
    code: 'configuration_invalid',
  },
  {
    what: 'an app without a bundle',
    options: { app: { teamId: 'TEAM123456', bundleId: '' } },
    code: 'configuration_invalid',
  },
  {
    what: 'a client data hash that is text',
    options: { clientDataHash: 'x'.repeat(32) as unknown as Uint8Array },
    code: 'configuration_invalid',
  },
  ...[0, 15, 1025].map((length) => ({
    what: `a client data hash of ${length} bytes`,
    options: { clientDataHash: new Uint8Array(length) },
    code: 'configuration_invalid',
  })),
  { what: 'an issuing time after now', options: { issuedAt: at(1) }, code: 'configuration_invalid' },
  { what: 'no time at all', options: { issuedAt: new Date(Number.NaN) }, code: 'configuration_invalid' },
]

const accepted: readonly Acceptance[] = [
  {
    what: 'one of several apps',
    options: { app: [{ teamId: 'TEAM123456', bundleId: 'com.example.wealth' }, app] },
    verdict: { app },
  },
  {
    what: 'development where it is allowed',
    knobs: { aaguid: 'appattestdevelop' },
    options: policy({ environments: ['production', 'development'] }),
    verdict: { environment: 'development' },
  },
  {
    what: 'a root whose key a new release would pin',
    options: { trust: { roots: [readProductionAppleRoot(authority.root)] } },
    verdict: { testOnly: false },
  },
  { what: 'a leaf on its first second', options: { issuedAt: at(-1) } },
  { what: 'a leaf on its last second, judged years later', options: { issuedAt: at(2), now: at(2000) } },
  {
    what: 'launch claims with ED clear',
    knobs: { tail: launchClaims(4, '17') },
    options: storeOnly,
    verdict: { launch: { validationCategory: 'appStore', bundleVersion: '17' } },
  },
  {
    what: 'launch claims with ED set',
    knobs: { tail: launchClaims(2, '17'), flags: 0xc0 },
    options: policy({
      validationCategories: ['testFlight'],
      bundleVersions: ['17'],
      launchClaims: 'required',
    }),
    verdict: { launch: { validationCategory: 'testFlight' } },
  },
  {
    what: 'a category without a name that is listed by number',
    knobs: { tail: launchClaims(11, '17') },
    options: policy({ validationCategories: [11] }),
    verdict: { launch: { validationCategory: 11 } },
  },
  {
    what: 'a category that is listed by Apple’s number',
    knobs: { tail: launchClaims(4, '17') },
    options: policy({ validationCategories: [2, 4] }),
    verdict: { launch: { validationCategory: 'appStore' } },
  },
  { what: 'absence of launch claims under a store policy', options: storeOnly },
  { what: 'absence of launch claims under a list of versions', options: versions },
  { what: 'a secured Mac', knobs: { accessControl: securedMac }, options: mac },
  { what: 'whatever access control an iPhone has', knobs: { accessControl: Uint8Array.of(0x30, 0) } },
  {
    what: 'an extension of Apple’s that is critical',
    knobs: { leaf: { extensions: [writeExtension('1.2.840.113635.100.8.9', Uint8Array.of(5, 0), true)] } },
  },
  { what: 'an issuer without key usage', knobs: { issuer: { keyUsage: null } } },
]

async function refusal(verdict: Promise<unknown>): Promise<AttestationError> {
  const error = await verdict.then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  )
  expect(error).toHaveProperty('code')
  return error as AttestationError
}

describe('judging to the end', () => {
  const { attestationObject } = authority.attest(
    { appId, clientDataHash },
    { counter: 7, aaguid: 'appattestdevelop' },
  )
  const trust = { roots: [authority.root], testOnly: true }

  test('says every rule that failed, and the first as the refusal', async () => {
    const judged = await judgeAppAttestation({
      attestationObject,
      clientDataHash,
      app,
      trust,
      issuedAt: now,
      now,
    })
    expect(judged.passed).toBe(false)
    expect(judged.error?.code).toBe('app_attest_counter_invalid')
    const failed = judged.findings.filter(({ passed }) => !passed).map(({ rule }) => rule)
    expect(failed).toEqual(['counter', 'environment'])
    expect(judged.object?.authData.counter).toBe(7)
  })

  test('leaves out the rules whose expectation is not given', async () => {
    const judged = await judgeAppAttestation({ attestationObject, trust, issuedAt: now, now })
    const rules = judged.findings.map(({ rule }) => rule)
    expect(rules).not.toContain('nonce')
    expect(rules).not.toContain('key_id')
    expect(rules).not.toContain('app')
    expect(rules).toContain('credential_id')
  })

  test('judges no attestation before it was made, and none by half an expectation', async () => {
    const options = { attestationObject, trust, issuedAt: now, now }
    const misconfigured = { code: 'configuration_invalid' }
    await expect(judgeAppAttestation({ ...options, now: at(-1) })).rejects.toMatchObject(misconfigured)
    const half = { ...options, clientDataHash: new Uint8Array(15) }
    await expect(judgeAppAttestation(half)).rejects.toMatchObject(misconfigured)
  })

  test('a failure of the crypto port is no finding', async () => {
    const crypto = { ...createNodeCrypto(), verify: () => Promise.reject(new Error('the runtime is broken')) }
    const judging = judgeAppAttestation({ attestationObject, trust, issuedAt: now, now, crypto })
    await expect(judging).rejects.toThrow('the runtime is broken')
  })

  test.each(['key', [Buffer.from(sha256('key')).toString('base64')]])(
    'names a key id that is none',
    async (keyId) => {
      const options = { attestationObject, trust, issuedAt: now, now, keyId: keyId as string }
      expect((await judgeAppAttestation(options)).error?.rule).toContain('key identifier')
    },
  )

  test('passes what keeps every rule', async () => {
    const honest = authority.attest({ appId, clientDataHash })
    const options = { ...honest, clientDataHash, app, trust, issuedAt: now, now }
    expect(await judgeAppAttestation(options)).toMatchObject({ passed: true, error: undefined })
  })

  test.each([new Uint8Array(0), Uint8Array.of(0xa0), attestationObject.subarray(0, 200)])(
    'refuses what is no attestation object',
    async (bytes) => {
      const judged = await judgeAppAttestation({ attestationObject: bytes, trust, issuedAt: now, now })
      expect(judged).toMatchObject({ passed: false, object: undefined })
      expect(judged.error?.code).toBe('app_attest_malformed')
    },
  )
})

test('a certificate of Apple’s own key is Apple’s root, whoever wrote it, and any other one of tests', () => {
  const [apple] = appleRoots
  const spki = Buffer.from(apple?.publicKey.spki ?? [])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const { privateKey, publicKey } = createAppleKey('P-384')
  const body = { subject: 'Someone', issuer: 'Someone', signer: privateKey, now }
  expect(readAppleRoot(writeCertificate({ ca: true }, { ...body, key }))).toBe(apple)
  expect(readAppleRoot(writeCertificate({ ca: true }, { ...body, key: publicKey }))).toMatchObject({
    kind: 'test',
    name: 'CN=Someone',
  })
})

test('refusals are AttestationErrors that name their rule', async () => {
  const error = await refusal(verify({ counter: 7 }))
  expect(error).toBeInstanceOf(AttestationError)
  expect(error.message).toBe('Unexpected counter 7, expected 0 in an attestation.')
  expect(error.rule).toBe('counter (Apple attestation step 7)')
})

function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest())
}
