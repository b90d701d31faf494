import {
  type AuthenticationResponseJSON,
  KeyboundError,
  type SessionJSON,
  type SignInAnswer,
} from '@keybound/protocol'
import type { Await, Call } from '../calls/calls.ts'
import { promptLimit } from '../calls/prompt-limit.ts'
import {
  type ClientContext,
  codeOf,
  forgetAfterwards,
  refreshRecords,
  refuseUnregistered,
  tolerateStorage,
} from '../context.ts'
import { type DeviceRecord, newestRecord, withRecord } from '../device/device-record.ts'
import { answerInvalid } from '../transport/problem.ts'
import { openSession } from './open-session.ts'

/** Signs in with a credential: one prompt. */
export async function signIn(
  context: ClientContext,
  call: Call,
  account: string | undefined,
): Promise<SessionJSON> {
  await refreshRecords(context, call)
  const record = chooseRecord(context, account)
  const { response, rpId } = await useKey(context, call, record)
  const answer = await openSession(
    context,
    call,
    (via) => sendResponse(context, call, via, response, rpId),
    (session) => {
      if (record && session.account !== record.account) {
        throw answerInvalid(new Error('unexpected session.account'))
      }
    },
  )
  await remember(context, call, answer, response.id, rpId)
  return answer.session
}

/**
 * The record to sign in with: the named account's, else that of the account used last. None leaves the choice to the
 * authenticator, which may hold a credential this device has no record of.
 */
function chooseRecord({ state }: ClientContext, account: string | undefined): DeviceRecord | undefined {
  const { records, account: current } = state.memory()
  const find = (id: string | null) => records.find((record) => record.account === id)
  if (account === undefined) return find(current) ?? records[0]
  return find(account) ?? refuseUnregistered()
}

/** Asks for options and lets the authenticator sign: the one prompt. */
async function useKey(context: ClientContext, call: Call, record: DeviceRecord | undefined) {
  const { api, platform } = context
  const options = await api.authenticationOptions(call.step, record ? { account: record.account } : {})
  const { rpId, timeout, allowCredentials } = options
  // A prompt for a key that the server does not list could only time out.
  if (record && !allowCredentials.some(({ id }) => id === record.credentialId)) {
    await dropRevoked(context, call, rpId, record.credentialId)
    throw new KeyboundError(
      'credential_unknown',
      'Biometrics were turned off elsewhere for this account; sign in with the password and turn them on.',
    )
  }
  const response = await call.prompt({
    work: (signal) => platform.authenticate(options, signal),
    limit: promptLimit(timeout),
  })
  return { response, rpId }
}

async function sendResponse(
  context: ClientContext,
  call: Call,
  via: Await,
  response: AuthenticationResponseJSON,
  rpId: string,
): Promise<SignInAnswer> {
  try {
    return await context.api.authenticate(via, { response })
  } catch (error) {
    if (codeOf(error) === 'credential_unknown') await dropRevoked(context, call, rpId, response.id)
    throw error
  }
}

/** The server no longer knows the credential: drops the record of it and tells the authenticator. */
async function dropRevoked(
  context: ClientContext,
  call: Call,
  rpId: string,
  credentialId: string,
): Promise<void> {
  const { records, state, emit } = context
  forgetAfterwards(context, call, rpId, credentialId)
  const { records: known, session } = state.memory()
  const revoked = known.find((record) => record.credentialId === credentialId)
  if (!revoked) return
  const { account } = revoked
  emit({ type: 'invalidated', call: call.name, reason: 'revoked' })
  state.update({
    records: known.filter((record) => record !== revoked),
    ...(!session && { account, reason: 'revoked' }),
  })
  await tolerateStorage(context, call, records.drop(call.commit, account))
}

/** Remembers which credential signed in; signing in does not depend on it. */
async function remember(
  context: ClientContext,
  call: Call,
  { session: { account }, deviceToken }: SignInAnswer,
  credentialId: string,
  rpId: string,
): Promise<void> {
  const { records, deviceTokens, state } = context
  const known = state.memory().records
  const name = known.find((record) => record.account === account)?.name ?? null
  const record = newestRecord(known, { account, credentialId, rpId, name })
  state.update({ records: withRecord(known, record) })
  await tolerateStorage(context, call, records.save(call.commit, record))
  if (name === null) return
  await tolerateStorage(context, call, deviceTokens.keep(call.commit, name, deviceToken))
}
