import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  type DescriptionSpec,
  keyDescriptionOid,
  type Tags,
  tagValue,
  writeKeyDescription,
} from '@keybound/virtual-phone/authority'
import {
  attribute,
  basicConstraints,
  type CertificateSpec,
  type ExtensionSpec,
  keyUsage,
  type Name,
  writeCertificate,
} from './certificate.ts'

/** The clock of everything the authority makes. */
export const authorityNow = new Date('2026-11-22T12:00:00Z')
const day = 86_400_000
const fromNow = (days: number) => new Date(authorityNow.getTime() + days * day)

/** The app whose keys it attests. */
export const attestedApp = {
  packageName: 'com.example.bank',
  version: 42,
  signer: new Uint8Array(createHash('sha256').update('a signing certificate').digest()),
}
export const attestedChallenge = new Uint8Array(createHash('sha256').update('a challenge').digest())

export interface Keys {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
}

/** A fresh key pair. */
export function makeKeys(kind: 'p256' | 'p384' | 'rsa2048' = 'p256'): Keys {
  const { publicKey, privateKey } =
    kind === 'rsa2048'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : 'P-384' })
  return { privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}

export type ChainKind = 'remote' | 'factory'
export type Role = 'signing' | 'sealing' | 'proof'

/** Keys are made once for all chains: making them costs more than everything else. */
const keys = {
  root: makeKeys('p384'),
  ca2: makeKeys('p384'),
  ca3: makeKeys(),
  attestation: makeKeys(),
  leaf: makeKeys(),
  sealing: makeKeys('rsa2048'),
}

/** The keys behind the certificates, for tests that sign what they should not. */
export const authorityKeys: Readonly<Record<keyof typeof keys, Keys>> = keys

const names = {
  leaf: [[attribute.commonName, 'Android Keystore Key']],
  root: [
    [attribute.commonName, 'Keybound Test Attestation Root'],
    [attribute.organization, 'Keybound'],
  ],
  ca2: [
    [attribute.organization, 'Google LLC'],
    [attribute.commonName, 'Droid CA2'],
  ],
  ca3: [
    [attribute.organization, 'Google LLC'],
    [attribute.commonName, 'Droid CA3'],
  ],
} as const satisfies Record<string, Name>

const remoteName = (organization: string): Name => [
  [attribute.organization, organization],
  [attribute.commonName, '0123456789abcdef0123456789abcdef'],
]
const factoryName = (serial: string, title: string): Name => [
  [attribute.serialNumber, serial],
  [attribute.title, title],
]

/** A description of a key of this role that every policy up to L2 accepts. */
export function describeKey(role: Role = 'signing'): DescriptionSpec {
  return {
    attestationVersion: 300,
    attestationSecurityLevel: 1,
    keyMintVersion: 300,
    keyMintSecurityLevel: 1,
    challenge: attestedChallenge,
    softwareEnforced: {
      701: tagValue.number(authorityNow.getTime()),
      709: tagValue.applicationId([[attestedApp.packageName, attestedApp.version]], [attestedApp.signer]),
    },
    hardwareEnforced: { ...useTags(role), ...deviceTags },
  }
}

function useTags(role: Role): Tags {
  const { number, numbers, present } = tagValue
  const key: Tags =
    role === 'sealing'
      ? {
          1: numbers(1),
          2: number(1),
          3: number(2048),
          5: numbers(4),
          6: numbers(2),
          200: number(65537),
          203: numbers(2),
        }
      : { 1: numbers(2), 2: number(3), 3: number(256), 5: numbers(4), 10: number(1) }
  return role === 'proof' ? { ...key, 503: present() } : { ...key, 504: number(2) }
}

const deviceTags: Tags = {
  702: tagValue.number(0),
  704: tagValue.rootOfTrust(),
  705: tagValue.number(160000),
  706: tagValue.number(202611),
  718: tagValue.number(20261105),
  719: tagValue.number(20261105),
}

