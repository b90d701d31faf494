import type { CredentialJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, forgetAfterwards, outcomeUnknown } from '../context.ts'
import { codeOf } from '../failures.ts'
import { registrationAnswer } from './answers.ts'
import type { PendingRegistration } from './pending-registration.ts'

/**
 * Sends a registration, twice if the first answer was lost. While the outcome is unknown the registration stays
 * pending; when the server refused it, the authenticator is told to forget the key.
 */
export async function sendRegistration(
  context: ClientContext,
  call: Call,
  session: string,
  pending: PendingRegistration,
): Promise<CredentialJSON> {
  const { state } = context
  const asked = { session, body: pending.request, read: registrationAnswer }
  const send = () => context.exchange(call.commit, ['POST', 'registration'], asked)
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
    if (!outcomeUnknown.includes(codeOf(error))) {
      state.update({ pending: null })
      forgetAfterwards(context, call, pending.record)
    }
    throw error
  }
}
