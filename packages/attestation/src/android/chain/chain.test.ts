import { describe, expect, test } from 'vitest'
import {
  attestedApp,
  attestedOptions,
  attestedPolicy,
  attribute,
  authorityKeys,
  authorityNow,
  authorityRoot,
  basicConstraints,
  type CertificateSpec,
  type ChainOptions,
  chainSpecs,
  type DescriptionSpec,
  describeKey,
  judge,
  keyDescriptionExtension,
  keyUsage,
  makeKeys,
  type Tags,
  tagValue,
  writeCertificate,
  writeChain,
} from '../../../../../test/support/android-authority/index.ts'
import { createNodeCrypto } from '../../crypto/node/index.ts'
import { parsePublicKeyInfo } from '../../x509/index.ts'
import { chainRules } from '../rules.ts'
import { parseStatusList } from '../status/status-list.ts'
import { googleRoots, readProductionAndroidRoot } from '../trust/root.ts'
import { trustedRoots } from '../trust/trust.ts'
import { judgeAndroidKeyAttestation } from '../verify.ts'

const day = 86_400_000
const at = (days: number) => new Date(authorityNow.getTime() + days * day)

/** A chain with one certificate changed. */
function changed(index: number, change: Partial<CertificateSpec>, options?: ChainOptions): Uint8Array[] {
  return writeChain(chainSpecs(options).map((spec, at) => (at === index ? { ...spec, ...change } : spec)))
}

/** A chain with one certificate of another name, by which the one below calls its issuer. */
function renamed(index: number, subject: CertificateSpec['subject'], options?: ChainOptions): Uint8Array[] {
  const chain = chainSpecs(options).map((spec, at) => {
    if (at === index) return { ...spec, subject }
    return at === index - 1 ? { ...spec, issuer: subject } : spec
  })
  return writeChain(chain)
}

/** A chain with one more extension in one certificate. */
function extended(index: number, ...added: CertificateSpec['extensions']): Uint8Array[] {
  const extensions = chainSpecs()[index]?.extensions ?? []
  return changed(index, { extensions: [...extensions, ...added] })
}

/** How many certificates Google issued: 64. */
const provisioningInfo = { id: '1.3.6.1.4.1.11129.2.1.30', value: Uint8Array.of(0xa1, 0x01, 0x18, 0x40) }

const genuine = writeChain(chainSpecs())
const factory = writeChain(chainSpecs({ kind: 'factory' }))
const attackerKeys = makeKeys('p384')

/** A leaf that the attested signing key of a genuine chain signed itself. */
function signedByLeaf(extensions: CertificateSpec['extensions']): Uint8Array[] {
  const [leaf] = chainSpecs()
  if (leaf === undefined) throw new Error('No leaf.')
  const forged = {
    ...leaf,
    issuer: leaf.subject,
    spki: makeKeys().spki,
    extensions,
    signer: authorityKeys.leaf.privateKey,
  }
  return [writeCertificate(forged), ...genuine]
}

const strongBoxClaim = keyDescriptionExtension({
  ...describeKey(),
  attestationSecurityLevel: 2,
  keyMintSecurityLevel: 2,
})

