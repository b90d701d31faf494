import { hash } from 'node:crypto'
import { type Acr, KeyboundError, type SessionJSON } from '@keybound/protocol'
import { newOperationId, type ServerContext } from '../internal/context.ts'
import type { CredentialRecord, SessionRecord } from '../store/contract.ts'

/** A new session: what the store keeps, and what the client gets once. */
export interface NewSession {
  readonly record: SessionRecord
  readonly json: SessionJSON
}

/**
 * Makes a session of 256 random bits, which ends no later than the credential that opens it. A new one at every sign-in
 * (attack D04); nothing is written here.
 */
export function newSession(
  context: ServerContext,
  account: string,
  acr: Acr,
  credential: Pick<CredentialRecord, 'id' | 'expiresAt'> | null,
): NewSession {
  const token = Buffer.from(context.randomBytes(32)).toString('base64url')
  const authTime = context.now()
  const lifetimeEnds = authTime + context.policy.session.lifetime
  const expiresAt = Math.min(lifetimeEnds, credential?.expiresAt ?? lifetimeEnds)
  const credentialId = credential?.id ?? null
  return {
    record: { tokenHash: hashToken(token), account, acr, authTime, expiresAt, credentialId },
    json: { token, account, acr, authTime, expiresAt },
  }
}

/**
 * The session of a request, from `Authorization: Bearer`. Refuses with `session_required` and `session_expired`.
 */
export async function requireSession(
  context: ServerContext,
  authorization: string | null,
): Promise<SessionRecord> {
  const token = bearerToken(authorization)
  if (token === undefined) {
    throw sessionRequired('Unexpected Authorization header, expected "Bearer" and a session token.')
  }
  const session = await context.store.findSession(context.realm, hashToken(token))
  if (session === undefined) throw sessionRequired('Unexpected session token, expected one that is in use.')
  if (session.expiresAt <= context.now()) {
    throw new KeyboundError(
      'session_expired',
      'Unexpected age of the session, expected a live one. Sign in again.',
    )
  }
  return session
}

/** Ends the session of a request, whether or not the server still knows it. */
export async function endSession(context: ServerContext, authorization: string | null): Promise<void> {
  const token = bearerToken(authorization)
  if (token === undefined) {
    throw sessionRequired('Unexpected Authorization header, expected "Bearer" and the session to end.')
  }
  const { realm, store, now } = context
  const tokenHash = hashToken(token)
  const session = await store.findSession(realm, tokenHash)
  if (session === undefined) return
  await store.endSession({ realm, operationId: newOperationId(context), now: now(), tokenHash })
  context.emit({ type: 'session.ended', account: session.account })
}

/** Ends the sessions of an account on all devices: the opaque ones and those that tokens refresh (ASVS 5.0 §7.4.3). */
export async function endAllSessions(
  { realm, store, now, emit }: ServerContext,
  account: string,
): Promise<void> {
  const ended = await store.revokeFamilies({ realm, now: now(), of: { account } })
  if (ended > 0) emit({ type: 'families.revoked', account, ended })
  emit({ type: 'session.ended', account })
}

/** 32 bytes are 43 characters; nothing else is looked up. The scheme is case-insensitive (RFC 9110 §11.1). */
function bearerToken(authorization: string | null): string | undefined {
  return /^bearer +([A-Za-z0-9_-]{43})$/i.exec(authorization ?? '')?.[1]
}

function hashToken(token: string): string {
  return hash('sha256', token, 'base64url')
}

function sessionRequired(found: string): KeyboundError {
  return new KeyboundError('session_required', `${found} Sign in first.`)
}
