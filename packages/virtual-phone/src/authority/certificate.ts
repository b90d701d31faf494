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

/** One extension of a certificate. */
export interface ExtensionSpec {
  readonly id: string
  readonly critical?: boolean
  readonly value: Uint8Array
}

/** How a certificate is signed. */
export interface SignatureSpec {
  readonly kind: 'rsa' | 'ecdsa'
  readonly hash: 'sha256' | 'sha384'
}

/** Everything a certificate says. */
export interface CertificateBody {
  readonly serial: number | bigint
  readonly issuer: Name
  readonly subject: Name
  readonly notBefore: Date
  readonly notAfter: Date
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly extensions: readonly ExtensionSpec[]
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

/** A distinguished name in DER, one attribute in each set. */
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

/** Whether a key may sign certificates, and how many may follow. */
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

/** The part of a certificate that is signed. */
export function writeUnsigned(body: CertificateBody, signature: SignatureSpec): Uint8Array<ArrayBuffer> {
  const extensions = body.extensions.map(({ id, critical = false, value }) =>
    writeSequence(
      writeObjectIdentifier(id),
      ...(critical ? [writeBoolean(true)] : []),
      writeOctetString(value),
    ),
  )
  return writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(body.serial),
    writeAlgorithm(signature),
    writeName(body.issuer),
    writeSequence(writeTime(body.notBefore), writeTime(body.notAfter)),
    writeName(body.subject),
    body.spki,
    ...(extensions.length > 0 ? [writeExplicit(3, writeSequence(...extensions))] : []),
  )
}

/** The certificate, from what {@link writeUnsigned} wrote and its signature. */
export function writeSigned(
  unsigned: Uint8Array,
  spec: SignatureSpec,
  signature: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return writeSequence(unsigned, writeAlgorithm(spec), writeBitString(signature))
}

function writeAlgorithm({ kind, hash }: SignatureSpec): Uint8Array {
  if (kind === 'rsa') {
    const id = hash === 'sha256' ? '1.2.840.113549.1.1.11' : '1.2.840.113549.1.1.12'
    return writeSequence(writeObjectIdentifier(id), writeNull())
  }
  return writeSequence(
    writeObjectIdentifier(hash === 'sha256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.3.3'),
  )
}
