import { decodeBase64Url, type ErrorCode, KeyboundError } from '@keybound/protocol'
import { type JsonValue, parseStrictJson } from '@keybound/protocol/encoding'

/** A JSON object that came out of a JWS. */
export type JsonObject = { readonly [name: string]: JsonValue }

/** What kind of JWS is read: how it is named in messages, refused and bounded. */
export interface JwsFormat {
  /** In messages, such as `DPoP proof`. */
  readonly what: string
  /** Code of everything that is wrong with the form. */
  readonly code: ErrorCode
  /** Longest text in characters that is looked at. */
  readonly maxLength: number
  /** Header members that are refused whatever their value. */
  readonly refusedHeaders: readonly string[]
}

/** The parts of a compact JWS: header and payload still encoded. */
export interface JwsParts {
  readonly header: string
  readonly payload: string
  /** What the signature covers: ASCII. */
  readonly signed: string
  readonly signature: Uint8Array
}

/**
 * Header members that change how a JWS is read or where its key comes from. No token of ours has one, so none is
 * interpreted: `crit` (RFC 7515 §4.1.11), `b64` (RFC 7797), `zip` and `enc` (RFC 7516), keys by reference or by
 * certificate (RFC 7515 §4.1.2, §4.1.5-8; RFC 8725 §3.10).
 */
export const readerChangingHeaders = [
  'crit',
  'b64',
  'zip',
  'enc',
  'jku',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
] as const

/** Splits a compact JWS after bounding its size. Refuses anything but three parts of strict base64url (RFC 7515 §7.1). */
export function splitJws(text: string, format: JwsFormat): JwsParts {
  if (text.length > format.maxLength) {
    throw malformed(format, `${text.length} characters`, `at most ${format.maxLength}`, 'RFC 8725 §3.11')
  }
  const [header, payload, signature, ...more] = text.split('.')
  if (!header || !payload || !signature || more.length > 0) {
    throw malformed(format, 'other than three parts', 'header.payload.signature', 'RFC 7515 §7.1')
  }
  const signed = `${header}.${payload}`
  return { header, payload, signed, signature: decodePart(signature, 'signature', format) }
}

/** Reads the header: one strict JSON object with a string `alg` and none of the refused members. */
export function readJwsHeader(encoded: string, format: JwsFormat): JsonObject & { readonly alg: string } {
  const header = readJsonPart(encoded, 'header', format)
  for (const name of format.refusedHeaders) {
    if (Object.hasOwn(header, name)) {
      throw malformed(format, `header member ${name}`, 'a header without it', 'RFC 8725 §3.10')
    }
  }
  if (typeof header.alg !== 'string') {
    throw malformed(format, 'header member alg', 'one algorithm name', 'RFC 7515 §4.1.1')
  }
  return header as JsonObject & { readonly alg: string }
}

/** Reads the payload: one strict JSON object, no member twice, only finite numbers. */
export function readJwsPayload(encoded: string, format: JwsFormat): JsonObject {
  return readJsonPart(encoded, 'payload', format)
}

function readJsonPart(encoded: string, part: string, format: JwsFormat): JsonObject {
  const bytes = decodePart(encoded, part, format)
  let value: JsonValue
  try {
    value = parseStrictJson(bytes, { maxDepth: 6 })
  } catch (cause) {
    const found = `${part} that is not strict JSON`
    throw malformed(format, found, 'one JSON object without duplicate members', 'RFC 7515 §4', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(format, `${part} that is no JSON object`, 'a JSON object', 'RFC 7519 §7.2')
  }
  return value as JsonObject
}

function decodePart(encoded: string, part: string, format: JwsFormat): Uint8Array {
  try {
    return decodeBase64Url(encoded)
  } catch (cause) {
    throw malformed(format, part, 'base64url without padding', 'RFC 7515 §2', cause)
  }
}

/** The refusal of a JWS whose form is wrong. */
export function malformed(
  format: JwsFormat,
  found: string,
  expected: string,
  rule: string,
  cause?: unknown,
): KeyboundError {
  const message = `Unexpected ${found} in ${format.what}, expected ${expected}. Send what the issuer of it made, unchanged.`
  return new KeyboundError(format.code, message, cause === undefined ? { rule } : { rule, cause })
}
