import type { SessionJSON, SignInAnswer } from '@keybound/protocol'
import type { Await, Call } from '../calls/calls.ts'
import { type ClientContext, endSession } from '../context.ts'

/**
 * Sends what opens a session and makes the session the client's. One that nobody waits for any more, that `accept`
 * throws at, or that is replaced, is ended on the server too, so that none lives on without an owner.
 */
export async function openSession(
  context: ClientContext,
  call: Call,
  send: (via: Await) => Promise<SignInAnswer>,
  accept: (session: SessionJSON) => void = () => {},
): Promise<SignInAnswer> {
  const { state, secure } = context
  const end = (session: Pick<SessionJSON, 'token'>) => endSession(context, call.commit, session)
  const answer = await call.whole(
    () => send(call.commit),
    ({ session }) => end(session),
  )
  const { session, registrationGrant } = answer
  accept(session)
  call.assertLive()
  const replaced = state.memory().session
  secure?.drop()
  state.update({
    session,
    offline: null,
    grant: registrationGrant?.token ?? null,
    pending: null,
    account: session.account,
    reason: undefined,
  })
  secure?.autoLock.arm()
  if (replaced) call.afterwards(() => end(replaced))
  return answer
}
