import {
  type AuthenticationOptionsJSON,
  type AuthenticationResponseJSON,
  KeyboundError,
  type SessionJSON,
  type SignInAnswer,
} from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { promptLimit } from '../calls/prompt-limit.ts'
import { type ClientContext, codeOf, refreshRecords, tolerateStorage } from '../context.ts'
import { type DeviceRecord, newestRecord, withRecord } from '../device/device-record.ts'
import { adoptSession } from './adopt-session.ts'

/** Signs in with a credential: one prompt. */
export async function signIn(
  context: ClientContext,
  call: Call,
  account: string | undefined,
): Promise<SessionJSON> {
  const { api, platform, state } = context
  await refreshRecords(context, call)
  const record = chooseRecord(context, account)
  const options = await api.authenticationOptions(call.step, record ? { account: record.account } : {})
  const response = await call.prompt({
    work: (signal) => platform.authenticate(options, signal),
    limit: promptLimit(options.timeout),
  })
  const answer = await answerChallenge(context, call, options, response)
  const { session } = answer
  if (record && session.account !== record.account) {
    call.afterwards(() => api.endSession(call.commit, session.token))
    throw new KeyboundError(
      'server_answer_invalid',
      'The server signed in another account than the one asked for; do not use this app until its maker knows.',
    )
  }
  adoptSession(context, call, answer)
  const known = state.memory().records.find((other) => other.account === session.account)
  await remember(context, call, answer, {
    account: session.account,
    credentialId: response.id,
    rpId: options.rpId,
    name: known?.name ?? null,
  })
  return session
}

/**
 * The record to sign in with: the named account's, else that of the account used last. None leaves the choice to the
 * authenticator, which may hold a credential this device has no record of.
 */
function chooseRecord({ state }: ClientContext, account: string | undefined): DeviceRecord | undefined {
  const { records, account: current } = state.memory()
  const find = (id: string | null) => records.find((record) => record.account === id)
  if (account === undefined) return find(current) ?? records[0]
  const record = find(account)
  if (record) return record
  throw new KeyboundError(
    'not_registered',
    'Biometrics are not turned on for this account on this device; sign in with the password and turn them on.',
  )
}

async function answerChallenge(
  context: ClientContext,
  call: Call,
  { rpId }: AuthenticationOptionsJSON,
  response: AuthenticationResponseJSON,
): Promise<SignInAnswer> {
  try {
    return await context.api.authenticate(call.step, { response })
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
  const { platform, records, state, emit } = context
  call.afterwards(() => platform.forget(rpId, credentialId))
  const revoked = state.memory().records.find((record) => record.credentialId === credentialId)
  if (!revoked) return
  emit({ type: 'invalidated', call: call.name, reason: 'revoked' })
  const { account } = revoked
  const left = state.memory().records.filter((record) => record !== revoked)
  state.update({ records: left, ...(!state.memory().session && { account, reason: 'revoked' }) })
  await tolerateStorage(context, call, records.drop(call.commit, account))
}

/** Remembers which credential signed in; signing in does not depend on it. */
async function remember(
  context: ClientContext,
  call: Call,
  { deviceToken }: SignInAnswer,
  used: Omit<DeviceRecord, 'order'>,
): Promise<void> {
  const { records, deviceTokens, state } = context
  const record = newestRecord(state.memory().records, used)
  state.update({ records: withRecord(state.memory().records, record) })
  await tolerateStorage(context, call, records.save(call.commit, record))
  if (used.name === null) return
  await tolerateStorage(context, call, deviceTokens.keep(call.commit, used.name, deviceToken))
}
