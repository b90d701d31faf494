import { decodeBase64Url, parseStrictJson } from '@keybound/protocol/encoding'
import { type ReceiptPayload, receiptType } from '@keybound/protocol/transactions'
import { AttestationError } from '../errors.ts'

/** A receipt that has been read; nothing is verified yet. */
export interface ReadReceipt {
  readonly payload: ReceiptPayload
  /** What the signature covers (RFC 7515 §5.1). */
  readonly signed: Uint8Array
  /** r ‖ s. */
  readonly signature: Uint8Array
}

/** Most characters of a receipt: a statement of the largest size, with everything around it, is below. */
const longest = 262_144
/** Of the year 9999. */
const lastSecond = 253_402_300_799
const utf8 = new TextEncoder()

type Shape = { readonly [name: string]: 'text' | 'time' | 'boolean' | 'key or null' | Shape }

const shape: Shape = {
  realm: 'text',
  account: 'text',
  rpId: 'text',
  origin: 'text',
  statement: 'text',
  nonce: 'text',
  approvedAt: 'time',
  credential: {
    id: 'text',
    publicKey: 'text',
    level: 'text',
    backupEligible: 'boolean',
    format: 'text',
    createdAt: 'time',
  },
  response: { clientDataJSON: 'text', authenticatorData: 'text', signature: 'text' },
}
const keyShape: Shape = {
  kid: 'text',
  x: 'text',
  y: 'text',
  activeFrom: 'time',
  endorsement: 'key or null',
}

/** Reads a receipt strictly: exactly the members there are, none twice. Refuses with `receipt_malformed`. */
export function readReceipt(receipt: string): ReadReceipt {
  const [header = '', body = '', signature = '', ...more] = receipt.split('.')
  if (receipt.length > longest || more.length > 0) throw malformed('RFC 7515 §7.1', 'text', 'a compact JWS')
  const payload = readJson(body, 'payload')
  const { keys, version, ...rest } = requireObject(payload)
  checkShape('payload', rest, shape)
  if (version !== 1) throw malformed('version', 'version of the receipt', '1')
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > 64)
    throw malformed('keys', 'keys', '1 to 64')
  for (const key of keys) checkShape('keys', requireObject(key), keyShape)
  const read = payload as ReceiptPayload
  if (!['W', 'L1', 'L2', 'R'].includes(read.credential.level))
    throw malformed('level', 'level', 'W, L1, L2 or R')
  checkHeader(readJson(header, 'header'), read)
  return {
    payload: read,
    signed: utf8.encode(`${header}.${body}`),
    signature: readBytes(signature, 'signature'),
  }
}

/** Base64url in its one spelling, else `receipt_malformed`. */
export function readBytes(text: string, place: string): Uint8Array {
  try {
    return decodeBase64Url(text)
  } catch {
    throw malformed('RFC 4648 §5', `text of the ${place}`, 'base64url without padding')
  }
}

/** One algorithm, one type, and the name of the last key: nothing is left to the header (RFC 8725 §3.1). */
function checkHeader(header: unknown, { keys }: ReceiptPayload): void {
  const { alg, kid, typ, ...more } = requireObject(header)
  if (alg !== 'ES256' || typ !== receiptType || Object.keys(more).length > 0) {
    throw malformed('RFC 7515 §4', 'header', `alg ES256, kid and typ ${receiptType}`)
  }
  if (kid !== keys.at(-1)?.kid)
    throw malformed('RFC 7515 §4.1.4', 'kid', 'that of the last key of the receipt')
}

function readJson(text: string, place: string): unknown {
  const bytes = readBytes(text, place)
  try {
    return parseStrictJson(bytes, { maxBytes: longest, maxDepth: 4 })
  } catch {
    throw malformed('RFC 7493', `text of the ${place}`, 'JSON without duplicates')
  }
}

function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw malformed('shape', 'kind of value', 'an object')
}

function checkShape(place: string, value: Readonly<Record<string, unknown>>, expected: Shape): void {
  const names = Object.keys(expected)
  if (Object.keys(value).length !== names.length)
    throw malformed('shape', `members of ${place}`, names.join(', '))
  for (const [name, kind] of Object.entries(expected)) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined
    if (typeof kind === 'object') checkShape(name, requireObject(member), kind)
    else if (!isOfKind(member, kind)) throw malformed('shape', `"${name}" of ${place}`, kind)
  }
}

function isOfKind(value: unknown, kind: string): boolean {
  if (kind === 'time')
    return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= lastSecond
  if (kind === 'boolean') return typeof value === 'boolean'
  return typeof value === 'string' || (kind === 'key or null' && value === null)
}

function malformed(rule: string, found: string, expected: string): AttestationError {
  const message = `Unexpected ${found}, expected ${expected}. Get the receipt again, unchanged.`
  return new AttestationError('receipt_malformed', rule, message)
}
