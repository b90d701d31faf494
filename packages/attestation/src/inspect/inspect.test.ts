import { createNodeCrypto } from '@keybound/attestation/node'
import { createWebCrypto } from '@keybound/attestation/webcrypto'
import { decodeBase64Url } from '@keybound/protocol'
import { describe, expect, test } from 'vitest'
import {
  attestedApp,
  attestedChallenge,
  authorityNow,
  authorityRoot,
  type ChainOptions,
  chainSpecs,
  describeKey,
  tagValue,
  writeChain,
} from '../../../../test/support/android-authority/index.ts'
import {
  type AttestKnobs,
  createAppleAuthority,
  launchClaims,
} from '../../../../test/support/apple-authority.ts'
import {
  challenge,
  forgeRegistration,
  origin,
  rpId,
  selfStatement,
} from '../../../../test/support/webauthn/forge.ts'
import { androidStatement, makerRoot, packedStatement } from '../../../../test/support/webauthn/statements.ts'
import { parseStatusList } from '../android/status/status-list.ts'
import { toHex } from '../internal/bytes.ts'
import { type Inspection, type InspectNode, type InspectOptions, inspect } from './index.ts'

const now = authorityNow

/** The line with this label, wherever it is. */
function line({ sections }: Inspection, label: string): InspectNode {
  const all = (nodes: readonly InspectNode[]): InspectNode[] =>
    nodes.flatMap((node) => [node, ...all(node.children)])
  const found = all(sections).find((node) => node.label === label)
  if (found === undefined) throw new Error(`No line ${label}.`)
  return found
}

const states = (inspection: Inspection, ...labels: string[]) =>
  labels.map((label) => line(inspection, label).state)

