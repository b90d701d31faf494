import type { CborValue } from './cbor.ts'

/**
 * Encodes a value as CBOR with the shortest heads (RFC 8949 §4.2.1). Maps keep the order of their entries, so the
 * caller decides it; CTAP2 wants integers before text and shorter before longer.
 *
 * For authenticators made in software and for tests: verifiers only read. Throws `TypeError` for a number that is
 * not a safe integer, `RangeError` for one beyond 64 bits.
 */
export function encodeCbor(value: CborValue): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = []
  write(chunks, value)
  const encoded = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    encoded.set(chunk, at)
    at += chunk.length
  }
  return encoded
}

const utf8 = new TextEncoder()

function write(chunks: Uint8Array[], value: CborValue): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    writeInteger(chunks, value)
  } else if (typeof value === 'boolean') {
    chunks.push(Uint8Array.of(value ? 0xf5 : 0xf4))
  } else if (value === null) {
    chunks.push(Uint8Array.of(0xf6))
  } else if (typeof value === 'string') {
    const text = utf8.encode(value)
    chunks.push(head(3, text.length), text)
  } else if (value instanceof Uint8Array) {
    chunks.push(head(2, value.length), value)
  } else if (value instanceof Map) {
    chunks.push(head(5, value.size))
    for (const [key, entry] of value as ReadonlyMap<CborValue, CborValue>) {
      write(chunks, key)
      write(chunks, entry)
    }
  } else {
    const items = value as readonly CborValue[]
    chunks.push(head(4, items.length))
    for (const item of items) write(chunks, item)
  }
}

function writeInteger(chunks: Uint8Array[], value: number | bigint): void {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`Unexpected number ${value}, expected a safe integer; use bigint beyond.`)
  }
  chunks.push(value < 0 ? head(1, -1n - BigInt(value)) : head(0, value))
}

function head(major: number, argument: number | bigint): Uint8Array {
  const type = major << 5
  if (argument < 24) return Uint8Array.of(type | Number(argument))
  if (argument > 0xffff_ffff_ffff_ffffn) throw new RangeError('Unexpected integer beyond 64 bits.')
  const size = argument > 0xffff_ffff ? 8 : argument > 0xffff ? 4 : argument > 0xff ? 2 : 1
  const bytes = new Uint8Array(1 + size)
  bytes[0] = type | (24 + Math.log2(size))
  let rest = BigInt(argument)
  for (let at = size; at > 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
  return bytes
}
