import { malformed } from './malformed.ts'

/** What a JSON text can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

export interface JsonOptions {
  /** Most bytes that are looked at. Default 16,384: client data of browsers is below 1,000. */
  readonly maxBytes?: number
  /** Most arrays and objects inside each other. Default 16. */
  readonly maxDepth?: number
}

/** Of UTF-8, as without a label; made when it is needed, as in cbor.ts. */
let utf8: TextDecoder | undefined

/**
 * Parses JSON that was signed or will be trusted: fatal UTF-8 with an optional byte order mark (WebAuthn L3 §7.1
 * step 5), one value with nothing after it (RFC 8259 §2), no member named twice in one object, however it is escaped
 * (RFC 7493 §2.3), only numbers that a double can hold (RFC 7493 §2.2), bounded in size and depth.
 *
 * Without the rule on names two readers of the same signed bytes could see different values.
 * Refuses with `malformed_encoding`.
 */
export function parseStrictJson(bytes: Uint8Array, options: JsonOptions = {}): JsonValue {
  const { maxBytes = 16_384, maxDepth = 16 } = options
  if (bytes.length > maxBytes) {
    throw malformed('size', `Unexpected JSON of ${bytes.length} bytes, expected at most ${maxBytes}.`)
  }
  let text: string
  let value: JsonValue
  try {
    utf8 ??= new TextDecoder(undefined, { fatal: true })
    text = utf8.decode(bytes)
  } catch {
    throw malformed('RFC 3629 §4', 'Unexpected bytes in JSON, expected UTF-8.')
  }
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    throw malformed('RFC 8259 §2', 'Unexpected text, expected one JSON value and nothing after it.')
  }
  // `JSON.parse` keeps one of the members of the same name, so then the text names more than the value has.
  if (countNames(text, maxDepth) !== countMembers(value)) {
    throw malformed('RFC 7493 §2.3', 'Unexpected duplicate member name in JSON, expected each name once.')
  }
  return value
}

/** How many members a text that is known to be JSON names; refuses what else `JSON.parse` lets pass. */
function countNames(text: string, maxDepth: number): number {
  let names = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === 0x22) {
      const end = endOfString(text, at)
      if (isFollowedByColon(text, end)) names++
      at = end - 1
    } else if (character === 0x7b || character === 0x5b) {
      depth++
      if (depth > maxDepth) {
        throw malformed('depth', `Unexpected nesting in JSON, expected at most ${maxDepth} levels.`)
      }
    } else if (character === 0x7d || character === 0x5d) {
      depth--
    } else if (character === 0x2d || (character >= 0x30 && character <= 0x39)) {
      at = checkNumber(text, at) - 1
    }
  }
  return names
}

/** How many members all objects of the value have together. Its depth is known to be bounded. */
function countMembers(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 0
  const inner = Object.values(value)
  let members = Array.isArray(value) ? 0 : inner.length
  for (const one of inner) members += countMembers(one)
  return members
}

/** Index after the closing quote of the string that opens at `at`. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (text.charCodeAt(end - 1) === 0x5c && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end + 1
}

/** Whether an odd number of backslashes stands before the character. */
function isEscaped(text: string, at: number): boolean {
  let first = at
  while (text.charCodeAt(first - 1) === 0x5c) first--
  return (at - first) % 2 === 1
}

/** In valid JSON a string is a member name exactly when a colon follows. */
function isFollowedByColon(text: string, from: number): boolean {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === 0x3a
}

const numberToken = /[-+.0-9eE]+/y

/** Index after the number that begins at `at`. */
function checkNumber(text: string, at: number): number {
  numberToken.lastIndex = at
  const token = numberToken.exec(text)?.[0] ?? ''
  if (!Number.isFinite(Number(token))) {
    throw malformed('RFC 7493 §2.2', 'Unexpected number beyond a double in JSON, expected a finite one.')
  }
  return at + token.length
}
