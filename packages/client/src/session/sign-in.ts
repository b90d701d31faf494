import type { AuthenticationOptionsJSON, AuthenticationOptionsRequest, SessionJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, failAfterDropping, refuseUnregistered } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { failure } from '../failures.ts'
import { authenticationOptions } from '../transport/answers.ts'
import { openSession } from './open-session.ts'

/** Signs in with a credential: one prompt. */
export async function signIn(
  context: ClientContext,
  call: Call,
  account: string | undefined,
): Promise<SessionJSON> {
  await context.records.refresh(call)
  const record = chooseRecord(context, account)
  const options = await askOptions(context, call, record)
  const response = await call.prompt(
    (signal) => context.platform.authenticate(options, signal),
    options.timeout,
  )
  const used = { credentialId: response.id, rpId: options.rpId }
  const { session, deviceToken } = await openSession(
    context,
    call,
    'authentication',
    { response },
    record?.account,
    used,
  )
  // Signing in does not depend on it.
  await call.tolerate(context.records.keep(call, { account: session.account, ...used }))
  const name = context.state.recordOf(session.account)?.name
  if (name) await context.deviceTokens.keep(call, name, deviceToken)
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
  const memory = state.memory()
  if (account === undefined) return state.recordOf(memory.account) ?? memory.records[0]
  return state.recordOf(account) ?? refuseUnregistered()
}

/** Asks for options that this device's credential can answer; `bound` as the server's option of that kind. */
export async function askOptions(
  context: ClientContext,
  call: Call,
  record: DeviceRecord | undefined,
  bound?: Pick<AuthenticationOptionsRequest, 'dpopJkt'>,
): Promise<AuthenticationOptionsJSON> {
  const asked = { body: { account: record?.account, ...bound }, read: authenticationOptions }
  const options = await context.exchange(call.step, ['POST', 'authentication/options'], asked)
  // A prompt for a key that the server does not list could only time out.
  if (record && !options.allowCredentials.some(({ id }) => id === record.credentialId))
    return failAfterDropping(context, call, { ...record, rpId: options.rpId }, revoked())
  return options
}

const revoked = failure(
  'credential_unknown',
  'Biometrics were turned off elsewhere for this account; sign in with the password and turn them on.',
)