describe('an Android key', () => {
  const trust = { roots: [authorityRoot], testOnly: true }
  const androidApps = [{ packageName: attestedApp.packageName, signerDigests: [toHex(attestedApp.signer)] }]
  const look = (options: Partial<InspectOptions> = {}, chain: ChainOptions = {}) =>
    inspect({ kind: 'androidKey', chain: writeChain(chainSpecs(chain)) }, { now, ...trust, ...options })

  test('passes, and says what was not asked', async () => {
    const inspection = await look()
    expect(inspection).toMatchObject({
      kind: 'androidKey',
      passed: true,
      refusal: undefined,
      notAsked: ['challenge', 'app', 'revocation'],
    })
    expect(states(inspection, 'Challenge', 'App', 'Revocation')).toEqual(['notAsked', 'notAsked', 'notAsked'])
    expect(inspection.findings.map(({ rule }) => rule)).not.toContain('challenge')
    expect(inspection.summary).toContain('for tests')
  })

  test('passes everything that is asked', async () => {
    const status = parseStatusList({ entries: {} })
    const asked = { level: 'L2', role: 'signing', challenge: attestedChallenge, androidApps, status } as const
    const inspection = await look(asked)
    expect(inspection).toMatchObject({ passed: true, notAsked: [] })
    const labels = [
      'Challenge',
      'App',
      'Revocation',
      'Bootloader',
      'Verified boot',
      'Unlocked by',
      'Lives in',
    ]
    expect(states(inspection, ...labels)).toEqual(labels.map(() => 'pass'))
    expect(line(inspection, 'Unlocked by').value).toBe('biometric, for every use')
    expect(line(inspection, 'Kind').value).toBe('EC P-256 · SHA-256')
    expect(line(inspection, 'System').value).toBe('Android 16 · security patch 2026-11')
  })

  test('is drawn from its root down to the key', async () => {
    const names: string[] = []
    let node = line(await look(), 'Chain of trust').children[0]
    while (node !== undefined) {
      names.push(`${node.label} ${node.state}`)
      node = node.children[0]
    }
    expect(names).toEqual([
      expect.stringContaining('Test Attestation Root'),
      'Droid CA2 (Google LLC) pass',
      'Droid CA3 (Google LLC) pass',
      '0123456789abcdef0123456789abcdef (TEE) pass',
      'Android Keystore Key pass',
    ])
  })

  test('says for each level whether it would do, and why not', async () => {
    const inspection = await look()
    expect(states(inspection, 'W', 'L1', 'L2', 'R')).toEqual(['pass', 'pass', 'pass', 'fail'])
    expect(line(inspection, 'R').why).toContain('expected at least strongbox')
  })

  test.each<[string, Partial<InspectOptions>, ChainOptions, string, string]>([
    [
      'another challenge',
      { challenge: new Uint8Array(32) },
      {},
      'attestation_challenge_mismatch',
      'Challenge',
    ],
    [
      'a root for tests without being told',
      { testOnly: false },
      {},
      'attestation_untrusted',
      'CN=Keybound Test Attestation Root, O=Keybound',
    ],
    [
      'another app',
      { androidApps: [{ packageName: 'other', signerDigests: ['ab'.repeat(32)] }] },
      {},
      'app_identity_mismatch',
      'App',
    ],
    [
      'an unlocked device',
      { level: 'L2' },
      { description: withBoot({ locked: false }) },
      'boot_state_refused',
      'Bootloader',
    ],
    [
      'a sealing key that should sign',
      { role: 'signing' },
      { role: 'sealing' },
      'key_purpose_mismatch',
      'Good for',
    ],
    [
      'an issuer that had ended',
      { issuedAt: new Date('2027-11-22T12:00:00Z') },
      {},
      'attestation_chain_expired',
      'Dates',
    ],
    [
      'a revoked key',
      { status: parseStatusList({ entries: { '1003': { status: 'REVOKED' } } }) },
      {},
      'attestation_revoked',
      'Revocation',
    ],
  ])('is refused for %s, on the line it is about', async (_, options, chain, code, label) => {
    const inspection = await look(options, chain)
    expect(inspection.passed).toBe(false)
    expect(inspection.refusal?.code).toBe(code)
    expect(line(inspection, label)).toMatchObject({ state: 'fail', why: expect.stringMatching(/expected/) })
  })

  test('of several issuers that ended marks each, and says once what is wrong with them', async () => {
    const inspection = await look({ issuedAt: new Date('2027-11-22T12:00:00Z') })
    const issuers = [
      'Droid CA2 (Google LLC)',
      'Droid CA3 (Google LLC)',
      '0123456789abcdef0123456789abcdef (TEE)',
    ]
    expect(states(inspection, ...issuers, 'Android Keystore Key')).toEqual(['pass', 'fail', 'fail', 'pass'])
    expect(issuers.map((label) => line(inspection, label).why)).toEqual(['', 'ended', 'ended'])
    const { why } = line(inspection, 'Dates')
    expect(why).toMatch(
      /certificate 1 \(.*\) ended 2026-12-02 .*certificate 2 \(.*Droid CA3.*\) ended 2027-01-01/,
    )
    expect(why.match(/expected/g)).toHaveLength(1)
    expect(inspection.summary).toBe(`Validity: ${why}.`)
    const shown = JSON.stringify(inspection.sections)
    expect(shown.split('expected issuers valid')).toHaveLength(2)
    const levels = ['W', 'L1', 'L2', 'R'].map((level) => line(inspection, level))
    expect(levels.map(({ state, why: reason }) => `${state} ${reason}`)).toEqual(
      levels.map(() => 'fail as above'),
    )
    expect(inspection.findings.filter(({ rule }) => rule === 'validity').map(({ passed }) => passed)).toEqual(
      [false, false, true],
    )
  })

  test('that has not begun says so of its issuers', async () => {
    const inspection = await look({ issuedAt: new Date('2026-01-01T00:00:00Z') })
    expect(line(inspection, 'Droid CA2 (Google LLC)')).toMatchObject({ state: 'fail', why: 'not begun' })
    expect(line(inspection, 'Dates').why).toContain('(O=Google LLC, CN=Droid CA2) begins 2026-05-06')
  })

  test('that several levels refuse for one reason tells it at the first', async () => {
    const inspection = await look({}, { description: describeKey('proof') })
    expect(line(inspection, 'L1').why).toContain('noAuthRequired')
    expect(line(inspection, 'L2')).toMatchObject({ state: 'fail', why: 'as L1', source: '' })
  })

  test('keeps no refusal hidden: every failed rule is on some line', async () => {
    const description = { ...describeKey(), softwareEnforced: {}, hardwareEnforced: {} }
    const inspection = await look(
      { level: 'R', role: 'signing', androidApps, challenge: new Uint8Array(1) },
      { description },
    )
    const failed = inspection.findings.filter(({ passed }) => !passed)
    const shown = JSON.stringify(inspection.sections)
    expect(failed.length).toBeGreaterThan(8)
    expect(failed.filter(({ expected }) => !shown.includes(JSON.stringify(expected).slice(1, -1)))).toEqual(
      [],
    )
  })

  test('in a chain that does not hold is shown by its own word: nothing of it passes', async () => {
    const inspection = await look({ testOnly: false, level: 'L2' })
    const titles = inspection.sections.map(({ label }) => label)
    expect(titles).toContain('The key, by its own word')
    expect(states(inspection, 'Unlocked by', 'Bootloader', 'Origin')).toEqual(['told', 'told', 'told'])
  })

  test('that is broken shows what can still be read', async () => {
    const [leaf, ...rest] = writeChain(chainSpecs())
    const broken = [leaf as Uint8Array, ...rest.slice(0, 2), new Uint8Array(3)]
    const inspection = await inspect({ kind: 'androidKey', chain: broken }, { now, ...trust })
    expect(inspection.refusal?.code).toBe('certificate_malformed')
    expect(line(inspection, 'Android Keystore Key').state).toBe('told')
    expect(line(inspection, 'Lives in').state).toBe('told')
  })

  test('without a description, or without certificates, is refused', async () => {
    const [, second, third] = writeChain(chainSpecs())
    const chain = [second as Uint8Array, third as Uint8Array]
    const { refusal } = await inspect({ kind: 'androidKey', chain }, { now, ...trust })
    expect(refusal?.code).toBe('key_description_misplaced')
    const none = await inspect({ kind: 'androidKey', chain: [] }, { now })
    expect(none).toMatchObject({ passed: false, refusal: { code: 'attestation_chain_invalid' } })
  })

  test('text of the evidence cannot move the cursor or turn the line around', async () => {
    const packages: [string, number][] = [['com.evil\u001b[2J\u202ecod\u0000', 1]]
    const description = {
      ...describeKey(),
      softwareEnforced: { 709: tagValue.applicationId(packages, [attestedApp.signer]) },
    }
    const inspection = await look({}, { description })
    expect(line(inspection, 'App').value).toContain('com.evil\\u{1b}[2J\\u{202e}cod\\u{0} 1')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(JSON.stringify(inspection.sections)).not.toMatch(/[\u0000-\u001f\u202e]/)
  })

  test('is judged the same over both crypto ports', async () => {
    const chain = writeChain(chainSpecs())
    const over = (crypto: InspectOptions['crypto'] & object) =>
      inspect({ kind: 'androidKey', chain }, { now, ...trust, crypto })
    expect(await over(createWebCrypto())).toEqual(await over(createNodeCrypto()))
  })
})

