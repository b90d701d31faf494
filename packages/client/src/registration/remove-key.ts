import type { Call } from '../calls/calls.ts'
import { type ClientContext, forgetAfterwards } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { codeOf } from '../failures.ts'

/** Removes a key on the server first, then here. Not ended by an abort. */
export async function removeKey(
  context: ClientContext,
  call: Call,
  session: string,
  record: Omit<DeviceRecord, 'order'>,
): Promise<void> {
  const path = ['DELETE', `credentials/${record.credentialId}`] as const
  await context.exchange(call.commit, path, { session }).catch((error: unknown) => {
    // Removed before, from here with a lost answer or from elsewhere: what was asked for is so.
    if (codeOf(error) !== 'credential_unknown') throw error
  })
  await forgetKey(context, call, record)
}

/** Forgets a key here: authenticator and records. */
export function forgetKey(
  context: ClientContext,
  call: Call,
  record: Omit<DeviceRecord, 'order'>,
): Promise<void> {
  forgetAfterwards(context, call, record, true)
  return context.records.drop(call, record.account)
}
