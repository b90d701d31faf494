import { KeyboundError, type SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import {
  type ClientContext,
  codeOf,
  noteLostSession,
  refreshRecords,
  requireSession,
  tolerateStorage,
} from '../context.ts'

/** Removes this device's credential of the signed-in account, on the server first, then here. No prompt. */
export async function unregister(context: ClientContext, call: Call): Promise<void> {
  const { api, platform, records, state } = context
  const session = requireSession(context)
  await refreshRecords(context, call)
  const record = state.memory().records.find(({ account }) => account === session.account)
  if (!record) {
    throw new KeyboundError('not_registered', 'Biometrics are not turned on for this account on this device.')
  }
  try {
    await api.removeCredential(call.step, session.token, record.credentialId)
  } catch (error) {
    noteLostSession(context, session, error)
    // Removed before, from here with a lost answer or from elsewhere: what was asked for is so.
    if (codeOf(error) !== 'credential_unknown') throw error
  }
  state.update({ records: state.memory().records.filter((other) => other.account !== session.account) })
  call.afterwards(() => platform.forget(record.rpId, record.credentialId))
  await tolerateStorage(context, call, records.drop(call.commit, session.account))
  if (session.acr !== 'pwd') await followSession(context, call, session)
}

/** A server ends the sessions that a removed credential opened; asks whether this one was among them. */
async function followSession(context: ClientContext, call: Call, session: SessionJSON): Promise<void> {
  try {
    await context.api.checkSession(call.commit, session.token)
  } catch (error) {
    // Anything but a lost session says nothing about it, and the removal stands.
    noteLostSession(context, session, error)
  }
}