function withBoot(boot: Parameters<typeof tagValue.rootOfTrust>[0]) {
  const description = describeKey()
  const hardwareEnforced = { ...description.hardwareEnforced, 704: tagValue.rootOfTrust(boot) }
  return { ...description, hardwareEnforced }
}

describe('an App Attest attestation', () => {
  const authority = createAppleAuthority(now)
  const appleApps = [{ teamId: 'TEAM123456', bundleId: 'com.example.bank' }]
  const clientData = new TextEncoder().encode('client data')
  const look = async (knobs: AttestKnobs, options: Partial<InspectOptions>) => {
    const clientDataHash = new Uint8Array(await crypto.subtle.digest('SHA-256', clientData))
    const request = { appId: 'TEAM123456.com.example.bank', clientDataHash }
    const { attestationObject, keyId } = authority.attest(request, knobs)
    const trust = { roots: [authority.root], testOnly: true }
    return inspect(
      { kind: 'appAttest', attestationObject },
      {
        now,
        ...trust,
        keyId: Buffer.from(keyId).toString('base64'),
        ...options,
      },
    )
  }

  test('passes everything that is asked', async () => {
    const inspection = await look({ tail: launchClaims(4, '17') }, { clientData, appleApps })
    expect(inspection).toMatchObject({ kind: 'appAttest', passed: true, notAsked: [], refusal: undefined })
    const labels = ['Key id', 'One key', 'Nonce', 'Counter', 'App', 'Environment', 'Dates']
    expect(states(inspection, ...labels)).toEqual(labels.map(() => 'pass'))
    expect(line(inspection, 'App').value).toBe('TEAM123456.com.example.bank')
    expect(line(inspection, 'Distributed as').value).toBe('app store')
    expect(line(inspection, 'Bundle version').value).toBe('17')
  })

  test('takes a challenge for the client data', async () => {
    expect(await look({}, { challenge: clientData })).toMatchObject({ passed: true, notAsked: ['app'] })
  })

  test('proves nothing without client data: what nothing ties down is only told', async () => {
    const inspection = await look({}, {})
    expect(inspection).toMatchObject({ passed: false, refusal: undefined, notAsked: ['client data', 'app'] })
    expect(states(inspection, 'Nonce', 'Environment', 'Counter', 'One key')).toEqual([
      'notAsked',
      'told',
      'told',
      'told',
    ])
  })

  test.each<[string, AttestKnobs, Partial<InspectOptions>, string, string]>([
    ['other client data', {}, { clientData: new Uint8Array(1) }, 'app_attest_nonce_mismatch', 'Nonce'],
    [
      'the development environment',
      { aaguid: 'appattestdevelop' },
      { clientData },
      'app_attest_environment_forbidden',
      'Environment',
    ],
    ['another app', { appId: 'x' }, { clientData, appleApps }, 'app_identity_mismatch', 'App'],
    ['a counter', { counter: 3 }, { clientData }, 'app_attest_counter_invalid', 'Counter'],
    ['another key id', {}, { clientData, keyId: `${'A'.repeat(43)}=` }, 'app_attest_key_mismatch', 'Key id'],
    [
      'an expired leaf',
      {},
      { clientData, issuedAt: new Date('2027-01-01') },
      'attestation_chain_expired',
      'Dates',
    ],
  ])('is refused for %s, on the line it is about', async (_, knobs, options, code, label) => {
    const inspection = await look(knobs, options)
    expect(inspection).toMatchObject({ passed: false, refusal: { code } })
    expect(line(inspection, label).state).toBe('fail')
  })

  test('whose two certificates ended marks both', async () => {
    const inspection = await look({}, { clientData, issuedAt: new Date('2050-01-01') })
    const issuer = line(inspection, 'Chain of trust').children[0]?.children[0]
    expect(issuer).toMatchObject({ state: 'fail', why: 'ended' })
    expect(issuer?.children[0]).toMatchObject({ state: 'fail', why: 'ended' })
  })

  test('under a root that is not trusted is shown by its own word: nothing of it passes', async () => {
    const inspection = await look({}, { clientData, appleApps, testOnly: false })
    expect(inspection.refusal?.code).toBe('attestation_untrusted')
    expect(states(inspection, 'App', 'Key id', 'Environment', 'Counter')).toEqual([
      'told',
      'told',
      'told',
      'told',
    ])
  })

  test('is judged at the time its certificate begins, when asked so', async () => {
    const later = new Date('2030-01-01T00:00:00Z')
    expect((await look({}, { clientData, now: later })).refusal?.code).toBe('attestation_chain_expired')
    expect((await look({}, { clientData, now: later, issuedAt: 'created' })).passed).toBe(true)
  })

  test('that cannot be read is refused', async () => {
    const inspection = await inspect({ kind: 'appAttest', attestationObject: Uint8Array.of(0xa0) }, { now })
    expect(inspection).toMatchObject({ passed: false, refusal: { code: 'app_attest_malformed' } })
  })
})

