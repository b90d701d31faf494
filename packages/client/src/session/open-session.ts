import type { SessionJSON, SignInAnswer } from '@keybound/protocol'
import type { Await, Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'

/**
 * Sends what opens a session and makes the session the client's. One that nobody waits for any more, that `accept`
 * throws at, or that is replaced, is ended on the server too, so that none lives on without an owner.
 */
export async function openSession(
  { api, state }: ClientContext,
  call: Call,
  send: (via: Await) => Promise<SignInAnswer>,
  accept: (session: SessionJSON) => void = () => {},
): Promise<SignInAnswer> {
  const end = ({ token }: SessionJSON) => api.endSession(call.commit, token)
  const answer = await call.whole(
    () => send(call.commit),
    ({ session }) => end(session),
  )
  const { session, registrationGrant } = answer
  accept(session)
  call.assertLive()
  const replaced = state.memory().session
  state.update({
    session,
    grant: registrationGrant?.token ?? null,
    pending: null,
    account: session.account,
    reason: undefined,
  })
  if (replaced) call.afterwards(() => end(replaced))
  return answer
}
