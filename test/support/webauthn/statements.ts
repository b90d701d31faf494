import type { KeyObject } from 'node:crypto'
import {
  contextTag,
  writeElement,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
} from '@keybound/attestation/der'
import type { CborValue } from '@keybound/protocol/encoding'
import { chainSpecs, describeKey, keyDescriptionExtension } from '../android-authority/authority.ts'
import {
  attribute,
  basicConstraints,
  type CertificateSpec,
  type ExtensionSpec,
  keyUsage,
  type Name,
  writeCertificate,
} from '../android-authority/certificate.ts'
import type { DescriptionSpec } from '../android-authority/index.ts'
import { concat, credentialKey, type ForgedKey, makeKey, sha256, signWith, type ToAttest } from './forge.ts'

/** Writes certified attestation statements, right in everything until a test changes a part. */

/** The clock of all certificates. */
export const attestationTime = new Date('2026-11-22T12:00:00Z')
const year = 365 * 86_400_000
const years = (count: number): Date => new Date(attestationTime.getTime() + count * year)

/** A maker's certificate authority in three steps. */
const rootKey = makeKey('P-384')
const issuerKey = makeKey()
/** The key that signs attestations. */
export const attestationKey = makeKey()

const rootName: Name = [[attribute.commonName, 'Keybound Test Maker Root']]
const issuerName: Name = [[attribute.commonName, 'Keybound Test Maker Issuer']]
const packedName: Name = [
  [attribute.country, 'SE'],
  [attribute.organization, 'Maker'],
  [attribute.organizationalUnit, 'Authenticator Attestation'],
  [attribute.commonName, 'Maker Authenticator'],
]

const rootSpec: CertificateSpec = {
  serial: 1,
  issuer: rootName,
  subject: rootName,
  notBefore: years(-20),
  // Ended: the dates of a root are not judged.
  notAfter: years(-1),
  spki: rootKey.spki,
  extensions: [basicConstraints(true, 1), keyUsage('keyCertSign')],
  signer: rootKey.privateKey,
  hash: 'sha384',
}
const issuerSpec: CertificateSpec = {
  serial: 2,
  issuer: rootName,
  subject: issuerName,
  notBefore: years(-2),
  notAfter: years(2),
  spki: issuerKey.spki,
  extensions: [basicConstraints(true, 0), keyUsage('keyCertSign')],
  signer: rootKey.privateKey,
  hash: 'sha384',
}

/** The maker's root, DER. */
export const makerRoot = writeCertificate(rootSpec)

export interface CertificateChanges {
  readonly leaf?: Partial<CertificateSpec>
  readonly issuer?: Partial<CertificateSpec>
  /** The last word on the chain, leaf first; the root is left out unless this adds it. */
  readonly chain?: (chain: readonly Uint8Array[]) => readonly CborValue[]
}

function writeX5c(leaf: CertificateSpec, changes: CertificateChanges): readonly CborValue[] {
  const chain = [
    writeCertificate({ ...leaf, ...changes.leaf }),
    writeCertificate({ ...issuerSpec, ...changes.issuer }),
  ]
  return changes.chain?.(chain) ?? chain
}

function leafSpec(subject: Name, spki: Uint8Array, extensions: readonly ExtensionSpec[]): CertificateSpec {
  const dates = { notBefore: years(-1), notAfter: years(1) }
  return { serial: 3, issuer: issuerName, subject, ...dates, spki, extensions, signer: issuerKey.privateKey }
}

/** The key of the maker's issuing certificate, to sign what it should not. */
export const issuerPrivateKey: KeyObject = issuerKey.privateKey

/** A statement with some of its members changed; undefined removes one. */
export type Members = Readonly<Record<string, CborValue | undefined>>

function statement(members: Members, changes: Members = {}): CborValue {
  const entries = Object.entries({ ...members, ...changes })
  return new Map(entries.filter((entry): entry is [string, CborValue] => entry[1] !== undefined))
}

