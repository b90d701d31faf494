import { KeyboundError } from '@keybound/protocol'
import { type Reader, readJson } from '../read.ts'
import { corrupted } from './failures.ts'

/** A file of the vault: a first line of ASCII and JSON that says everything, then bytes. */
export interface Frame<T> {
  readonly header: T
  /** The bytes of the first line without its end: what signatures and associated data cover. */
  readonly covered: Uint8Array
  readonly payload: Uint8Array
}

const lineFeed = 10
const longestHeader = 1_000_000

/**
 * The bytes that come before the payload: `magic`, a space, the header. `header` must name its members in the order of
 * RFC 8785 and hold text, whole numbers and such objects only: then this is its canonical form.
 */
export function frameHeader(magic: string, header: object): Uint8Array {
  return new TextEncoder().encode(`${magic} ${JSON.stringify(header)}`)
}

/** Header, line feed, payload. */
export function joinFrame(covered: Uint8Array, ...payload: readonly Uint8Array[]): Uint8Array {
  const parts = [covered, Uint8Array.of(lineFeed), ...payload]
  const file = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    file.set(part, at)
    at += part.length
  }
  return file
}

/**
 * Reads a file strictly: known magic, and a header whose canonical form is the very bytes that lie there, so that a
 * header has exactly one spelling. Refuses with `vault_format_newer` and `vault_corrupted`.
 */
export function readFrame<T extends object>(magic: string, file: Uint8Array, read: Reader<T>): Frame<T> {
  const end = file.subarray(0, longestHeader).indexOf(lineFeed)
  const covered = file.subarray(0, Math.max(end, 0))
  const line = new TextDecoder().decode(covered)
  const [found = ''] = line.split(' ', 1)
  if (found !== magic && found.replace(/\d+$/, '1') === magic) {
    throw new KeyboundError(
      'vault_format_newer',
      `Unexpected format ${found}, expected ${magic}. Update the app; nothing was changed.`,
    )
  }
  try {
    const header = read(readJson(line.slice(magic.length + 1)), 'header')
    if (!sameBytes(frameHeader(magic, header), covered)) throw new Error('unexpected spelling')
    return { header, covered, payload: file.subarray(end + 1) }
  } catch (cause) {
    throw corrupted({ cause })
  }
}

/** Whether two byte strings are the same. Not in constant time: for bytes that are no secret. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
