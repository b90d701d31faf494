import type { SignInAnswer } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'

/**
 * Makes a session the client's. The one it replaces, or this one when the call was aborted meanwhile, is ended on the
 * server too, so that none lives on without an owner.
 */
export function adoptSession(context: ClientContext, call: Call, answer: SignInAnswer): void {
  const { state, api } = context
  const { session } = answer
  const replaced = state.memory().session
  try {
    call.assertLive()
  } catch (error) {
    call.afterwards(() => api.endSession(call.commit, session.token))
    throw error
  }
  state.update({
    session,
    grant: answer.registrationGrant?.token ?? null,
    pending: null,
    account: session.account,
    reason: undefined,
  })
  if (replaced) call.afterwards(() => api.endSession(call.commit, replaced.token))
}
