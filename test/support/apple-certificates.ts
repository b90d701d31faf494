import { type KeyObject, sign } from 'node:crypto'
import {
  derTag,
  writeBitString,
  writeBoolean,
  writeElement,
  writeExplicit,
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
  writeTime,
} from '@keybound/attestation/der'

/** What a certificate can get wrong. */
export interface CertificateKnobs {
  readonly ca?: boolean
  readonly pathLength?: number | null
  readonly keyUsage?: number | null
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly issuerName?: string
  readonly subjectName?: string
  /** Signs with a key that the issuer does not have. */
  readonly signWith?: KeyObject
  /** Further extensions, DER. */
  readonly extensions?: readonly Uint8Array[]
}

/** SubjectPublicKeyInfo, DER. */
export function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }))
}

/** Of keyUsage, the bit that lets a key sign certificates. */
export const keyCertSign = 0x04

/** What stands in a certificate when no knob says otherwise. */
export interface CertificateBody {
  readonly subject: string
  readonly issuer: string
  readonly key: KeyObject
  readonly signer: KeyObject
  readonly now: Date
}

export const day = 86_400_000

let serial = 0

/** Writes and signs a certificate, good for years around `now`. */
export function writeCertificate(knobs: CertificateKnobs, body: CertificateBody): Uint8Array {
  const algorithm = writeSequence(writeObjectIdentifier('1.2.840.10045.4.3.3'))
  const notBefore = knobs.notBefore ?? new Date(body.now.getTime() - 2000 * day)
  const notAfter = knobs.notAfter ?? new Date(body.now.getTime() + 2000 * day)
  serial += 1
  const tbs = writeSequence(
    writeExplicit(0, writeInteger(2)),
    writeInteger(serial),
    algorithm,
    writeName(knobs.issuerName ?? body.issuer),
    writeSequence(writeTime(notBefore), writeTime(notAfter)),
    writeName(knobs.subjectName ?? body.subject),
    spkiOf(body.key),
    writeExplicit(3, writeSequence(...writeExtensions(knobs))),
  )
  const signature = sign('sha384', tbs, knobs.signWith ?? body.signer)
  return writeSequence(tbs, algorithm, writeBitString(signature))
}

function writeName(commonName: string): Uint8Array {
  const attribute = writeSequence(writeObjectIdentifier('2.5.4.3'), writeString(commonName))
  return writeSequence(writeSet(attribute))
}

function writeExtensions({ ca, pathLength, keyUsage, extensions = [] }: CertificateKnobs): Uint8Array[] {
  const constraints = ca
    ? [writeBoolean(true), ...(typeof pathLength === 'number' ? [writeInteger(pathLength)] : [])]
    : []
  const written = [writeExtension('2.5.29.19', writeSequence(...constraints), true)]
  if (typeof keyUsage === 'number') {
    written.push(
      writeExtension('2.5.29.15', writeBitString(Uint8Array.of(keyUsage), trailingZeros(keyUsage)), true),
    )
  }
  return [...written, ...extensions]
}

function trailingZeros(octet: number): number {
  return 31 - Math.clz32(octet & -octet)
}

/** One extension, for the `extensions` knob. */
export function writeExtension(id: string, value: Uint8Array, critical = false): Uint8Array {
  const flag = critical ? [writeBoolean(true)] : []
  return writeElement(derTag.sequence, writeObjectIdentifier(id), ...flag, writeOctetString(value))
}
