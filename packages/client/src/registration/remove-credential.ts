import type { Call } from '../calls/calls.ts'
import type { ClientContext } from '../context.ts'
import { nothing } from '../transport/answers.ts'

/** Removes a credential on the server. Not ended by an abort. */
export function removeCredential(
  { api }: ClientContext,
  call: Call,
  session: string,
  credentialId: string,
): Promise<void> {
  const path = ['DELETE', `credentials/${encodeURIComponent(credentialId)}`] as const
  return api.exchange(call.commit, path, { session, read: nothing })
}