describe('a WebAuthn registration', () => {
  const look = (response: unknown, options: Partial<InspectOptions> = {}) =>
    inspect({ kind: 'webauthnRegistration', response }, { now, ...options })

  test('passes with its own word for challenge, origin and relying party, and says so', async () => {
    const inspection = await look(forgeRegistration())
    expect(inspection).toMatchObject({ passed: true, notAsked: ['challenge', 'origin', 'relying party'] })
    expect(line(inspection, 'Relying party').value).toBe(rpId)
    expect(states(inspection, 'Challenge', 'Origin', 'Type')).toEqual(['notAsked', 'notAsked', 'pass'])
  })

  test('passes everything that is asked', async () => {
    const asked = { challenge: decodeBase64Url(challenge), origins: [origin], rpId }
    expect(await look(forgeRegistration(), asked)).toMatchObject({ passed: true, notAsked: [] })
  })

  test.each<[string, unknown, Partial<InspectOptions>, string, string]>([
    [
      'another challenge',
      forgeRegistration(),
      { challenge: new Uint8Array(32) },
      'challenge_mismatch',
      'Challenge',
    ],
    [
      'another origin',
      forgeRegistration(),
      { origins: ['https://other.example'] },
      'origin_mismatch',
      'Origin',
    ],
    [
      'another relying party',
      forgeRegistration(),
      { rpId: 'other.example' },
      'rp_id_mismatch',
      'Relying party',
    ],
    [
      'a relying party its origin may not use',
      forgeRegistration({ authenticatorData: { rpId: 'example.net' } }),
      {},
      'rp_id_mismatch',
      'Relying party',
    ],
    [
      'nobody present',
      forgeRegistration({ authenticatorData: { flags: 4 } }),
      {},
      'user_presence_missing',
      'User present',
    ],
    [
      'an assertion’s client data',
      forgeRegistration({ clientData: { type: 'webauthn.get' } }),
      {},
      'client_data_type_mismatch',
      'Type',
    ],
    [
      'client data that are none',
      forgeRegistration({ clientData: '[]' }),
      {},
      'client_data_malformed',
      'Client data',
    ],
    [
      'a cut object',
      forgeRegistration({ attestationObject: (bytes) => bytes.subarray(1) }),
      {},
      'attestation_object_malformed',
      'Authenticator data',
    ],
    ['something else', {}, {}, 'response_malformed', 'Client data'],
  ])('is refused for %s, on the line it is about', async (_, response, options, code, label) => {
    const inspection = await look(response, options)
    expect(inspection.refusal?.code).toBe(code)
    expect(inspection.passed).toBe(false)
    expect(line(inspection, label).state).toBe('fail')
  })

  const certified = { format: 'packed', statement: packedStatement() }
  const makerTrust = { roots: [makerRoot], testOnly: true }

  test('asks for the maker’s root where a certified key signed', async () => {
    const response = forgeRegistration({ format: 'packed', statement: packedStatement() })
    expect((await look(response)).notAsked).toContain('trust anchor')
    const rooted = await look(response, { roots: [makerRoot], testOnly: true })
    expect(rooted).toMatchObject({ passed: true, summary: expect.stringContaining('trusted root') })
    const other = await look(response, { roots: [authorityRoot], testOnly: true })
    expect(other.refusal?.code).toBe('attestation_untrusted')
    expect(line(other, 'Level').state).toBe('fail')
  })

  test.each([
    ['no attestation', forgeRegistration(), {}, 'L1'],
    ['self attestation', forgeRegistration({ format: 'packed', statement: selfStatement() }), {}, 'L1'],
    ['a key of a maker who was not looked up', forgeRegistration(certified), {}, 'L1'],
    ['a key that anything may unlock', forgeRegistration(certified), makerTrust, 'L2'],
    ['a key that is no Android key', forgeRegistration(certified), makerTrust, 'R'],
  ] as const)('refuses %s where more is asked', async (_, response, trust, level) => {
    const inspection = await look(response, { ...trust, level })
    expect(inspection).toMatchObject({ passed: false, refusal: { code: 'attestation_required' } })
    expect(line(inspection, 'Level').state).toBe('fail')
  })

  test('of an Android key shows key and device as well', async () => {
    const response = forgeRegistration({ format: 'android-key', statement: androidStatement() })
    const trust = { roots: [authorityRoot], testOnly: true }
    const inspection = await look(response, { ...trust, level: 'L2' })
    expect(inspection).toMatchObject({ passed: true, summary: expect.stringContaining('level L2') })
    expect(states(inspection, 'Challenge', 'Bootloader', 'Unlocked by')).toEqual(['notAsked', 'pass', 'pass'])
    const refused = await look(response, { ...trust, level: 'R' })
    expect(refused.refusal?.code).toBe('key_security_level_insufficient')
    expect(states(refused, 'Level', 'Lives in')).toEqual(['fail', 'fail'])
  })

  test('as a bare attestation object is verified with its client data, and proves nothing without', async () => {
    const { response } = forgeRegistration()
    const bare = { kind: 'webauthnAttestation', attestationObject: response.attestationObject } as const
    const clientData = decodeBase64Url(response.clientDataJSON)
    expect(await inspect(bare, { now, clientData })).toMatchObject({
      kind: 'webauthnAttestation',
      passed: true,
    })
    expect(await inspect(bare, { now })).toMatchObject({ passed: false, notAsked: ['client data'] })
  })
})