describe('chains that are accepted', () => {
  test.each<[string, Uint8Array[]]>([
    ['remotely provisioned', genuine],
    ['from the factory, with issuers that have ended (attack table 22)', factory],
    ['StrongBox', writeChain(chainSpecs({ level: 'StrongBox', description: strongBox() }))],
    [
      'StrongBox from the factory',
      writeChain(chainSpecs({ kind: 'factory', level: 'StrongBox', description: strongBox() })),
    ],
    ['without its root (24)', genuine.slice(0, -1)],
    ['from the factory, without its root (24)', factory.slice(0, -1)],
    ['with an expired root (24)', changed(4, { notBefore: at(-5000), notAfter: at(-180) })],
    ['with a leaf of 1970 (24)', changed(0, { notBefore: new Date(0), notAfter: new Date(0) })],
    ['with a leaf of the future', changed(0, { notBefore: at(1000), notAfter: at(2000) })],
    [
      'with a batch certificate that is no CA, from the factory (23)',
      changed(1, batch(), { kind: 'factory' }),
    ],
    [
      'StrongBox from the factory, named by one of its certificates',
      renamed(2, [[attribute.serialNumber, '5ee8e1017e57dfe8']], {
        kind: 'factory',
        level: 'StrongBox',
        description: strongBox(),
      }),
    ],
    ['with issuers on their first day', changed(1, { notBefore: authorityNow })],
    ['with issuers on their last day', changed(1, { notAfter: authorityNow })],
    ['with an issuer without key usage', changed(2, { extensions: [basicConstraints(true)] })],
    ['with SHA-384 by a P-256 key', changed(0, { hash: 'sha384' })],
    ['with SHA-256 by a P-384 key', changed(2, { hash: 'sha256' })],
  ])('%s', async (_, chain) => {
    expect((await judge(attestedOptions(chain))).code).toBe('accepted')
  })

  test('the verdict says what was found and holds nothing of the root’s certificate', async () => {
    const whole = await judge(attestedOptions(genuine))
    const rootless = await judge(attestedOptions(genuine.slice(0, -1)))
    expect(rootless.attestation).toEqual(whole.attestation)
    expect(whole.attestation).toMatchObject({
      role: 'signing',
      publicKey: authorityKeys.leaf.spki,
      securityLevel: 'tee',
      attestationVersion: 300,
      provisioning: 'remote',
      userAuthentication: { required: true, methods: ['biometric'], timeout: undefined },
      application: { packages: [{ name: 'com.example.bank', version: 42 }] },
      createdAt: authorityNow,
      root: { key: 'EC P-384' },
      testOnly: true,
    })
    expect(whole.attestation?.certificates).toHaveLength(4)
    expect(whole.attestation?.findings.every(({ passed }) => passed)).toBe(true)
  })

  test('how many certificates Google issued is read leniently, as a signal', async () => {
    const info = (value: Uint8Array) => extended(1, { ...provisioningInfo, value })
    const counted = await judge(attestedOptions(info(provisioningInfo.value)))
    expect(counted.attestation?.certificatesIssued).toBe(64)
    const broken = await judge(attestedOptions(info(Uint8Array.of(0xff))))
    expect(broken.attestation?.certificatesIssued).toBeUndefined()
  })
})

function strongBox() {
  return { ...describeKey(), attestationSecurityLevel: 2, keyMintSecurityLevel: 2 }
}

/** What a batch certificate of an old factory chain says of itself. */
function batch(): Partial<CertificateSpec> {
  return { extensions: [basicConstraints(false), keyUsage('digitalSignature')] }
}

