import { contextTag, type DerTag, derTag, leadingOctet, tagNumber } from './tag.ts'

/** Joins byte strings. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Writes one element: any tag, contents as given. The basis of all others, and the way to write what is wrong. */
export function writeElement(tag: DerTag, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, part) => sum + part.length, 0)
  return concatBytes([writeTag(tag), writeLength(length), ...contents])
}

function writeTag(tag: DerTag): Uint8Array {
  const first = leadingOctet(tag)
  if ((first & 0x1f) !== 0x1f) return Uint8Array.of(first)
  return Uint8Array.of(first, ...base128(tagNumber(tag)))
}

function base128(value: number): number[] {
  const octets = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128))
  }
  return octets
}

function writeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const octets: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff)
  return Uint8Array.of(0x80 | octets.length, ...octets)
}

/** SEQUENCE of elements already written. */
export function writeSequence(...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.sequence, ...elements)
}

/** SET OF elements already written, sorted as DER asks (X.690 §11.6). */
export function writeSet(...elements: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.set, ...elements.toSorted(compareBytes))
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let at = 0; at < shared; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** `[number] EXPLICIT` around one element. */
export function writeExplicit(number: number, element: Uint8Array): Uint8Array<ArrayBuffer> {
  return writeElement(contextTag(number), element)
}

/** INTEGER of a non-negative number, or of an unsigned big-endian magnitude. */
export function writeInteger(value: number | bigint | Uint8Array): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.integer, unsignedContents(value))
}

/** ENUMERATED of a non-negative number. */
export function writeEnumerated(value: number): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.enumerated, unsignedContents(value))
}

function unsignedContents(value: number | bigint | Uint8Array): Uint8Array {
  const octets = value instanceof Uint8Array ? [...value] : bigEndian(BigInt(value))
  while (octets.length > 1 && octets[0] === 0) octets.shift()
  if (octets.length === 0 || (octets[0] ?? 0) >= 0x80) octets.unshift(0)
  return Uint8Array.from(octets)
}

function bigEndian(value: bigint): number[] {
  if (value < 0n) throw new RangeError(`Unexpected ${value}, expected a non-negative integer.`)
  const octets: number[] = []
  for (let rest = value; rest > 0n; rest >>= 8n) octets.unshift(Number(rest & 0xffn))
  return octets
}

/** BOOLEAN, `ff` or `00`. */
export function writeBoolean(value: boolean): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.boolean, Uint8Array.of(value ? 0xff : 0))
}

/** NULL. */
export function writeNull(): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.null)
}

/** OCTET STRING. */
export function writeOctetString(...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.octetString, ...contents)
}

/** BIT STRING; `unused` is the number of unused bits at its end. */
export function writeBitString(bits: Uint8Array, unused = 0): Uint8Array<ArrayBuffer> {
  return writeElement(derTag.bitString, Uint8Array.of(unused), bits)
}

/** OBJECT IDENTIFIER from dotted numbers. */
export function writeObjectIdentifier(dotted: string): Uint8Array<ArrayBuffer> {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return writeElement(
    derTag.objectIdentifier,
    Uint8Array.from([first * 40 + second, ...rest].flatMap((arc) => base128(arc))),
  )
}

/** A string type by its tag; UTF8String by default. */
export function writeString(text: string, tag: DerTag = derTag.utf8String): Uint8Array<ArrayBuffer> {
  return writeElement(tag, new TextEncoder().encode(text))
}

/** A Time: UTCTime from 1950 to 2049, GeneralizedTime otherwise (RFC 5280 §4.1.2.5). */
export function writeTime(date: Date): Uint8Array<ArrayBuffer> {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14)
  const year = date.getUTCFullYear()
  const short = year >= 1950 && year < 2050
  return writeString(`${short ? digits.slice(2) : digits}Z`, short ? derTag.utcTime : derTag.generalizedTime)
}
