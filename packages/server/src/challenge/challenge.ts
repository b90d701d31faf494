import { type Base64Url, type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { SingleUse } from '../store/contract.ts'
import { noTag, type Ticket } from '../ticket/format.ts'
import type { TicketRefusal } from '../ticket/tickets.ts'

export type ChallengePurpose = 'registration' | 'authentication'

/** A challenge the server recognised as its own; nothing has been written yet. */
export interface OpenChallenge {
  readonly ticket: Ticket
  /** Not bound to an account: the authenticator names it (discoverable sign-in). */
  readonly discoverable: boolean
  /** Thumbprint of the key that may exchange the answer for tokens; undefined for an opaque session. */
  readonly boundTo: Base64Url | undefined
  readonly use: SingleUse
}

const refusals: { readonly [R in TicketRefusal]: readonly [ErrorCode, string] } = {
  invalid: ['challenge_invalid', 'Unexpected challenge, expected one of this server. Ask for new options.'],
  purpose: [
    'challenge_purpose_mismatch',
    'Unexpected purpose of the challenge, expected this step’s. Ask for its options.',
  ],
  realm: [
    'challenge_realm_mismatch',
    'Unexpected realm of the challenge, expected this one. Ask for new options here.',
  ],
  expired: [
    'challenge_expired',
    'Unexpected age of the challenge, expected a fresh one. Ask for new options and sign them at once.',
  ],
}

/**
 * Issues a challenge. `account` is left out for a discoverable sign-in; `boundTo` is the thumbprint of the only key
 * that may exchange the answer for tokens.
 */
export function issueChallenge(
  context: ServerContext,
  purpose: ChallengePurpose,
  account: string | undefined,
  boundTo?: Base64Url,
): Promise<Base64Url> {
  const expiresAt = context.now() + challengeLifetime(context, purpose)
  const label = Buffer.from(boundTo ?? '', 'base64url')
  return context.tickets.issue(purpose, { account, expiresAt, label })
}

/** Seconds. */
export function challengeLifetime(context: ServerContext, purpose: ChallengePurpose): number {
  const { authenticationLifetime, registrationLifetime } = context.policy.challenge
  return purpose === 'authentication' ? authenticationLifetime : registrationLifetime
}

/**
 * Recognises a challenge that came back signed. Refuses with `challenge_invalid`, `challenge_purpose_mismatch`,
 * `challenge_realm_mismatch`, `challenge_expired`. Whose it is, is for the caller to compare; whether it was used, for
 * the store, in the transaction of its effect.
 */
export async function openChallenge(
  context: ServerContext,
  purpose: ChallengePurpose,
  challenge: Base64Url,
): Promise<OpenChallenge> {
  const opened = await context.tickets.open(purpose, challenge)
  if (!opened.ok) throw new KeyboundError(...refusals[opened.refusal])
  const { ticket } = opened
  return {
    ticket,
    discoverable: Buffer.compare(ticket.account, noTag) === 0,
    boundTo: ticket.label.length === 0 ? undefined : Buffer.from(ticket.label).toString('base64url'),
    use: { hash: opened.hash, expiresAt: ticket.expiresAt },
  }
}

/** The store said the challenge was used before. */
export function challengeUsed(): KeyboundError {
  return new KeyboundError(
    'challenge_used',
    'Unexpected second use of a challenge, expected a fresh one. Ask for new options.',
  )
}