/** An extension with a key description. */
export function keyDescriptionExtension(description: DescriptionSpec = describeKey()): ExtensionSpec {
  return { id: keyDescriptionOid, value: writeKeyDescription(description) }
}

export interface ChainOptions {
  readonly kind?: ChainKind
  readonly role?: Role
  /** What the leaf says. Default {@link describeKey} of the role. */
  readonly description?: DescriptionSpec
  /** `TEE` or `StrongBox`, as the certificates name it. */
  readonly level?: string
}

/** A chain that is right in everything, leaf first, root last, still to be written. */
export function chainSpecs(options: ChainOptions = {}): CertificateSpec[] {
  const { kind = 'remote', role = 'signing', level = 'TEE' } = options
  const description = options.description ?? describeKey(role)
  const issuers = kind === 'remote' ? remoteIssuers(level) : factoryIssuers(level)
  const leaf: CertificateSpec = {
    serial: 1,
    issuer: issuers[0]?.subject ?? [],
    subject: names.leaf,
    notBefore: new Date(0),
    notAfter: new Date('2048-01-01T00:00:00Z'),
    spki: (role === 'sealing' ? keys.sealing : keys.leaf).spki,
    extensions: [keyUsage('digitalSignature'), keyDescriptionExtension(description)],
    signer: keys.attestation.privateKey,
  }
  return [leaf, ...issuers, rootSpec()]
}

function issuerSpec(
  part: Pick<CertificateSpec, 'serial' | 'issuer' | 'subject'>,
  life: readonly [number, number],
) {
  return {
    ...part,
    notBefore: fromNow(life[0]),
    notAfter: fromNow(life[1]),
    extensions: [basicConstraints(true), keyUsage('keyCertSign')],
  }
}

function remoteIssuers(level: string): CertificateSpec[] {
  const attestation = { serial: 0x0123456789abcdefn, issuer: names.ca3, subject: remoteName(level) }
  const ca2 = issuerSpec({ serial: 0x1002, issuer: names.root, subject: names.ca2 }, [-200, 800])
  return [
    { ...issuerSpec(attestation, [-10, 10]), spki: keys.attestation.spki, signer: keys.ca3.privateKey },
    {
      ...issuerSpec({ serial: 0x1003, issuer: names.ca2, subject: names.ca3 }, [-20, 40]),
      spki: keys.ca3.spki,
      signer: keys.ca2.privateKey,
      hash: 'sha384',
    },
    {
      ...ca2,
      extensions: [basicConstraints(true, 2), keyUsage('keyCertSign')],
      spki: keys.ca2.spki,
      signer: keys.root.privateKey,
      hash: 'sha384',
    },
  ]
}

/** Both issuers ended two years ago, as they do on phones that still work. */
function factoryIssuers(level: string): CertificateSpec[] {
  const intermediate = factoryName('5ee8e1017e57dfe8', level)
  const batch = { serial: 0x2001, issuer: intermediate, subject: factoryName('a0b63a3574367377', level) }
  return [
    { ...issuerSpec(batch, [-4000, -700]), spki: keys.attestation.spki, signer: keys.ca2.privateKey },
    {
      ...issuerSpec({ serial: 0x2002, issuer: names.root, subject: intermediate }, [-4000, -700]),
      spki: keys.ca2.spki,
      signer: keys.root.privateKey,
      hash: 'sha384',
    },
  ]
}

function rootSpec(): CertificateSpec {
  return {
    ...issuerSpec({ serial: 0x1000, issuer: names.root, subject: names.root }, [-400, 3000]),
    spki: keys.root.spki,
    signer: keys.root.privateKey,
    hash: 'sha384',
  }
}

/** Writes a chain. */
export function writeChain(specs: readonly CertificateSpec[]): Uint8Array[] {
  return specs.map(writeCertificate)
}

/** The authority's root certificate, DER. */
export const authorityRoot: Uint8Array = writeCertificate(rootSpec())
