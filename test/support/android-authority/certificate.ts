import { type KeyObject, sign } from 'node:crypto'
import {
  derTag,
  writeBitString,
  writeBoolean,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
  writeTime,
} from '@keybound/attestation/der'

/** A name as pairs of dotted identifier and text, in order. */
export type Name = readonly (readonly [type: string, value: string])[]

export interface ExtensionSpec {
  readonly id: string
  readonly critical?: boolean
  readonly value: Uint8Array
}

/** Everything a certificate says: tests change a member and write it. */
export interface CertificateSpec {
  readonly serial: number | bigint
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly extensions: readonly ExtensionSpec[]
  /** The issuer's private key. */
  readonly signer: KeyObject
  /** Default sha256. */
  readonly hash?: 'sha256' | 'sha384'
}

/** Names of the attributes that attestation certificates use. */
export const attribute = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  title: '2.5.4.12',
} as const

export function writeName(name: Name): Uint8Array {
  const relative = name.map(([type, value]) => {
    const tag =
      type === attribute.serialNumber || type === attribute.country
        ? derTag.printableString
        : derTag.utf8String
    return writeSet(writeSequence(writeObjectIdentifier(type), writeString(value, tag)))
  })
  return writeSequence(...relative)
}

export const basicConstraints = (ca: boolean, pathLength?: number): ExtensionSpec => ({
  id: '2.5.29.19',
  critical: true,
  value: writeSequence(
    ...(ca ? [writeBoolean(true)] : []),
    ...(pathLength === undefined ? [] : [writeInteger(pathLength)]),
  ),
})

/** `digitalSignature` or `keyCertSign`. */
export const keyUsage = (...uses: readonly ('digitalSignature' | 'keyCertSign')[]): ExtensionSpec => {
  const bits = (uses.includes('digitalSignature') ? 0x80 : 0) | (uses.includes('keyCertSign') ? 0x04 : 0)
  return { id: '2.5.29.15', critical: true, value: writeBitString(Uint8Array.of(bits), bits & 0x04 ? 2 : 7) }
}

/** Signs and writes a certificate. */
export function writeCertificate(spec: CertificateSpec): Uint8Array {
  const algorithm = writeAlgorithm(spec)
  const extensions = spec.extensions.map(({ id, critical = false, value }) =>
    writeSequence(
      writeObjectIdentifier(id),
      ...(critical ? [writeBoolean(true)] : []),
      writeOctetString(value),
    ),
  )
  const tbs = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(spec.serial),
    algorithm,
    writeName(spec.issuer),
    writeSequence(writeTime(spec.notBefore), writeTime(spec.notAfter)),
    writeName(spec.subject),
    spec.spki,
    ...(extensions.length > 0 ? [writeExplicit(3, writeSequence(...extensions))] : []),
  )
  const signature = sign(spec.hash ?? 'sha256', tbs, spec.signer)
  return writeSequence(tbs, algorithm, writeBitString(new Uint8Array(signature)))
}

function writeAlgorithm({ signer, hash = 'sha256' }: CertificateSpec): Uint8Array {
  if (signer.asymmetricKeyType === 'rsa') {
    const id = hash === 'sha256' ? '1.2.840.113549.1.1.11' : '1.2.840.113549.1.1.12'
    return writeSequence(writeObjectIdentifier(id), writeNull())
  }
  return writeSequence(
    writeObjectIdentifier(hash === 'sha256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.3.3'),
  )
}
