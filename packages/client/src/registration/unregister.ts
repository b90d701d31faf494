import type { Call } from '../calls/calls.ts'
import {
  type ClientContext,
  codeOf,
  noteLostSession,
  refreshRecords,
  refuseUnregistered,
  requireSession,
  tolerateStorage,
} from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'

/** Removes this device's credential of the signed-in account, on the server first, then here. No prompt. */
export async function unregister(context: ClientContext, call: Call): Promise<void> {
  const { api, platform, records, state } = context
  const session = requireSession(context)
  await refreshRecords(context, call)
  const ofAccount = ({ account }: DeviceRecord) => account === session.account
  const record = state.memory().records.find(ofAccount) ?? refuseUnregistered()
  try {
    await api.removeCredential(call.step, session.token, record.credentialId)
  } catch (error) {
    noteLostSession(context, session, error)
    // Removed before, from here with a lost answer or from elsewhere: what was asked for is so.
    if (codeOf(error) !== 'credential_unknown') throw error
  }
  state.update({ records: state.memory().records.filter((other) => !ofAccount(other)) })
  call.afterwards(() => platform.forget(record.rpId, record.credentialId))
  await tolerateStorage(context, call, records.drop(call.commit, session.account))
}
