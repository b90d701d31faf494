import type { CredentialJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, requireSession } from '../context.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf, failure } from '../failures.ts'
import type { PlatformStorage } from '../platform.ts'
import type { VaultRegistration } from '../platform-vault.ts'
import type { ClientSession } from '../state.ts'
import { registrationOptions } from './answers.ts'
import type { PendingRegistration } from './pending-registration.ts'
import { forgetKey, removeKey } from './remove-key.ts'
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
    const { record, keys } = pending
    const credential = await call.whole(
      () => sendRegistration(context, call, session.token, pending),
      // Nobody waits for the key any more, or this device could not remember it.
      () => removeKey(context, call, session.token, record).catch(() => forgetKey(context, call, record)),
    )
    // First: where the app dies between these, the record leads to the rest.
    await context.records.keep(call, record)
    await call.commit(async () => context.platform.keep?.(record.credentialId), storageLimit)
    await context.secure?.keep(call, record, keys)
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
  { account, token }: ClientSession,
  name: string | undefined,
): Promise<PendingRegistration> {
  const { platform, secure } = context
  const { grant } = context.state.memory()
  if (!grant) throw grantRequired()
  // All that can fail here comes before the prompt: a key that this device could not remember is not made.
  await call.step(() => probe(platform.storage), storageLimit)
  const asked = { session: token, body: { grant }, read: registrationOptions }
  const options = await context.exchange(call.step, ['POST', 'registration/options'], asked)
  const { challenge, rp, timeout, user } = options
  const { keys, ...made } = await call.prompt<VaultRegistration>(
    (signal) => (secure ?? platform).register(options, signal, account),
    timeout,
    ({ response: { id } }) => void platform.forget(rp.id, id),
  )
  return {
    record: { account, credentialId: made.response.id, rpId: rp.id, name: user.name },
    keys,
    // The challenge is this registration's alone, so it names it too; of such names the server takes 64 characters.
    request: { grant, operationId: challenge.slice(-64), ...made, name },
  }
}

/** Fails when nothing can be stored. */
async function probe(storage: PlatformStorage): Promise<void> {
  const key = 'keybound/1/probe'
  await storage.set(key, '')
  await storage.delete(key)
}

const grantRequired = failure(
  'grant_required',
  'The password is needed again; sign in with it and turn biometrics on within five minutes.',
)
