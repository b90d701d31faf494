import { decodeBase64Url, encodeBase64Url } from '@keybound/protocol'
import { invalidArgument } from './errors.ts'

export type Bytes = Uint8Array<ArrayBuffer>

/** Most bytes that one call takes: 1 MiB. */
export const mostBytes = 1_048_576

export const encode = encodeBase64Url

/** Bytes of an argument. Rejects `invalidArgument` for what is not base64url, or longer than allowed. */
export function decode(text: string, most = mostBytes): Bytes {
  let bytes: Bytes
  try {
    bytes = decodeBase64Url(text)
  } catch {
    throw invalidArgument('text', 'base64url without padding')
  }
  if (bytes.length > most) throw invalidArgument(`${bytes.length} bytes`, `at most ${most}`)
  return bytes
}

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

const name = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/

/** A name of a file or a key. Rejects `invalidArgument`. */
export function checkName(text: string): string {
  if (typeof text !== 'string' || !name.test(text)) {
    throw invalidArgument('name', '1 to 200 of A-Z a-z 0-9 . _ -, not beginning with a dot')
  }
  return text
}
