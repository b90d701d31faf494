import type { ClientContext } from '../context.ts'
import { noSession } from '../state.ts'

/** What became of the session on the server. */
export interface SignOutResult {
  /**
   * `ended`: the server ended it, or there was none. `unreachable`: the server could not be told, and the session runs
   * out there by itself; its token is gone from this device either way.
   */
  readonly onServer: 'ended' | 'unreachable'
}

/** Signs out here at once, whatever is going on, and then on the server. */
export function signOut(context: ClientContext): Promise<SignOutResult> {
  const { api, calls, state } = context
  const { session } = state.memory()
  calls.abortAll('The call was cancelled because the user signed out.')
  state.update({ ...noSession, reason: undefined })
  return calls.run('signOut', { steadfast: true }, async (call) => {
    if (!session) return { onServer: 'ended' }
    try {
      await api.endSession(call.commit, session.token)
      return { onServer: 'ended' }
    } catch {
      return { onServer: 'unreachable' }
    }
  })
}
