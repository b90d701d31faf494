import { malformedDer } from './malformed.ts'
import type { DerReader } from './reader.ts'
import { derTag } from './tag.ts'

/** Reads a BOOLEAN: `0x00` or `0xff`, nothing else (X.690 §11.1). */
export function readBoolean(reader: DerReader): boolean {
  const contents = reader.read(derTag.boolean)
  if (contents.length === 1 && contents[0] === 0xff) return true
  if (contents.length === 1 && contents[0] === 0) return false
  throw malformedDer('X.690 §11.1', 'Unexpected BOOLEAN contents, expected 00 or FF.')
}

/**
 * Reads a BOOLEAN as BER writes it: any octet but zero is true (X.690 §8.2.2). Only for what genuine devices write as
 * `01` and what a signature covers, so that the spelling is not free.
 */
export function readLenientBoolean(reader: DerReader): boolean {
  const contents = reader.read(derTag.boolean)
  if (contents.length !== 1) throw malformedDer('X.690 §8.2.1', 'Unexpected BOOLEAN length, expected 1.')
  return contents[0] !== 0
}

/** Reads the contents of an INTEGER or ENUMERATED: two's complement in its shortest form (X.690 §8.3.2). */
export function readIntegerBytes(reader: DerReader, tag: number = derTag.integer): Uint8Array {
  const contents = reader.read(tag)
  const [first, second] = contents
  if (first === undefined) throw malformedDer('X.690 §8.3.1', 'Unexpected empty INTEGER, expected a value.')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw malformedDer('X.690 §8.3.2', 'Unexpected leading octet of an INTEGER, expected the shortest form.')
  }
  return contents
}

/** Reads a non-negative INTEGER of at most 64 bits. */
export function readUint64(reader: DerReader): bigint {
  const contents = readIntegerBytes(reader)
  if ((contents[0] ?? 0) >= 0x80) throw malformedDer('range', 'Unexpected negative INTEGER, expected none.')
  if (contents.length > 9 || (contents.length === 9 && contents[0] !== 0)) {
    throw malformedDer('range', 'Unexpected INTEGER of more than 64 bits, expected at most 64.')
  }
  let value = 0n
  for (const octet of contents) value = (value << 8n) | BigInt(octet)
  return value
}

/** Reads a non-negative INTEGER of at most 53 bits. */
export function readUint(reader: DerReader): number {
  return smallUint(readIntegerBytes(reader))
}

/** Reads an ENUMERATED, non-negative and of at most 53 bits. */
export function readEnumerated(reader: DerReader): number {
  return smallUint(readIntegerBytes(reader, derTag.enumerated))
}

function smallUint(contents: Uint8Array): number {
  if ((contents[0] ?? 0) >= 0x80) throw malformedDer('range', 'Unexpected negative number, expected none.')
  if (contents.length > 8) throw malformedDer('range', 'Unexpected number, expected at most 2^53 - 1.')
  let value = 0
  for (const octet of contents) value = value * 256 + octet
  if (!Number.isSafeInteger(value))
    throw malformedDer('range', 'Unexpected number, expected at most 2^53 - 1.')
  return value
}

/** Reads a NULL. */
export function readNull(reader: DerReader): void {
  if (reader.read(derTag.null).length !== 0) {
    throw malformedDer('X.690 §8.8', 'Unexpected contents of NULL, expected none.')
  }
}

/** Reads a BIT STRING of whole octets, as every signature and public key is (RFC 5280 §4.1). */
export function readOctetBitString(reader: DerReader): Uint8Array {
  const { bits, unused } = readBitString(reader)
  if (unused !== 0) throw malformedDer('X.690 §8.6.2', 'Unexpected unused bits, expected whole octets.')
  return bits
}

/** Reads a BIT STRING: its octets and how many bits of the last one are unused, which must be zero (X.690 §11.2). */
export function readBitString(reader: DerReader): { readonly bits: Uint8Array; readonly unused: number } {
  const contents = reader.read(derTag.bitString)
  const unused = contents[0] ?? 8
  const bits = contents.subarray(1)
  const last = bits[bits.length - 1]
  const padding = last === undefined ? unused : last & ((1 << unused) - 1)
  if (unused > 7 || padding !== 0) {
    throw malformedDer('X.690 §11.2.1', 'Unexpected padding of a BIT STRING, expected zero bits.')
  }
  return { bits, unused }
}

const mostIdentifierOctets = 64

/** Reads an OBJECT IDENTIFIER as dotted numbers (X.690 §8.19), at most 64 octets, arcs at most 2^53 - 1. */
export function readObjectIdentifier(reader: DerReader): string {
  const contents = reader.read(derTag.objectIdentifier)
  const last = contents[contents.length - 1]
  if (last === undefined || last >= 0x80 || contents.length > mostIdentifierOctets) {
    throw malformedDer('X.690 §8.19', 'Unexpected OBJECT IDENTIFIER, expected whole arcs in 1 to 64 octets.')
  }
  let dotted = ''
  let arc = 0
  for (const octet of contents) {
    if (arc === 0 && octet === 0x80) {
      throw malformedDer('X.690 §8.19.2', 'Unexpected leading octet of an arc, expected the shortest form.')
    }
    arc = arc * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    if (!Number.isSafeInteger(arc)) throw malformedDer('range', 'Unexpected arc, expected at most 2^53 - 1.')
    dotted += dotted === '' ? firstArcs(arc) : `.${arc}`
    arc = 0
  }
  return dotted
}

/** The first two arcs share one number (X.690 §8.19.4). */
function firstArcs(joined: number): string {
  const first = Math.min(Math.floor(joined / 40), 2)
  return `${first}.${joined - first * 40}`
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Names are short and of ASCII; below this a decoder costs more to call than it saves. */
const shortText = 64

/** Decodes bytes that must be well-formed UTF-8, as in a UTF8String or an Android package name. */
export function decodeUtf8(bytes: Uint8Array): string {
  const ascii = bytes.length <= shortText ? readAscii(bytes) : undefined
  if (ascii !== undefined) return ascii
  try {
    return utf8.decode(bytes)
  } catch {
    throw malformedDer('RFC 3629', 'Unexpected bytes, expected UTF-8.')
  }
}

/** The text, if every byte is ASCII. */
function readAscii(bytes: Uint8Array): string | undefined {
  let text = ''
  for (const octet of bytes) {
    if (octet >= 0x80) return undefined
    text += String.fromCharCode(octet)
  }
  return text
}
