import { type CredentialJSON, encodeBase64Url, KeyboundError, type SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { promptLimit } from '../calls/prompt-limit.ts'
import { type ClientContext, codeOf, noteLostSession, requireSession } from '../context.ts'
import { newestRecord, withRecord } from '../device/device-record.ts'
import type { PendingRegistration } from './pending-registration.ts'
import { sendRegistration } from './send-registration.ts'

/**
 * Registers a key of the signed-in account: one prompt. Committed on the server and on this device, or on neither.
 *
 * A registration whose answer was lost is asked again by the next call, without another prompt.
 */
export async function register(
  context: ClientContext,
  call: Call,
  name: string | undefined,
): Promise<CredentialJSON> {
  const session = requireSession(context)
  try {
    const pending = context.state.memory().pending ?? (await createKey(context, call, session, name))
    const credential = await sendRegistration(context, call, session, pending)
    await commitOnDevice(context, call, session, pending)
    return credential
  } catch (error) {
    if (codeOf(error)?.startsWith('grant_')) context.state.update({ grant: null })
    noteLostSession(context, session, error)
    throw error
  }
}

/** Asks for options and lets the authenticator make a key: the one prompt. */
async function createKey(
  context: ClientContext,
  call: Call,
  session: SessionJSON,
  name: string | undefined,
): Promise<PendingRegistration> {
  const { api, platform, records, state } = context
  const { grant } = state.memory()
  if (grant === null) throw grantRequired()
  // Before the prompt: a key that this device could not remember is not made.
  await records.probe(call.step)
  const options = await api.registrationOptions(call.step, session.token, { grant })
  const response = await call.prompt({
    work: (signal) => platform.register(options, signal),
    limit: promptLimit(options.timeout),
    late: ({ id }) => void platform.forget(options.rp.id, id),
  })
  const operationId = encodeBase64Url(platform.randomBytes(16))
  return {
    rpId: options.rp.id,
    userName: options.user.name,
    request: { grant, operationId, response, ...(name !== undefined && { name }) },
  }
}

/** The server has committed; the device follows, or the server's commit is taken back. */
async function commitOnDevice(
  context: ClientContext,
  call: Call,
  session: SessionJSON,
  { rpId, userName, request }: PendingRegistration,
): Promise<void> {
  const { api, platform, records, state } = context
  const credentialId = request.response.id
  const used = { account: session.account, credentialId, rpId, name: userName }
  const record = newestRecord(state.memory().records, used)
  try {
    await records.save(call.commit, record)
    state.update({ records: withRecord(state.memory().records, record) })
  } catch (error) {
    call.afterwards(() => api.removeCredential(call.commit, session.token, credentialId))
    call.afterwards(() => platform.forget(rpId, credentialId))
    throw error
  }
}

function grantRequired(): KeyboundError {
  return new KeyboundError(
    'grant_required',
    'The password was not given just now; sign in with the password and turn biometrics on within five minutes.',
  )
}
