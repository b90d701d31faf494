import { malformedDer } from '../der/malformed.ts'
import { DerReader } from '../der/reader.ts'
import { derTag } from '../der/tag.ts'
import {
  readBitString,
  readBoolean,
  readLenientBoolean,
  readObjectIdentifier,
  readUint,
} from '../der/values.ts'
import { oid } from './oids.ts'

/** An extension as written (RFC 5280 §4.1.2.9). */
export interface Extension {
  readonly critical: boolean
  /** The contents of extnValue. */
  readonly value: Uint8Array
}

export interface BasicConstraints {
  readonly ca: boolean
  /** How many issuers may follow below; undefined is any number. */
  readonly pathLength: number | undefined
}

/** The bits of keyUsage that are set (RFC 5280 §4.2.1.3). */
export type KeyUsage = ReadonlySet<KeyUsageBit>
export type KeyUsageBit = (typeof keyUsageBits)[number]

const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** Reads Extensions; the same identifier twice refuses (RFC 5280 §4.2). */
export function readExtensions(reader: DerReader): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>()
  const list = reader.enter()
  do {
    const extension = list.enter()
    const id = readObjectIdentifier(extension)
    // The StrongBox of Pixel 3 writes TRUE as 01.
    const critical = extension.isNext(derTag.boolean) && readLenientBoolean(extension)
    const value = extension.read(derTag.octetString)
    extension.end()
    if (extensions.has(id)) {
      throw malformedDer('RFC 5280 §4.2', `Unexpected second extension ${id}, expected one of a kind.`)
    }
    extensions.set(id, { critical, value })
  } while (!list.atEnd)
  return extensions
}

/** RFC 5280 §4.2.1.9. An absent or empty extension is no CA. */
export function readBasicConstraints(
  extensions: ReadonlyMap<string, Extension>,
  budget: DerReader['budget'],
): BasicConstraints | undefined {
  const extension = extensions.get(oid.basicConstraints)
  if (extension === undefined) return undefined
  const outer = new DerReader(extension.value, budget)
  const sequence = outer.enter()
  outer.end()
  // cA FALSE is written out by genuine issuers although DER leaves a default away; both mean the same.
  const ca = sequence.isNext(derTag.boolean) && readBoolean(sequence)
  const pathLength = sequence.isNext(derTag.integer) ? readUint(sequence) : undefined
  sequence.end()
  if (!ca && pathLength !== undefined) {
    throw malformedDer('RFC 5280 §4.2.1.9', 'Unexpected path length, expected none without cA.')
  }
  return { ca, pathLength }
}

/** RFC 5280 §4.2.1.3. */
export function readKeyUsage(
  extensions: ReadonlyMap<string, Extension>,
  budget: DerReader['budget'],
): KeyUsage | undefined {
  const extension = extensions.get(oid.keyUsage)
  if (extension === undefined) return undefined
  const reader = new DerReader(extension.value, budget)
  const { bits } = readBitString(reader)
  reader.end()
  if (bits.length > 2)
    throw malformedDer('RFC 5280 §4.2.1.3', 'Unexpected key usage, expected at most 9 bits.')
  const isSet = (bit: number) => (((bits[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
  return new Set(keyUsageBits.filter((_, bit) => isSet(bit)))
}

/** RFC 5280 §4.2.1.12: the purposes as dotted identifiers. */
export function readExtendedKeyUsage(
  extensions: ReadonlyMap<string, Extension>,
  budget: DerReader['budget'],
): readonly string[] | undefined {
  const extension = extensions.get(oid.extendedKeyUsage)
  if (extension === undefined) return undefined
  const outer = new DerReader(extension.value, budget)
  const sequence = outer.enter()
  outer.end()
  const purposes: string[] = []
  do purposes.push(readObjectIdentifier(sequence))
  while (!sequence.atEnd)
  return purposes
}