/** Changes of a chain, the rule that must refuse them, and the numbers of the attack table in facts and issue 6. */
const refusals: readonly (readonly [
  rule: keyof typeof chainRules,
  what: string,
  chain: () => Uint8Array[],
])[] = [
  [
    'placement',
    'attested key signs a leaf with a forged description (1)',
    () => signedByLeaf([strongBoxClaim]),
  ],
  ['placement', 'attested key signs a plain leaf (2)', () => signedByLeaf([])],
  ['issuersAreCa', 'leaf issued by an end entity (3)', () => changed(1, batch())],
  [
    'issuersAreCa',
    'issuer without basic constraints',
    () => changed(1, { extensions: [keyUsage('keyCertSign')] }),
  ],
  [
    'issuersAreCa',
    'issuer that may not sign certificates',
    () => changed(2, { extensions: [basicConstraints(true), keyUsage('digitalSignature')] }),
  ],
  ['issuersAreCa', 'factory intermediate that is no CA', () => changed(2, batch(), { kind: 'factory' })],
  [
    'issuersAreCa',
    'factory batch certificate without digitalSignature',
    () => changed(1, { extensions: [basicConstraints(false)] }, { kind: 'factory' }),
  ],
  [
    'issuersAreCa',
    'factory batch certificate without basic constraints',
    () => changed(1, { extensions: [keyUsage('digitalSignature')] }, { kind: 'factory' }),
  ],
  [
    'notCritical',
    'critical description in the leaf (4)',
    () => changed(0, { extensions: [{ ...keyDescriptionExtension(), critical: true }] }),
  ],
  [
    'placement',
    'critical description hidden in a middle certificate (4)',
    () => extended(2, { ...keyDescriptionExtension(), critical: true }),
  ],
  [
    'placement',
    'description in the attestation certificate too (5)',
    () => extended(1, keyDescriptionExtension()),
  ],
  ['placement', 'description in the root too', () => extended(4, keyDescriptionExtension())],
  ['placement', 'no description (6)', () => changed(0, { extensions: [keyUsage('digitalSignature')] })],
  [
    'placement',
    'description above the leaf only',
    () => [
      ...writeChain(
        chainSpecs()
          .slice(0, 1)
          .map((leaf) => ({ ...leaf, extensions: [] })),
      ),
      ...extended(1, keyDescriptionExtension()).slice(1),
    ],
  ],
  ['root', 'self-made root with the pinned name, included (7)', () => underRoot(attackerKeys, true)],
  ['signatures', 'self-made root with the pinned name, left away (7)', () => underRoot(attackerKeys, false)],
  [
    'signatures',
    'another chain with the pinned root appended (8)',
    () => [...underRoot(attackerKeys, false), authorityRoot],
  ],
  [
    'root',
    'another root altogether',
    () => changed(3, { issuer: [[attribute.commonName, 'Elsewhere']] }).slice(0, -1),
  ],
  [
    'root',
    'the pinned key under another name',
    () => changed(4, { subject: [[attribute.commonName, 'Elsewhere']] }),
  ],
  ['names', 'two certificates swapped (26)', () => swap(genuine, 1, 2)],
  [
    'names',
    'issuer name that is not the next subject',
    () => changed(0, { issuer: [[attribute.commonName, 'Elsewhere']] }),
  ],
  [
    'names',
    'issuer name below the root that is not the root’s',
    () => changed(3, { issuer: [[attribute.commonName, 'Elsewhere']] }),
  ],
  ['provisioningInfo', 'provisioning information in the leaf', () => extended(0, provisioningInfo)],
  ['provisioningInfo', 'provisioning information two above the leaf', () => extended(2, provisioningInfo)],
  ['distinct', 'one certificate twice (26)', () => [...genuine.slice(0, 2), ...genuine.slice(1)]],
  ['provisioning', 'short remote chain (26)', () => writeChain(shortRemote())],
  ['provisioning', 'factory chain with one issuer too many', () => writeChain(longFactory())],
  [
    'provisioning',
    'intermediate of no kind that Google names',
    () => namedIntermediate('Droid CA2 of somebody else', 'Google LLC'),
  ],
  [
    'provisioning',
    'intermediate as the software key store has it, under a root for production',
    () => renamed(2, [[attribute.commonName, 'Software Attestation Intermediate']], { kind: 'factory' }),
  ],
  [
    'provisioning',
    'intermediate with the name of Google’s, of another house',
    () => namedIntermediate('Droid CA2', 'Somebody else'),
  ],
  ['leafNotCa', 'leaf that is a CA (26)', () => extended(0, basicConstraints(true))],
  [
    'leafNotCa',
    'leaf that may sign certificates',
    () => changed(0, { extensions: [keyUsage('keyCertSign'), keyDescriptionExtension()] }),
  ],
  [
    'pathLength',
    'longer path than an issuer allows (26)',
    () => changed(3, { extensions: [basicConstraints(true, 1), keyUsage('keyCertSign')] }),
  ],
  ['validity', 'attestation certificate that has ended (21)', () => changed(1, { notAfter: at(-1) })],
  ['validity', 'attestation certificate that has not begun (21)', () => changed(1, { notBefore: at(1) })],
  ['validity', 'intermediate of remote provisioning that has ended', () => changed(3, { notAfter: at(-1) })],
  [
    'validity',
    'factory issuer that has not begun (22)',
    () => changed(1, { notBefore: at(1), notAfter: at(9) }, { kind: 'factory' }),
  ],
  [
    'criticalExtensions',
    'unknown critical extension',
    () => extended(2, { id: '2.5.29.30', critical: true, value: Uint8Array.of(0x30, 0) }),
  ],
  ['signatures', 'leaf signed by another key', () => changed(0, { signer: attackerKeys.privateKey })],
  ['signatures', 'intermediate signed by another key', () => changed(3, { signer: attackerKeys.privateKey })],
]

