import { type CredentialJSON, KeyboundError } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, codeOf, forgetAfterwards, requireSession } from '../context.ts'
import { newestRecord, withRecord } from '../device/device-record.ts'
import { storageLimit } from '../device/device-records.ts'
import type { PlatformStorage } from '../platform.ts'
import type { VaultRegistration } from '../platform-vault.ts'
import type { ClientSession } from '../state.ts'
import { registrationOptions } from './answers.ts'
import type { PendingRegistration } from './pending-registration.ts'
import { removeCredential } from './remove-credential.ts'
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
    const pending = context.state.memory().pending ?? (await makeKey(context, call, session, name))
    const credential = await call.whole(
      () => sendRegistration(context, call, session, pending),
      () => takeBack(context, call, session, pending),
    )
    await keepRecord(context, call, session, pending)
    return credential
  } catch (error) {
    if (codeOf(error)?.startsWith('grant_')) context.state.update({ grant: null })
    throw error
  }
}

/** Asks for options and lets the authenticator make a key: the one prompt. */
async function makeKey(
  context: ClientContext,
  call: Call,
  session: ClientSession,
  name: string | undefined,
): Promise<PendingRegistration> {
  const { api, platform, state, secure } = context
  const { grant } = state.memory()
  if (grant === null) throw grantRequired()
  // Before the prompt: a key that this device could not remember is not made.
  await probe(platform.storage, call)
  const asked = { session: session.token, body: { grant }, read: registrationOptions }
  const options = await api.exchange(call.step, ['POST', 'registration/options'], asked)
  const { keys, ...made } = await call.prompt<VaultRegistration>(
    (signal) =>
      secure ? secure.register(options, session.account, signal) : platform.register(options, signal),
    options.timeout,
    ({ response: { id } }) => void platform.forget(options.rp.id, id),
  )
  const operationId = hexOf(await platform.randomBytes(16))
  return {
    rpId: options.rp.id,
    userName: options.user.name,
    keys,
    request: { grant, operationId, ...made, ...(name !== undefined && { name }) },
  }
}

/** Hexadecimal: every such text is base64url too, which the server asks for, and takes less code to make. */
function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Fails when nothing can be stored. */
async function probe(storage: PlatformStorage, call: Call): Promise<void> {
  const key = 'keybound/1/probe'
  await call.step(() => storage.set(key, ''), storageLimit)
  await call.step(() => storage.delete(key), storageLimit)
}

async function keepRecord(
  { platform, records, state, secure }: ClientContext,
  call: Call,
  { account }: ClientSession,
  { rpId, userName, keys, request }: PendingRegistration,
): Promise<void> {
  const used = { account, credentialId: request.response.id, rpId, name: userName }
  const record = newestRecord(state.memory().records, used)
  await call.commit(async () => platform.keep?.(used.credentialId), storageLimit)
  await secure?.keep(call, used, keys)
  await records.save(call.commit, record)
  state.update({ records: withRecord(state.memory().records, record) })
}

/** Nobody waits for the key any more, or this device could not remember it. */
async function takeBack(
  context: ClientContext,
  call: Call,
  { token, account }: ClientSession,
  { rpId, request }: PendingRegistration,
): Promise<void> {
  const { records } = context
  forgetAfterwards(context, call, rpId, request.response.id, true)
  await removeCredential(context, call, token, request.response.id)
  await records.drop(call.commit, account)
}

function grantRequired(): KeyboundError {
  return new KeyboundError(
    'grant_required',
    'The password was not given just now; sign in with the password and turn biometrics on within five minutes.',
  )
}