/** AAGUID extension of §8.2.1. */
export function aaguidExtension(aaguid: Uint8Array, critical = false): ExtensionSpec {
  return { id: '1.3.6.1.4.1.45724.1.1.4', critical, value: writeOctetString(aaguid) }
}

/** `packed` with certificates. */
export function packedStatement(
  changes: CertificateChanges & { readonly members?: Members; readonly signer?: ForgedKey } = {},
): (toAttest: ToAttest) => CborValue {
  const leaf = leafSpec(packedName, attestationKey.spki, [basicConstraints(false)])
  return ({ signedData }) =>
    statement(
      {
        alg: -7,
        sig: signWith(changes.signer ?? attestationKey, signedData),
        x5c: writeX5c(leaf, changes),
      },
      changes.members,
    )
}

/** The subject of a packed attestation certificate with one attribute changed or, by undefined, left out. */
export function packedSubject(type: string, value: string | undefined): Name {
  return packedName.flatMap(([name, text]) => {
    if (name !== type) return [[name, text] as const]
    return value === undefined ? [] : [[name, value] as const]
  })
}

/** `fido-u2f`: one certificate and a message of its own. */
export function u2fStatement(
  changes: CertificateChanges & {
    readonly members?: Members
    readonly signer?: ForgedKey
    readonly key?: ForgedKey
  } = {},
): (toAttest: ToAttest) => CborValue {
  const { cose } = changes.key ?? credentialKey
  const leaf = leafSpec(packedName, attestationKey.spki, [])
  return ({ authenticatorData, clientDataHash }) => {
    const idLength = ((authenticatorData[53] ?? 0) << 8) | (authenticatorData[54] ?? 0)
    const message = concat(
      Uint8Array.of(0),
      authenticatorData.subarray(0, 32),
      clientDataHash,
      authenticatorData.subarray(55, 55 + idLength),
      Uint8Array.of(4),
      ...(cose.type === 'EC2' ? [cose.x, cose.y] : []),
    )
    const x5c = writeX5c(
      { ...leaf, issuer: rootName, signer: rootKey.privateKey, hash: 'sha384' },
      {
        chain: (chain) => chain.slice(0, 1),
        ...changes,
      },
    )
    return statement({ sig: signWith(changes.signer ?? attestationKey, message), x5c }, changes.members)
  }
}

/** `apple`: the credential key certified with a nonce. */
export function appleStatement(
  changes: CertificateChanges & {
    readonly members?: Members
    readonly nonce?: Uint8Array
    /** The value of the extension, from the nonce as an OCTET STRING. */
    readonly extension?: (nonce: Uint8Array) => Uint8Array
  } = {},
): (toAttest: ToAttest) => CborValue {
  return ({ signedData }) => {
    const nonce = writeOctetString(changes.nonce ?? sha256(signedData))
    const value = changes.extension?.(nonce) ?? writeSequence(writeElement(contextTag(1), nonce))
    const leaf = leafSpec([[attribute.commonName, 'credential']], credentialKey.spki, [
      basicConstraints(false),
      { id: '1.2.840.113635.100.8.2', value },
    ])
    return statement({ alg: -7, x5c: writeX5c(leaf, changes) }, changes.members)
  }
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff)
const uint32 = (value: number): Uint8Array => concat(uint16(value >>> 16), uint16(value & 0xffff))
const sized = (bytes: Uint8Array): Uint8Array => concat(uint16(bytes.length), bytes)

/** Attributes of a key that Windows makes: fixedTPM, fixedParent, sensitiveDataOrigin and what it is for. */
const madeInTpm = 0x00060472

/** TPMT_PUBLIC of a key: name by SHA-256, no symmetric algorithm, no scheme. */
export function publicArea({ cose }: ForgedKey, exponent = 0, attributes = madeInTpm): Uint8Array {
  const head = (type: number): Uint8Array =>
    concat(
      uint16(type),
      uint16(0x000b),
      uint32(attributes),
      sized(sha256('policy')),
      uint16(0x10),
      uint16(0x10),
    )
  if (cose.type === 'RSA') return concat(head(0x0001), uint16(2048), uint32(exponent), sized(cose.n))
  if (cose.type !== 'EC2') throw new Error('Unexpected key, expected RSA or elliptic.')
  const curve = { 'P-256': 3, 'P-384': 4, 'P-521': 5 }[cose.curve]
  return concat(head(0x0023), uint16(curve), uint16(0x10), sized(cose.x), sized(cose.y))
}