function underRoot(root: typeof attackerKeys, included: boolean): Uint8Array[] {
  const chain = chainSpecs().map((spec, index) => {
    if (index === 3) return { ...spec, signer: root.privateKey }
    return index === 4 ? { ...spec, signer: root.privateKey, spki: root.spki } : spec
  })
  return writeChain(included ? chain : chain.slice(0, -1))
}

function swap(chain: readonly Uint8Array[], a: number, b: number): Uint8Array[] {
  const order = chain.map((_, index) => (index === a ? b : index === b ? a : index))
  return order.map((index) => chain[index] ?? new Uint8Array())
}

/** Leaf, attestation certificate signed by Droid CA2, Droid CA2, root. */
function shortRemote(): CertificateSpec[] {
  const [leaf, attestation, , ca2, root] = chainSpecs()
  if (!leaf || !attestation || !ca2 || !root) throw new Error('No chain.')
  return [leaf, { ...attestation, issuer: ca2.subject, signer: authorityKeys.ca2.privateKey }, ca2, root]
}

/** Leaf, batch, and two intermediates below the root. */
function longFactory(): CertificateSpec[] {
  const [leaf, batchCertificate, intermediate, root] = chainSpecs({ kind: 'factory' })
  if (!leaf || !batchCertificate || !intermediate || !root) throw new Error('No chain.')
  const middle = {
    ...intermediate,
    serial: 0x2003,
    subject: [[attribute.serialNumber, 'middle']] as const,
    issuer: intermediate.subject,
    spki: authorityKeys.ca3.spki,
    signer: authorityKeys.ca2.privateKey,
  }
  const below = { ...batchCertificate, issuer: middle.subject, signer: authorityKeys.ca3.privateKey }
  return [leaf, below, middle, intermediate, root]
}

/** Under a root that stands for production, so that no test shape is allowed. */
function namedIntermediate(commonName: string, organization: string): Uint8Array[] {
  return renamed(3, [
    [attribute.organization, organization],
    [attribute.commonName, commonName],
  ])
}

const productionRoot = readProductionAndroidRoot(authorityRoot)

describe('chains that are refused', () => {
  const trust = { ...attestedOptions([]).trust, roots: [productionRoot] }

  test.each(refusals)('%s: %s', async (rule, _, chain) => {
    const outcome = await judge(attestedOptions(chain(), { trust }))
    expect(outcome.failed[0]).toBe(chainRules[rule].name)
    expect(outcome.code).toBe(chainRules[rule].code)
  })

  test.each<[string, () => Uint8Array[], string]>([
    ['no certificate', () => [], 'attestation_chain_invalid'],
    ['1 certificate (26)', () => genuine.slice(0, 1), 'attestation_chain_invalid'],
    ['7 certificates', () => [...genuine, ...factory.slice(0, 2)], 'attestation_chain_invalid'],
    [
      '16 certificates (26)',
      () => [...genuine, ...genuine, ...genuine, ...genuine.slice(1)],
      'attestation_chain_invalid',
    ],
    [
      'a certificate of 28 kB (26)',
      () => extended(1, { id: '2.5.29.32', value: new Uint8Array(28_000) }),
      'certificate_malformed',
    ],
    [
      'a byte after a certificate (26)',
      () => genuine.map((der, index) => (index === 1 ? Uint8Array.of(...der, 0) : der)),
      'certificate_malformed',
    ],
    [
      'a byte after the root',
      () => genuine.map((der, index) => (index === 4 ? Uint8Array.of(...der, 0) : der)),
      'certificate_malformed',
    ],
    [
      'an empty certificate',
      () => [...genuine.slice(0, 3), new Uint8Array(), ...genuine.slice(3, 4)],
      'certificate_malformed',
    ],
    [
      'the description twice in one certificate (5)',
      () => extended(0, keyDescriptionExtension()),
      'certificate_malformed',
    ],
    [
      'a description that is none',
      () => changed(0, { extensions: [{ ...keyDescriptionExtension(), value: Uint8Array.of(5, 0) }] }),
      'key_description_malformed',
    ],
  ])('what cannot be read: %s', async (_, chain, code) => {
    const outcome = await judge(attestedOptions(chain()))
    expect(outcome).toMatchObject({ code, failed: [] })
  })
})

