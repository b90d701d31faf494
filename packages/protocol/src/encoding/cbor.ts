import { malformed } from './malformed.ts'

/** A map key: the only two kinds COSE, CTAP2 and WebAuthn use. */
export type CborKey = number | bigint | string

/** A map as a `Map`, never as an object: a key named `__proto__` is a key like any other. */
export type CborMap = ReadonlyMap<CborKey, CborValue>

/** What the strict profile can say. Integers beyond ±(2^53 - 1) are `bigint`, all others `number`. */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborValue[]
  | CborMap

export interface CborOptions {
  /** Most bytes that are looked at. Default 65,536. */
  readonly maxBytes?: number
  /** Most arrays and maps inside each other. Default 8: a compound attestation has five. */
  readonly maxDepth?: number
}

/**
 * Decodes exactly one CBOR item that fills the input (RFC 8949), in the profile a verifier can trust: no tags, floats,
 * `undefined` or other simple values, no indefinite lengths, heads in their shortest form (§4.2.1), valid UTF-8,
 * map keys integer or text and unique, bounded in size and depth. The order of map keys is free: genuine
 * authenticators differ. Byte strings are views on the input, not copies.
 *
 * Time and memory are linear in the input; a claimed length is compared with what is left before anything is made.
 * Refuses with `malformed_encoding`.
 */
export function decodeCbor(bytes: Uint8Array, options: CborOptions = {}): CborValue {
  const { value, end } = decodeCborAt(bytes, 0, options)
  if (end !== bytes.length) {
    throw malformed(
      'RFC 8949 §5.1',
      `Unexpected ${bytes.length - end} bytes after the CBOR item, expected none.`,
    )
  }
  return value
}

/**
 * Decodes the one item that begins at `offset`, by the rules of {@link decodeCbor}, and tells where it ends, for
 * items that are followed by other data (WebAuthn L3 §6.5.1).
 */
export function decodeCborAt(
  bytes: Uint8Array,
  offset: number,
  options: CborOptions = {},
): { readonly value: CborValue; readonly end: number } {
  const { maxBytes = 65_536, maxDepth = 8 } = options
  if (bytes.length > maxBytes) {
    throw malformed('size', `Unexpected CBOR of ${bytes.length} bytes, expected at most ${maxBytes}.`)
  }
  const reader: Reader = { bytes, at: offset }
  const value = readItem(reader, maxDepth)
  return { value, end: reader.at }
}

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

/** Made when it is needed: Hermes has none until an app brings one, and that may come after this. */
let utf8: TextDecoder | undefined

function readItem(reader: Reader, depth: number): CborValue {
  const initial = readByte(reader)
  const major = initial >> 5
  if (major === 7) return simpleValue(initial)
  if (major === 6) throw malformed('CTAP2 §8', `Unexpected CBOR tag${where(reader)}, expected none.`)
  const argument = readArgument(reader, initial & 31)
  if (major === 0) return argument
  if (major === 1) return negative(argument)
  if (major === 2) return readBytes(reader, argument)
  if (major === 3) return readText(reader, argument)
  if (depth === 0) throw malformed('depth', `Unexpected nesting${where(reader)}, expected fewer levels.`)
  return major === 4 ? readArray(reader, argument, depth - 1) : readMap(reader, argument, depth - 1)
}

function readByte(reader: Reader): number {
  const byte = reader.bytes[reader.at]
  if (byte === undefined) throw truncated(reader)
  reader.at++
  return byte
}

/** RFC 8949 §3.3: of major type 7 only false, true and null; no floats, no break. */
function simpleValue(initial: number): boolean | null {
  if (initial === 0xf4) return false
  if (initial === 0xf5) return true
  if (initial === 0xf6) return null
  throw malformed('CTAP2 §8', 'Unexpected CBOR float, break or simple value, expected false, true or null.')
}

/** RFC 8949 §3 and §4.2.1: the argument of a head, in its shortest form. */
function readArgument(reader: Reader, info: number): number | bigint {
  if (info < 24) return info
  if (info > 27) {
    throw malformed(
      'RFC 8949 §3',
      `Unexpected reserved or indefinite length${where(reader)}, expected a length.`,
    )
  }
  const size = 1 << (info - 24)
  let high = 0
  let low = 0
  for (let i = 0; i < size; i++) {
    high = i < 4 ? 0 : high * 256 + (low >>> 24)
    low = ((low << 8) | readByte(reader)) >>> 0
  }
  const minimal = size === 1 ? low >= 24 : size === 2 ? low > 0xff : size === 4 ? low > 0xffff : high > 0
  if (!minimal) {
    throw malformed(
      'RFC 8949 §4.2.1',
      `Unexpected long form of a number${where(reader)}, expected the shortest.`,
    )
  }
  return high < 0x20_0000 ? high * 0x1_0000_0000 + low : (BigInt(high) << 32n) | BigInt(low)
}

function negative(argument: number | bigint): number | bigint {
  if (typeof argument === 'number' && argument < Number.MAX_SAFE_INTEGER) return -1 - argument
  return -1n - BigInt(argument)
}

/** Refuses a length that the rest of the input cannot hold, before anything of that length is made. */
function checkedLength(reader: Reader, length: number | bigint, bytesEach: number): number {
  if (typeof length === 'bigint' || length * bytesEach > reader.bytes.length - reader.at)
    throw truncated(reader)
  return length
}

function readBytes(reader: Reader, length: number | bigint): Uint8Array {
  const start = reader.at
  reader.at += checkedLength(reader, length, 1)
  return reader.bytes.subarray(start, reader.at)
}

function readText(reader: Reader, length: number | bigint): string {
  const bytes = readBytes(reader, length)
  if (bytes.length <= 32) {
    // The names in our maps are short ASCII; starting a TextDecoder for each costs more than all the rest.
    let ascii = ''
    let all = 0
    for (const byte of bytes) {
      ascii += String.fromCharCode(byte)
      all |= byte
    }
    if (all < 0x80) return ascii
  }
  try {
    utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return utf8.decode(bytes)
  } catch {
    throw malformed('RFC 8949 §3.1', `Unexpected bytes in CBOR text${where(reader)}, expected UTF-8.`)
  }
}

function readArray(reader: Reader, length: number | bigint, depth: number): readonly CborValue[] {
  const count = checkedLength(reader, length, 1)
  const items: CborValue[] = []
  for (let i = 0; i < count; i++) items.push(readItem(reader, depth))
  return items
}

function readMap(reader: Reader, length: number | bigint, depth: number): CborMap {
  const count = checkedLength(reader, length, 2)
  const map = new Map<CborKey, CborValue>()
  for (let i = 0; i < count; i++) {
    const key = readItem(reader, 0)
    if (typeof key !== 'number' && typeof key !== 'string' && typeof key !== 'bigint') {
      throw malformed('CTAP2 §8', `Unexpected map key${where(reader)}, expected an integer or text.`)
    }
    if (map.has(key)) {
      throw malformed(
        'RFC 8949 §5.6',
        `Unexpected duplicate map key${where(reader)}, expected each key once.`,
      )
    }
    map.set(key, readItem(reader, depth))
  }
  return map
}

function where(reader: Reader): string {
  return ` before byte ${reader.at}`
}

function truncated(reader: Reader): Error {
  return malformed('RFC 8949 §5.1', `Unexpected end of the CBOR item${where(reader)}, expected more bytes.`)
}
