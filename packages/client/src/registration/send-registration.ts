import type { CredentialJSON, ErrorCode, SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, codeOf } from '../context.ts'
import type { PendingRegistration } from './pending-registration.ts'

/** After these nobody but the server knows whether the key was registered. */
const outcomeUnknown: readonly ErrorCode[] = [
  'network_unreachable',
  'server_answer_invalid',
  'overloaded',
  'store_unavailable',
  'internal',
]

/**
 * Sends a registration, twice if the first answer was lost. While the outcome is unknown the registration stays
 * pending; refused or aborted, the authenticator is told to forget the key.
 */
export async function sendRegistration(
  context: ClientContext,
  call: Call,
  session: SessionJSON,
  pending: PendingRegistration,
): Promise<CredentialJSON> {
  const { api, platform, state } = context
  const { rpId, request } = pending
  const send = () => api.register(call.step, session.token, request)
  call.assertLive()
  state.update({ pending })
  try {
    const { credential } = await send().catch((error: unknown) => {
      if (codeOf(error) === 'network_unreachable') return send()
      throw error
    })
    // The grant has served; the next key needs another.
    state.update({ pending: null, grant: null })
    return credential
  } catch (error) {
    const code = codeOf(error)
    if (code && outcomeUnknown.includes(code)) throw error
    state.update({ pending: null })
    // Aborted in the middle, the server may have registered the key; refused, it has not and the first does nothing.
    if (code === 'aborted') {
      call.afterwards(() => api.removeCredential(call.commit, session.token, request.response.id))
    }
    call.afterwards(() => platform.forget(rpId, request.response.id))
    throw error
  }
}
