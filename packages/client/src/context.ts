import { type ErrorCode, KeyboundError } from '@keybound/protocol'
import type { Call, Calls } from './calls/calls.ts'
import { requestLimit } from './calls/request-limit.ts'
import type { DeviceRecord } from './device/device-record.ts'
import type { DeviceRecords } from './device/device-records.ts'
import type { DeviceTokens } from './device/device-tokens.ts'
import type { Emit } from './events.ts'
import { codeOf } from './failures.ts'
import type { Platform } from './platform.ts'
import { type ClientSession, noSession, type StateStore } from './state.ts'
import type { Exchange } from './transport/server-api.ts'
import type { ConnectedTokens } from './unlock/secure.ts'

/** What the flows of one client share. */
export interface ClientContext {
  readonly platform: Platform
  readonly exchange: Exchange
  readonly records: DeviceRecords
  readonly deviceTokens: DeviceTokens
  readonly state: StateStore
  readonly calls: Calls
  readonly emit: Emit
  /** Tokens, vault and lock, where the app asked for them. */
  readonly secure: ConnectedTokens | undefined
}

/** The session in memory, or `not_signed_in`. */
export function requireSession(context: ClientContext): ClientSession {
  const { session } = context.state.memory()
  if (session) return session
  throw new KeyboundError('not_signed_in', 'Nobody is signed in; sign in or unlock first.')
}

/** Ends a session on the server: an opaque one, or the family of an access token, which need not be valid any more. */
export function endSession(
  context: ClientContext,
  { commit }: Call,
  { token }: Pick<ClientSession, 'token'>,
): Promise<void> {
  const ended = context.secure?.revoke(commit, token)
  return ended ?? context.exchange(commit, ['DELETE', 'session'], { session: token })
}

/** The account has no credential on this device. */
export function refuseUnregistered(): never {
  throw new KeyboundError(
    'not_registered',
    'Biometrics are not turned on for this account on this device; sign in with the password and turn them on.',
  )
}

/** A credential and its relying party. */
export type CredentialRef = Pick<DeviceRecord, 'credentialId' | 'rpId'>

/** Tells the authenticator, once the call is over, that the server does not know a credential. */
export function forgetAfterwards(
  context: ClientContext,
  call: Call,
  { rpId, credentialId }: CredentialRef,
  removed?: boolean,
): void {
  const tell = () => context.platform.forget(rpId, credentialId, removed)
  call.afterwards(() => call.commit(tell, requestLimit))
}

/**
 * Fails as the server did. Where that is because it no longer knows the credential, drops the record of it first, and
 * tells the authenticator.
 */
export async function failAfterDropping(
  context: ClientContext,
  call: Call,
  credential: CredentialRef | undefined,
  error: unknown,
): Promise<never> {
  if (credential && codeOf(error) === 'credential_unknown') {
    forgetAfterwards(context, call, credential)
    const { records, session } = context.state.memory()
    const account = records.find((record) => record.credentialId === credential.credentialId)?.account
    if (account) {
      context.emit({ type: 'invalidated', call: call.name, reason: 'revoked' })
      const change = session ? {} : { account, reason: 'revoked' as const }
      await call.tolerate(context.records.drop(call, account, change))
    }
  }
  throw error
}

/** What the server refuses with when it has ended the session that a request came with. */
const lost: readonly unknown[] = [
  'session_required',
  'session_expired',
  'access_token_revoked',
] satisfies readonly ErrorCode[]

/**
 * Notes that the server ended the session, when that is what a call failed with. Calls run one after the other and each is
 * told to have failed before the next begins, so the session that it sent is still the one in memory, or none is.
 */
export function noteLostSession({ state, secure }: ClientContext, failure: KeyboundError): void {
  const { session } = state.memory()
  if (!session || !lost.includes(failure.code)) return
  secure?.drop()
  state.update({ ...noSession, account: session.account, reason: 'expired' })
}

/** After these nobody but the server knows whether what was sent took effect. */
export const outcomeUnknown: readonly unknown[] = [
  'network_unreachable',
  'server_answer_invalid',
  'platform_failed',
  'overloaded',
  'store_unavailable',
  'internal',
] satisfies readonly ErrorCode[]
