import { type ClientContext, endSession } from '../context.ts'
import { signOut } from '../session/sign-out.ts'
import { noSession } from '../state.ts'
import { isAccessToken } from '../tokens/session-request.ts'
import type { ConnectedTokens } from './secure.ts'

/**
 * Locks at once: access token, session key and opened keys leave the memory, calls under way end. A session that lies
 * sealed on this device waits there for the next unlock; any other has nowhere to wait and ends.
 */
export function lock(context: ClientContext, secure: ConnectedTokens): void {
  const { calls, state } = context
  const { session } = state.memory()
  const { account } = state.snapshot()
  if (session && !state.recordOf(session.account)?.sealed) {
    void signOut(context)
    return
  }
  calls.abortAll('The call was cancelled because the app was locked.')
  secure.drop()
  state.update({ ...noSession, account })
  // That of a password sign-in is not the one that waits.
  if (session && !isAccessToken(session.token)) {
    const end = calls.run('signOut', { steadfast: true }, (call) => endSession(context, call, session))
    end.catch(() => {})
  }
}
