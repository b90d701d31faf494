import { hash } from 'node:crypto'
import type { EpochSeconds } from '@keybound/protocol'

/**
 * The bytes of a ticket: something the server gives away and recognises by its own MAC, so that it writes nothing
 * until the ticket is used. Challenges, registration grants and device tokens are tickets. Exact layout with test
 * vectors: docs/challenge.md.
 */
export interface Ticket {
  readonly purpose: TicketPurpose
  /** 11 characters, base64url of 8 bytes. */
  readonly kid: string
  /** 16 bytes, see {@link realmTag}. */
  readonly realm: Uint8Array
  /** 16 bytes, see {@link accountTag}; zeros when the ticket is for no account in particular. */
  readonly account: Uint8Array
  /** 16 bytes: begin of the session's token hash; zeros when the ticket is not bound to a session. */
  readonly session: Uint8Array
  readonly expiresAt: EpochSeconds
  /** 16 random bytes. */
  readonly nonce: Uint8Array
  /** What the purpose adds, at most 512 bytes; grants carry the user's names. */
  readonly label: Uint8Array
}

export type TicketPurpose = 'registration' | 'authentication' | 'grant' | 'device'

const version = 1
const purposes: { readonly [P in TicketPurpose]: number } = {
  registration: 1,
  authentication: 2,
  grant: 3,
  device: 4,
}
const purposeNames = new Map<number | undefined, TicketPurpose>(
  Object.entries(purposes).map(([name, number]) => [number, name as TicketPurpose]),
)

/** Offsets of the layout; the label ends it, the MAC follows the label. */
const at = {
  kid: 2,
  realm: 10,
  account: 26,
  session: 42,
  expiresAt: 58,
  nonce: 64,
  labelLength: 80,
  label: 82,
}
const macLength = 32
const maxLabelLength = 512
/** Characters of the longest ticket. */
export const maxTicketText = Math.ceil(((at.label + maxLabelLength + macLength) * 4) / 3)

/** All zeros: a ticket for no account, or of no session. */
export const noTag: Uint8Array = new Uint8Array(16)

/** First 16 bytes of SHA-256("keybound/realm/v1" ‖ 0 ‖ realm). */
export function realmTag(realm: string): Uint8Array {
  return hash('sha256', `keybound/realm/v1\0${realm}`, 'buffer').subarray(0, 16)
}

/** First 16 bytes of SHA-256("keybound/account/v1" ‖ 0 ‖ realm ‖ 0 ‖ account). A realm never holds a zero. */
export function accountTag(realm: string, account: string): Uint8Array {
  return hash('sha256', `keybound/account/v1\0${realm}\0${account}`, 'buffer').subarray(0, 16)
}

/** Everything of the ticket that the MAC covers. */
export function encodeTicket(ticket: Ticket): Buffer {
  if (ticket.label.length > maxLabelLength) throw new RangeError('label: expected at most 512 bytes')
  const bytes = Buffer.alloc(at.label + ticket.label.length)
  bytes[0] = version
  bytes[1] = purposes[ticket.purpose]
  bytes.write(ticket.kid, at.kid, 8, 'base64url')
  bytes.set(ticket.realm, at.realm)
  bytes.set(ticket.account, at.account)
  bytes.set(ticket.session, at.session)
  bytes.writeUIntBE(ticket.expiresAt, at.expiresAt, 6)
  bytes.set(ticket.nonce, at.nonce)
  bytes.writeUInt16BE(ticket.label.length, at.labelLength)
  bytes.set(ticket.label, at.label)
  return bytes
}

/** A ticket as it was read, with what must be checked next. */
export interface UncheckedTicket {
  readonly ticket: Ticket
  /** What the MAC covers. */
  readonly covered: Uint8Array
  readonly mac: Uint8Array
}

/** Reads the text of a ticket, or undefined when it is not exactly one ticket in its one encoding. */
export function decodeTicket(text: string): UncheckedTicket | undefined {
  if (text.length > maxTicketText) return undefined
  const bytes = Buffer.from(text, 'base64url')
  // Node skips what it does not know; only the one canonical text may name a ticket (it is hashed as text).
  if (bytes.toString('base64url') !== text) return undefined
  if (bytes.length < at.label + macLength || bytes[0] !== version) return undefined
  const purpose = purposeNames.get(bytes[1])
  const labelEnd = at.label + bytes.readUInt16BE(at.labelLength)
  if (purpose === undefined || bytes.length !== labelEnd + macLength) return undefined
  return {
    ticket: {
      purpose,
      kid: bytes.toString('base64url', at.kid, at.realm),
      realm: bytes.subarray(at.realm, at.account),
      account: bytes.subarray(at.account, at.session),
      session: bytes.subarray(at.session, at.expiresAt),
      expiresAt: bytes.readUIntBE(at.expiresAt, 6),
      nonce: bytes.subarray(at.nonce, at.labelLength),
      label: bytes.subarray(at.label, labelEnd),
    },
    covered: bytes.subarray(0, labelEnd),
    mac: bytes.subarray(labelEnd),
  }
}
