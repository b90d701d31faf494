import type { SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import { signInAnswer } from '../transport/answers.ts'
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
  const { deviceTokens, exchange, records } = context
  await records.refresh(call)
  const deviceToken = await deviceTokens.find(call, username)
  const asked = { body: { username, password, deviceToken }, read: signInAnswer }
  const answer = await openSession(context, call, () =>
    exchange(call.commit, ['POST', 'sessions/password'], asked),
  )
  await deviceTokens.keep(call, username, answer.deviceToken)
  return answer.session
}
