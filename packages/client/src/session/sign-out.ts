import { type ClientContext, endSession } from '../context.ts'
import { noSession } from '../state.ts'

/** What became of the session on the server. */
export interface SignOutResult {
  /**
   * `ended`: the server ended it, or there was none. `unreachable`: the server could not be told, because there is no
   * network or because the session lay sealed; it runs out there by itself, and is gone from this device either way.
   */
  readonly onServer: 'ended' | 'unreachable'
}

/** Signs out here at once, whatever is going on, and then on the server. */
export function signOut(context: ClientContext): Promise<SignOutResult> {
  const { calls, state, secure } = context
  const { session } = state.memory()
  const { account } = state.snapshot()
  calls.abortAll('The call was cancelled because the user signed out.')
  secure?.drop()
  state.update(noSession)
  return calls.run('signOut', { steadfast: true }, async (call) => {
    const sealed = await secure?.unseal(context, call, account)
    try {
      if (session) await endSession(context, call, session)
      // The opaque session of a password, which has no dot as tokens have, is not the one that lay sealed.
      if (!sealed || session?.token.includes('.')) return { onServer: 'ended' }
    } catch {
      // It runs out there by itself.
    }
    return { onServer: 'unreachable' }
  })
}
