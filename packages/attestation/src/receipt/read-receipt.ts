import { parseStrictJson } from '@keybound/protocol/encoding'
import { type FirstReceiptPayload, type ReceiptPayload, receiptType } from '@keybound/protocol/transactions'
import {
  boolean,
  integer,
  listOf,
  malformed,
  oneOf,
  orNull,
  readBytes,
  requireObject,
  shape,
  text,
  time,
} from './shape.ts'

/** A payload of either version. */
export type AnyReceiptPayload = ReceiptPayload | FirstReceiptPayload

/** A receipt that has been read; nothing is verified yet. */
export interface ReadReceipt {
  readonly payload: AnyReceiptPayload
  /** What the signature covers (RFC 7515 §5.1). */
  readonly signed: Uint8Array
  /** r ‖ s. */
  readonly signature: Uint8Array
}

/**
 * Most characters of a receipt. One with the largest statement, the largest registration that a server takes, and 64
 * keys is below.
 */
const longest = 327_680
const utf8 = new TextEncoder()

/** What both versions have. */
const members = {
  realm: text,
  account: text,
  rpId: text,
  origin: text,
  statement: text,
  nonce: text,
  approvedAt: time,
  credential: shape({
    id: text,
    publicKey: text,
    level: oneOf('W', 'L1', 'L2', 'R'),
    backupEligible: boolean,
    format: text,
    createdAt: time,
  }),
  response: shape({ clientDataJSON: text, authenticatorData: text, signature: text }),
  keys: listOf(shape({ kid: text, x: text, y: text, activeFrom: time, endorsement: orNull(text) }), 1, 64),
}
const evidence = shape({
  attestationObject: text,
  clientDataHash: text,
  issuedAt: time,
  ceremony: shape({ origin: text, algorithms: listOf(integer, 0, 32) }),
  appAttest: orNull(shape({ keyId: text, attestationObject: text })),
  status: orNull(
    shape({
      fetchedAt: orNull(time),
      // No more can be named: our limits are eight certificates a statement, and four statements in a compound one
      // (WebAuthn L3 §8.9).
      entries: listOf(shape({ serial: text, status: text, reason: orNull(text) }), 0, 32),
    }),
  ),
})
/** The first receipts carried no evidence; they lie in archives, and prove what they did. */
const first = shape({ version: oneOf(1), ...members })
const second = shape({ version: oneOf(2), ...members, evidence: orNull(evidence) })

/** Reads a receipt strictly: exactly the members of its version, none twice. Refuses with `receipt_malformed`. */
export function readReceipt(receipt: string): ReadReceipt {
  const [header = '', body = '', signature = '', ...more] = receipt.split('.')
  if (receipt.length > longest || more.length > 0) throw malformed('RFC 7515 §7.1', 'text', 'a compact JWS')
  const value = requireObject(readJson(body, 'payload'))
  const check = value.version === 1 ? first : second
  check(value, 'payload')
  const payload = value as unknown as AnyReceiptPayload
  checkHeader(readJson(header, 'header'), payload)
  return {
    payload,
    signed: utf8.encode(`${header}.${body}`),
    signature: readBytes(signature, 'signature'),
  }
}

/** One algorithm, one type, and the name of the last key: nothing is left to the header (RFC 8725 §3.1). */
function checkHeader(header: unknown, { keys }: AnyReceiptPayload): void {
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
    return parseStrictJson(bytes, { maxBytes: longest, maxDepth: 5 })
  } catch {
    throw malformed('RFC 7493', `text of the ${place}`, 'JSON without duplicates')
  }
}
