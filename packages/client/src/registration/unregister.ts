import type { Call } from '../calls/calls.ts'
import { type ClientContext, refuseUnregistered, requireSession } from '../context.ts'
import { removeKey } from './remove-key.ts'

/** Removes this device's key of the signed-in account. No prompt. Once the server was asked, aborting no longer stops it. */
export async function unregister(context: ClientContext, call: Call): Promise<void> {
  const { account, token } = requireSession(context)
  await context.records.refresh(call)
  const record = context.state.recordOf(account) ?? refuseUnregistered()
  await call.whole(() => removeKey(context, call, token, record))
}
