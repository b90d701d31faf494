import { timingSafeEqual } from 'node:crypto'
import { type ErrorCode, KeyboundError, type RegistrationGrantJSON } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { NewDeviceProof } from '../policy/policy.ts'
import type { SessionRecord, SingleUse } from '../store/contract.ts'
import { noTag } from '../ticket/format.ts'
import { sessionTag, type TicketRefusal } from '../ticket/tickets.ts'

/** Who is about to register a key, as the primary sign-in knew them. Shown by authenticators. */
export interface GrantedUser {
  readonly name: string
  readonly displayName: string
}

export interface OpenGrant {
  readonly user: GrantedUser
  /** What stands behind it. */
  readonly proof: NewDeviceProof
  readonly use: SingleUse
}

const refusals: { readonly [R in TicketRefusal]: readonly [ErrorCode, string] } = {
  invalid: [
    'grant_invalid',
    'Unexpected registration grant, expected one of this server. Sign in with the password.',
  ],
  purpose: [
    'grant_invalid',
    'Unexpected ticket, expected a registration grant. Sign in with the password to get one.',
  ],
  realm: [
    'grant_invalid',
    'Unexpected realm of the registration grant, expected this one. Sign in with the password here.',
  ],
  expired: [
    'grant_expired',
    'Unexpected age of the registration grant, expected at most five minutes. Sign in with the password again.',
  ],
}

/**
 * A single-use permission to register one key, for this account in this session only. Issued by a primary sign-in;
 * its lifetime begins there.
 */
export async function issueGrant(
  context: ServerContext,
  session: SessionRecord,
  user: GrantedUser,
): Promise<RegistrationGrantJSON> {
  const expiresAt = session.authTime + context.policy.grant.lifetime
  const token = await context.tickets.issue('grant', {
    account: session.account,
    session: session.tokenHash,
    expiresAt,
    label: Buffer.from(`${user.name}\0${user.displayName}`),
  })
  return { token, expiresAt }
}

/**
 * A grant by which a device of the account, or the host, vouches for the next one: in place of the grant of its password,
 * and bound to no session, because it comes another way. The password is still asked for, for the session.
 */
export async function issueVoucher(
  context: ServerContext,
  account: string,
  proof: Exclude<NewDeviceProof, 'password'>,
  { name, displayName }: GrantedUser,
): Promise<RegistrationGrantJSON> {
  const expiresAt = context.now() + context.policy.grant.lifetime
  const label = Buffer.from(`${name}\0${displayName}\0${proof}`)
  return { token: await context.tickets.issue('grant', { account, expiresAt, label }), expiresAt }
}

/** Refuses with `grant_required`, `grant_invalid`, `grant_expired`; whether it was used is for the store to say. */
export async function openGrant(
  context: ServerContext,
  session: SessionRecord,
  token: string,
): Promise<OpenGrant> {
  if (token === '') throw grantRequired()
  const opened = await context.tickets.open('grant', token)
  if (!opened.ok) throw new KeyboundError(...refusals[opened.refusal])
  const { ticket } = opened
  if (!context.tickets.isFor(ticket, session.account)) throw grantOfAnother('account')
  const [name = '', displayName = '', proof = 'password'] = Buffer.from(ticket.label).toString().split('\0')
  const isVoucher = Buffer.compare(ticket.session, noTag) === 0
  if (!isVoucher && !timingSafeEqual(ticket.session, sessionTag(session.tokenHash))) {
    throw grantOfAnother('session')
  }
  return {
    user: { name, displayName },
    // The label is the server's own, under its MAC.
    proof: isVoucher ? (proof as NewDeviceProof) : 'password',
    use: { hash: opened.hash, expiresAt: ticket.expiresAt },
  }
}

export function grantRequired(): KeyboundError {
  return new KeyboundError(
    'grant_required',
    'Unexpected request without a registration grant, expected one. Sign in with the password and register at once.',
  )
}

/** The store said the grant was used before. */
export function grantUsed(): KeyboundError {
  return new KeyboundError(
    'grant_used',
    'Unexpected second use of a registration grant, expected a fresh one. Sign in with the password again.',
  )
}

function grantOfAnother(what: 'account' | 'session'): KeyboundError {
  return new KeyboundError(
    'grant_invalid',
    `Unexpected ${what} of the registration grant, expected the one that signed in for it. Sign in with the password.`,
  )
}
