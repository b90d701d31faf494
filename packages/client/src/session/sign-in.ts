import {
  type AuthenticationOptionsJSON,
  type AuthenticationOptionsRequest,
  KeyboundError,
  type SessionJSON,
} from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import type { Await } from '../calls/settle.ts'
import {
  type ClientContext,
  codeOf,
  dropRevoked,
  refreshRecords,
  refuseUnregistered,
  tolerateStorage,
} from '../context.ts'
import { type DeviceRecord, newestRecord, withRecord } from '../device/device-record.ts'
import { authenticationOptions, signInAnswer } from '../transport/answers.ts'
import { openSession } from './open-session.ts'

/** Signs in with a credential: one prompt. */
export async function signIn(
  context: ClientContext,
  call: Call,
  account: string | undefined,
): Promise<SessionJSON> {
  await refreshRecords(context, call)
  const record = chooseRecord(context, account)
  const options = await askOptions(context, call, record)
  const { rpId, timeout } = options
  const response = await call.prompt((signal) => context.platform.authenticate(options, signal), timeout)
  const exchange = { body: { response }, read: signInAnswer }
  const send = (via: Await) =>
    context.api.exchange(via, ['POST', 'authentication'], exchange).catch(async (error: unknown) => {
      if (codeOf(error) === 'credential_unknown') await dropRevoked(context, call, rpId, response.id)
      throw error
    })
  const answer = await openSession(context, call, send, record?.account)
  const { session, deviceToken } = answer
  const name = await remember(context, call, { account: session.account, credentialId: response.id, rpId })
  if (name !== null)
    await tolerateStorage(context, call, context.deviceTokens.keep(call.commit, name, deviceToken))
  return session
}

/**
 * The record to sign in with: the named account's, else that of the account used last. None leaves the choice to the
 * authenticator, which may hold a credential this device has no record of.
 */
export function chooseRecord(
  { state }: ClientContext,
  account: string | undefined,
): DeviceRecord | undefined {
  const { records, account: current } = state.memory()
  if (account === undefined) return state.recordOf(current) ?? records[0]
  return state.recordOf(account) ?? refuseUnregistered()
}

/** Asks for options that this device's credential can answer; `bound` as the server's option of that kind. */
export async function askOptions(
  context: ClientContext,
  call: Call,
  record: DeviceRecord | undefined,
  bound?: Pick<AuthenticationOptionsRequest, 'dpopJkt'>,
): Promise<AuthenticationOptionsJSON> {
  const account = record && { account: record.account }
  const asked = { body: { ...account, ...bound }, read: authenticationOptions }
  const options = await context.api.exchange(call.step, ['POST', 'authentication/options'], asked)
  const { rpId, allowCredentials } = options
  // A prompt for a key that the server does not list could only time out.
  if (record && !allowCredentials.some(({ id }) => id === record.credentialId)) {
    await dropRevoked(context, call, rpId, record.credentialId)
    throw new KeyboundError(
      'credential_unknown',
      'Biometrics were turned off elsewhere for this account; sign in with the password and turn them on.',
    )
  }
  return options
}

/** Remembers which credential signed in; signing in does not depend on it. Answers the user's name, if known. */
export async function remember(
  context: ClientContext,
  call: Call,
  used: Omit<DeviceRecord, 'order' | 'name'>,
): Promise<string | null> {
  const { records, state } = context
  const known = state.memory().records
  const name = state.recordOf(used.account)?.name ?? null
  const record = newestRecord(known, { ...used, name })
  state.update({ records: withRecord(known, record) })
  await tolerateStorage(context, call, records.save(call.commit, record))
  return name
}
