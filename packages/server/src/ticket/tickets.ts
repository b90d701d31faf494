import { hash, timingSafeEqual } from 'node:crypto'
import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import type { KeyInfo, KeyProvider, KeyPurpose } from '../keys/contract.ts'
import {
  accountTag,
  decodeTicket,
  encodeTicket,
  noTag,
  realmTag,
  type Ticket,
  type TicketPurpose,
} from './format.ts'

/** What a ticket is made of besides what every ticket of this server shares. */
export interface TicketContent {
  readonly account?: string | undefined
  /** Token hash of a session, base64url. */
  readonly session?: string
  readonly expiresAt: EpochSeconds
  readonly label?: Uint8Array
  /** Default: 16 fresh random bytes. */
  readonly nonce?: Uint8Array
}

/** Why a ticket is refused, in the order of the checks. */
export type TicketRefusal = 'invalid' | 'purpose' | 'realm' | 'expired'

export type OpenedTicket =
  | { readonly ok: true; readonly ticket: Ticket; readonly hash: string }
  | { readonly ok: false; readonly refusal: TicketRefusal }

export interface Tickets {
  issue(purpose: TicketPurpose, content: TicketContent): Promise<string>
  /** Recognises a ticket of this server, of this purpose and realm, that has not expired. */
  open(purpose: TicketPurpose, text: string): Promise<OpenedTicket>
  /** Whether the ticket is for this account. */
  isFor(ticket: Ticket, account: string): boolean
}

export interface TicketDependencies {
  readonly keys: KeyProvider
  readonly realm: string
  readonly now: () => EpochSeconds
  readonly randomBytes: (length: number) => Uint8Array
}

const keyPurposes: { readonly [P in TicketPurpose]: KeyPurpose } = {
  registration: 'challenge',
  authentication: 'challenge',
  grant: 'grant',
  device: 'device',
}

export function createTickets({ keys, realm, now, randomBytes }: TicketDependencies): Tickets {
  const ownRealm = realmTag(realm)

  async function issue(purpose: TicketPurpose, content: TicketContent): Promise<string> {
    const key = activeKey(await keys.list(keyPurposes[purpose]), now())
    const covered = encodeTicket({
      purpose,
      kid: key.kid,
      realm: ownRealm,
      account: content.account === undefined ? noTag : accountTag(realm, content.account),
      session: content.session === undefined ? noTag : sessionTag(content.session),
      expiresAt: content.expiresAt,
      nonce: content.nonce ?? randomBytes(16),
      label: content.label ?? new Uint8Array(0),
    })
    return Buffer.concat([covered, await keys.mac(key.kid, covered)]).toString('base64url')
  }

  async function open(purpose: TicketPurpose, text: string): Promise<OpenedTicket> {
    const unchecked = decodeTicket(text)
    if (unchecked === undefined) return { ok: false, refusal: 'invalid' }
    const { ticket, covered, mac } = unchecked
    // The key of the purpose the ticket itself names, so that one of another purpose is called just that.
    const known = await keys.list(keyPurposes[ticket.purpose])
    const key = known.find((one) => one.kid === ticket.kid && one.acceptUntil > now())
    if (key === undefined) return { ok: false, refusal: 'invalid' }
    if (!timingSafeEqual(await keys.mac(key.kid, covered), mac)) return { ok: false, refusal: 'invalid' }
    if (ticket.purpose !== purpose) return { ok: false, refusal: 'purpose' }
    if (!timingSafeEqual(ticket.realm, ownRealm)) return { ok: false, refusal: 'realm' }
    if (ticket.expiresAt <= now()) return { ok: false, refusal: 'expired' }
    return { ok: true, ticket, hash: hash('sha256', text, 'base64url') }
  }

  return {
    issue,
    open,
    isFor: (ticket, account) => timingSafeEqual(ticket.account, accountTag(realm, account)),
  }
}

/** First 16 bytes of a session's token hash. */
export function sessionTag(tokenHash: string): Uint8Array {
  return Buffer.from(tokenHash, 'base64url').subarray(0, 16)
}

/** The newest key that may make things now; `list` sorts newest first. */
export function activeKey(keys: readonly KeyInfo[], now: EpochSeconds): KeyInfo {
  const key = keys.find((one) => one.activeFrom <= now)
  if (key === undefined) {
    throw new KeyboundError(
      'key_unavailable',
      'Unexpected key list without an active key, expected at least one. Check the clock and the key provider.',
    )
  }
  return key
}