export interface TpmChanges extends CertificateChanges {
  readonly members?: Members
  readonly signer?: ForgedKey
  readonly key?: ForgedKey
  /** TPMA_OBJECT of the credential key. */
  readonly attributes?: number
  /** The last word on the public area. */
  readonly area?: (area: Uint8Array) => Uint8Array
  readonly magic?: number
  readonly type?: number
  readonly extraData?: Uint8Array
  readonly name?: Uint8Array
  readonly tail?: Uint8Array
}

/** Alternative name of a TPM with these attributes (TCG EK Credential Profile §3.2.9). */
export function tpmName(attributes: Name, tag = contextTag(4)): ExtensionSpec {
  const set = writeSet(
    ...attributes.map(([type, value]) => writeSequence(writeObjectIdentifier(type), writeString(value))),
  )
  return { id: '2.5.29.17', critical: true, value: writeSequence(writeElement(tag, writeSequence(set))) }
}

export const tpmAttributes: Name = [
  ['2.23.133.2.1', 'id:4B594244'],
  ['2.23.133.2.2', 'Model'],
  ['2.23.133.2.3', 'id:0001'],
]
export const aikPurpose: ExtensionSpec = {
  id: '2.5.29.37',
  value: writeSequence(writeObjectIdentifier('2.23.133.8.3')),
}

/** `tpm`: an attestation key certifies the public area of the credential key. */
export function tpmStatement(changes: TpmChanges = {}): (toAttest: ToAttest) => CborValue {
  const written = publicArea(changes.key ?? credentialKey, 0, changes.attributes)
  const pubArea = changes.area?.(written) ?? written
  const leaf = leafSpec([], attestationKey.spki, [
    basicConstraints(false),
    tpmName(tpmAttributes),
    aikPurpose,
  ])
  return ({ signedData }) => {
    const certInfo = concat(
      uint32(changes.magic ?? 0xff544347),
      uint16(changes.type ?? 0x8017),
      sized(sha256('qualified signer')),
      sized(changes.extraData ?? sha256(signedData)),
      new Uint8Array(25).fill(7),
      sized(changes.name ?? concat(uint16(0x000b), sha256(pubArea))),
      sized(sha256('qualified name')),
      changes.tail ?? new Uint8Array(),
    )
    const sig = signWith(changes.signer ?? attestationKey, certInfo)
    return statement(
      { ver: '2.0', alg: -7, x5c: writeX5c(leaf, changes), sig, certInfo, pubArea },
      changes.members,
    )
  }
}

/** `android-key`: the chain of the Android authority with the credential key in its leaf. */
export function androidStatement(
  changes: {
    readonly members?: Members
    readonly signer?: ForgedKey
    readonly description?: (description: DescriptionSpec) => DescriptionSpec
    readonly leaf?: Partial<CertificateSpec>
  } = {},
): (toAttest: ToAttest) => CborValue {
  return ({ signedData, clientDataHash }) => {
    const asked = { ...describeKey(), challenge: clientDataHash }
    const extension = keyDescriptionExtension(changes.description?.(asked) ?? asked)
    const [leaf, ...issuers] = chainSpecs()
    if (leaf === undefined) throw new Error('Unexpected empty chain.')
    const extensions = [keyUsage('digitalSignature'), extension]
    const x5c = [{ ...leaf, spki: credentialKey.spki, extensions, ...changes.leaf }, ...issuers]
    const sig = signWith(changes.signer ?? credentialKey, signedData)
    return statement({ alg: -7, sig, x5c: x5c.map(writeCertificate) }, changes.members)
  }
}