describe('roots', () => {
  test('a test root is refused without testOnly (law 7)', async () => {
    const trust = { ...attestedOptions([]).trust, testOnly: false }
    expect(await judge(attestedOptions(genuine, { trust }))).toMatchObject({ code: 'attestation_untrusted' })
  })

  test('a root named for production is trusted, and the verdict is not marked as a test', async () => {
    const trust = { ...attestedOptions([]).trust, roots: [productionRoot], testOnly: false }
    const { attestation } = await judge(attestedOptions(genuine, { trust }))
    expect(attestation?.testOnly).toBe(false)
  })

  test('the key of a published software root is never one of production, whatever it is called', async () => {
    // The public half of the software root's P-256 key in the Android source tree.
    const spki = Buffer.from(
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7l1ex+HA220Dpn7mthvsTWpdamguD/9/SQ59dx9EIm29sa/6FsvHrcV30lacqrewLVQBXT5DKyqO107sSHVBpA==',
      'base64',
    )
    const published = { ...productionRoot, publicKey: parsePublicKeyInfo(new Uint8Array(spki)) }
    expect(trustedRoots({ roots: [published, productionRoot] })).toEqual([productionRoot])
    expect(trustedRoots({ roots: [published], testOnly: true })).toEqual([published])
  })

  test('the key of the verdict is a copy of what was judged', async () => {
    const sent = genuine.map((der) => der.slice())
    const { attestation } = await judge(attestedOptions(sent))
    const before = attestation?.publicKey.slice()
    for (const der of sent) der.fill(0)
    expect(attestation?.publicKey).toEqual(before)
  })

  test('without roots of one’s own, Google’s are the ones', async () => {
    const { roots: _, ...trust } = attestedOptions([]).trust
    expect(await judge(attestedOptions(genuine, { trust }))).toMatchObject({ code: 'attestation_untrusted' })
    expect(googleRoots.map(({ publicKey }) => publicKey.kind)).toEqual(['rsa', 'ec'])
  })

  test('no roots trust nobody', async () => {
    const trust = { ...attestedOptions([]).trust, roots: [] }
    expect(await judge(attestedOptions(genuine, { trust }))).toMatchObject({ code: 'attestation_untrusted' })
  })

  test('a root certificate that is none is refused as such', async () => {
    const trust = { ...attestedOptions([]).trust, roots: [new Uint8Array([1])] }
    expect(await judge(attestedOptions(genuine, { trust }))).toMatchObject({ code: 'certificate_malformed' })
  })
})

describe('factory keys where the policy wants remote ones', () => {
  const policy = { ...attestedPolicy, provisioning: 'remote' as const }

  test('are refused', async () => {
    const outcome = await judge(attestedOptions(factory, { policy }))
    expect(outcome).toMatchObject({
      code: 'attestation_provisioning_refused',
      failed: ['remotely_provisioned'],
    })
  })

  test('and remote ones pass', async () => {
    expect((await judge(attestedOptions(genuine, { policy }))).code).toBe('accepted')
  })
})

