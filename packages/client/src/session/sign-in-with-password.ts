import type { SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, refreshRecords, tolerateStorage } from '../context.ts'
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
  const { api, deviceTokens } = context
  await refreshRecords(context, call)
  const deviceToken = await tolerateStorage(context, call, deviceTokens.find(call.step, username))
  const request = { username, password, ...(deviceToken !== undefined && { deviceToken }) }
  const exchange = { body: request, read: signInAnswer }
  const answer = await openSession(context, call, (via) =>
    api.exchange(via, ['POST', 'sessions/password'], exchange),
  )
  await tolerateStorage(context, call, deviceTokens.keep(call.commit, username, answer.deviceToken))
  return answer.session
}
