import type { Call } from '../calls/calls.ts'
import {
  type ClientContext,
  codeOf,
  forgetAfterwards,
  refreshRecords,
  refuseUnregistered,
  requireSession,
} from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { removeCredential } from './remove-credential.ts'

/**
 * Removes this device's credential of the signed-in account, on the server first, then here. No prompt. Once the
 * server was asked, aborting no longer stops it.
 */
export async function unregister(context: ClientContext, call: Call): Promise<void> {
  const session = requireSession(context)
  await refreshRecords(context, call)
  const record = context.state.recordOf(session.account)
  await call.whole(() => remove(context, call, session.token, record ?? refuseUnregistered()))
}

async function remove(
  context: ClientContext,
  call: Call,
  session: string,
  { account, credentialId, rpId }: DeviceRecord,
): Promise<void> {
  const { records, state } = context
  try {
    await removeCredential(context, call, session, credentialId)
  } catch (error) {
    // Removed before, from here with a lost answer or from elsewhere: what was asked for is so.
    if (codeOf(error) !== 'credential_unknown') throw error
  }
  forgetAfterwards(context, call, rpId, credentialId, true)
  await records.drop(call.commit, account)
  state.update({ records: state.memory().records.filter((other) => other.account !== account) })
}