describe('revocation (attack table 20)', () => {
  const { trust } = attestedOptions([])
  const listed = (serial: string, status: string) => ({
    ...trust,
    status: parseStatusList({ entries: { [serial]: { status, reason: 'KEY_COMPROMISE' } } }),
  })

  test.each([
    ['the attestation certificate, revoked', '0123456789ABCDEF', 'REVOKED'],
    ['the attestation certificate, suspended', '123456789abcdef', 'SUSPENDED'],
    ['an intermediate', '1002', 'REVOKED'],
    ['the root', '1000', 'REVOKED'],
    ['the leaf, with a status nobody knows yet', '1', 'DOUBTED'],
  ])('refuses %s', async (_, serial, status) => {
    const outcome = await judge(attestedOptions(genuine, { trust: listed(serial, status) }))
    expect(outcome).toMatchObject({ code: 'attestation_revoked', failed: ['not_revoked'] })
  })

  test('other serial numbers do not matter', async () => {
    expect((await judge(attestedOptions(genuine, { trust: listed('abc', 'REVOKED') }))).code).toBe('accepted')
  })

  const { status: _status, ...noStatus } = trust
  const { statusFetchedAt: _fetchedAt, ...noAge } = trust
  test.each([
    ['no list', noStatus],
    ['a list of unknown age', noAge],
    ['a list that is too old', { ...trust, statusFetchedAt: at(-1.01) }],
    ['a list older than the given age', { ...trust, statusFetchedAt: at(-0.1), maxStatusAge: 3600 }],
    ['a list that is too old by a second', { ...trust, statusFetchedAt: at(-1 - 1 / 86_400) }],
    ['a list from the future', { ...trust, statusFetchedAt: at(61 / 86_400) }],
    ['a list whose date is none', { ...trust, statusFetchedAt: new Date(Number.NaN) }],
  ])('fails closed with %s', async (_, doubtful) => {
    const outcome = await judge(attestedOptions(genuine, { trust: doubtful }))
    expect(outcome).toMatchObject({ code: 'attestation_status_unavailable', failed: ['status_known'] })
  })

  test.each([
    ['a day old', -1],
    ['a minute ahead', 60 / 86_400],
  ])('is young enough when it is %s', async (_, age) => {
    const outcome = await judge(attestedOptions(genuine, { trust: { ...trust, statusFetchedAt: at(age) } }))
    expect(outcome.code).toBe('accepted')
  })

  test('is judged at now, while dates are judged at issuedAt', async () => {
    const later = { now: at(300), trust: { ...trust, statusFetchedAt: at(300) } }
    expect((await judge(attestedOptions(genuine, later))).code).toBe('accepted')
    expect((await judge(attestedOptions(genuine, { issuedAt: at(300) }))).code).toBe(
      'attestation_chain_expired',
    )
  })

  test('a policy may do without a list, yet looks when there is one', async () => {
    const policy = { ...attestedPolicy, revocation: 'ifGiven' as const }
    expect((await judge(attestedOptions(genuine, { policy, trust: noStatus }))).code).toBe('accepted')
    const { statusFetchedAt: _, ...old } = listed('1003', 'REVOKED')
    expect((await judge(attestedOptions(genuine, { policy, trust: old }))).code).toBe('attestation_revoked')
  })

  test('a clock that is none judges nothing valid', async () => {
    const outcome = await judge(
      attestedOptions(genuine, { issuedAt: new Date(Number.NaN), now: authorityNow }),
    )
    expect(outcome.code).not.toBe('accepted')
  })
})

