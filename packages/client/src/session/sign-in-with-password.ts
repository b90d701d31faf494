import type { SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import { openSession } from './open-session.ts'

/** What the user typed. */
export interface PasswordCredentials {
  readonly username: string
  readonly password: string
}

/** Signs in with the password and keeps the grant to register a key. */
export async function signInWithPassword(
  context: ClientContext,
  call: Call,
  { username, password }: PasswordCredentials,
): Promise<SessionJSON> {
  await context.records.refresh(call)
  const deviceToken = await context.deviceTokens.find(call, username)
  const body = { username, password, deviceToken }
  const answer = await openSession(context, call, 'sessions/password', body)
  await context.deviceTokens.keep(call, username, answer.deviceToken)
  return answer.session
}
