import type { SignInAnswer } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, type CredentialRef, endSession, failAfterDropping } from '../context.ts'
import { noSession } from '../state.ts'
import { answerInvalid, signInAnswer } from '../transport/answers.ts'

/**
 * Sends what opens a session and makes the session the client's. One that nobody waits for any more, of another
 * account than `expected`, or that is replaced and does not wait sealed, is ended on the server too, so that none lives on
 * without an owner.
 */
export async function openSession(
  context: ClientContext,
  call: Call,
  path: string,
  body: object,
  expected?: string,
  used?: CredentialRef,
): Promise<SignInAnswer> {
  const { state, secure } = context
  const answer = await call.whole(
    () =>
      context
        .exchange(call.commit, ['POST', path], { body, read: signInAnswer })
        .catch((error: unknown) => failAfterDropping(context, call, used, error)),
    ({ session }) => endSession(context, call, session),
  )
  const { session } = answer
  const { account } = session
  if (expected && expected !== account) throw answerInvalid('unexpected session.account')
  call.assertLive()
  const replaced = state.memory().session
  secure?.drop()
  const grant = answer.registrationGrant?.token ?? null
  state.update({ ...noSession, session, grant, account })
  secure?.autoLock.arm()
  if (replaced && !secure?.waits(replaced)) call.afterwards(() => endSession(context, call, replaced))
  return answer
}