describe('attest-key chains (attack table 27)', () => {
  const attestKey = makeKeys()
  const attestDescription = {
    ...describeKey(),
    hardwareEnforced: { ...describeKey().hardwareEnforced, 1: tagValue.numbers(7) },
  }

  /** Leaf signed by an attest key, which the attestation certificate signed. */
  function attestKeyChain(
    description: DescriptionSpec = attestDescription,
    extensions?: CertificateSpec['extensions'],
  ): Uint8Array[] {
    const [leaf, ...rest] = chainSpecs()
    if (leaf === undefined) throw new Error('No leaf.')
    const subject = [[attribute.commonName, 'Attest Key']] as const
    const middle = {
      ...leaf,
      serial: 2,
      subject,
      spki: attestKey.spki,
      extensions: extensions ?? [
        basicConstraints(true),
        keyUsage('keyCertSign'),
        keyDescriptionExtension(description),
      ],
    }
    return writeChain([{ ...leaf, issuer: subject, signer: attestKey.privateKey }, middle, ...rest])
  }

  const policy = { ...attestedPolicy, attestKeys: 'allow' as const }

  test('are refused by default', async () => {
    const outcome = await judge(attestedOptions(attestKeyChain()))
    expect(outcome).toMatchObject({ code: 'key_description_misplaced' })
  })

  test('are accepted by explicit policy', async () => {
    const { code, attestation } = await judge(attestedOptions(attestKeyChain(), { policy }))
    expect(code).toBe('accepted')
    expect(attestation?.provisioning).toBe('remote')
  })

  test('a chain without one is accepted under that policy too', async () => {
    expect((await judge(attestedOptions(genuine, { policy }))).code).toBe('accepted')
  })

  const ours = [attestedApp.packageName, attestedApp.version] as const
  const hardware = attestDescription.hardwareEnforced
  const { 704: _, ...withoutBoot }: Tags = hardware
  const inHardware = (tags: Tags) => ({
    ...attestDescription,
    hardwareEnforced: { ...hardware, ...tags },
  })
  test.each<[string, DescriptionSpec]>([
    ['may also sign', inHardware({ 1: tagValue.numbers(2, 7) })],
    ['may attest and do what nobody knows yet', inHardware({ 1: tagValue.numbers(7, 9) })],
    ['may only sign', inHardware({ 1: tagValue.numbers(2) })],
    ['was imported', inHardware({ 702: tagValue.number(2) })],
    ['belongs to all apps', inHardware({ 600: tagValue.present() })],
    [
      'belongs to all apps by the word of the system',
      {
        ...attestDescription,
        softwareEnforced: { ...attestDescription.softwareEnforced, 600: tagValue.present() },
      },
    ],
    ['says another boot state', inHardware({ 704: tagValue.rootOfTrust({ state: 1 }) })],
    [
      'says no root of trust',
      { ...attestDescription, hardwareEnforced: { ...withoutBoot, 1: tagValue.numbers(7) } },
    ],
    [
      'says another boot key',
      inHardware({ 704: tagValue.rootOfTrust({ bootKey: new Uint8Array(32).fill(1) }) }),
    ],
    ['says another lock state', inHardware({ 704: tagValue.rootOfTrust({ locked: false }) })],
    ['says another system version', inHardware({ 705: tagValue.number(150000) })],
    ['says another patch level', inHardware({ 706: tagValue.number(202501) })],
    ['says another level', { ...attestDescription, attestationSecurityLevel: 2 }],
    ['says another level of itself', { ...attestDescription, keyMintSecurityLevel: 2 }],
    ['says another version', { ...attestDescription, attestationVersion: 200 }],
    ['says another version of KeyMint', { ...attestDescription, keyMintVersion: 200 }],
    ['was made for another challenge', { ...attestDescription, challenge: new Uint8Array(32) }],
    [
      'was made by another app',
      {
        ...attestDescription,
        softwareEnforced: { 709: tagValue.applicationId([['com.example.other', 1]], [attestedApp.signer]) },
      },
    ],
    [
      'was made by an app of another signer',
      {
        ...attestDescription,
        softwareEnforced: {
          709: tagValue.applicationId([[attestedApp.packageName, 42]], [new Uint8Array(32)]),
        },
      },
    ],
    ...(
      [
        ['two apps', [ours, ['com.example.other', 1]], [attestedApp.signer]],
        ['an app of two signers', [ours], [attestedApp.signer, new Uint8Array(32)]],
        ['an app of no signer', [ours], []],
        ['an app of no name', [], [attestedApp.signer]],
      ] as const
    ).map(([who, packages, signers]): [string, DescriptionSpec] => [
      `was made by ${who}`,
      { ...attestDescription, softwareEnforced: { 709: tagValue.applicationId(packages, signers) } },
    ]),
    ['was made by no app', { ...attestDescription, softwareEnforced: {} }],
  ])('are refused when the attest key %s', async (_, description) => {
    const outcome = await judge(attestedOptions(attestKeyChain(description), { policy }))
    expect(outcome).toMatchObject({ code: 'key_description_misplaced', failed: ['attest_key'] })
  })

  test('are refused when the attest key is no CA', async () => {
    const extensions = [keyUsage('digitalSignature'), keyDescriptionExtension(attestDescription)]
    const outcome = await judge(attestedOptions(attestKeyChain(attestDescription, extensions), { policy }))
    expect(outcome).toMatchObject({ code: 'attestation_chain_invalid', failed: ['issuers_are_ca'] })
  })
})

test('a failure of the crypto port is no finding', async () => {
  const crypto = { ...createNodeCrypto(), verify: () => Promise.reject(new Error('the runtime is broken')) }
  const judging = judgeAndroidKeyAttestation(attestedOptions(genuine, { crypto }))
  await expect(judging).rejects.toThrow('the runtime is broken')
})

test('every rule of the chain has a chain that breaks it', () => {
  const elsewhere = ['length', 'statusKnown', 'notRevoked', 'remotelyProvisioned']
  const tested = new Set([...refusals.map(([rule]) => rule), ...elsewhere])
  expect(Object.keys(chainRules).filter((rule) => !tested.has(rule as keyof typeof chainRules))).toEqual([])
})
