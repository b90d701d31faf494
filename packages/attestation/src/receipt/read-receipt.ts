import { parseStrictJson } from '@keybound/protocol/encoding'
import { receiptType } from '@keybound/protocol/transactions'
import { checkEvidence } from './read-evidence.ts'
import {
  type AnyReceiptPayload,
  checkShape,
  malformed,
  readBytes,
  requireObject,
  type Shape,
} from './shape.ts'

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
  keys: 'list',
}
const keyShape: Shape = {
  kid: 'text',
  x: 'text',
  y: 'text',
  activeFrom: 'time',
  endorsement: 'text or null',
}

/** Reads a receipt strictly: exactly the members of its version, none twice. Refuses with `receipt_malformed`. */
export function readReceipt(receipt: string): ReadReceipt {
  const [header = '', body = '', signature = '', ...more] = receipt.split('.')
  if (receipt.length > longest || more.length > 0) throw malformed('RFC 7515 §7.1', 'text', 'a compact JWS')
  const payload = readPayload(readJson(body, 'payload'))
  checkHeader(readJson(header, 'header'), payload)
  return {
    payload,
    signed: utf8.encode(`${header}.${body}`),
    signature: readBytes(signature, 'signature'),
  }
}

function readPayload(value: unknown): AnyReceiptPayload {
  const { version, ...members } = requireObject(value)
  // The first receipts carried no evidence; they lie in archives, and prove what they did.
  if (version === 2) {
    const { evidence, ...rest } = members
    checkShape('payload', rest, shape)
    checkEvidence(evidence)
  } else if (version === 1) checkShape('payload', members, shape)
  else throw malformed('version', 'version of the receipt', '1 or 2')
  const payload = value as AnyReceiptPayload
  const { keys, credential } = payload
  if (keys.length === 0 || keys.length > 64) throw malformed('keys', 'keys', '1 to 64')
  for (const key of keys) checkShape('keys', key, keyShape)
  if (!['W', 'L1', 'L2', 'R'].includes(credential.level)) throw malformed('level', 'level', 'W, L1, L2 or R')
  return payload
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
