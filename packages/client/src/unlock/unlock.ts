import type { AuthenticationOptionsJSON, TokenAnswer } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, endSession, failAfterDropping, refuseUnregistered } from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf } from '../failures.ts'
import type { KeyHandle, OpenRequest, SigningKey, VaultAssertion } from '../platform-vault.ts'
import { askOptions, chooseRecord } from '../session/sign-in.ts'
import { type ClientSession, noSession } from '../state.ts'
import { thumbprint } from '../tokens/proof.ts'
import { isAccessToken } from '../tokens/session-request.ts'
import { isEnd, type TokenSession } from '../tokens/tokens.ts'
import { answerInvalid } from '../transport/answers.ts'
import { refreshTokenName } from '../vault/secret-name.ts'
import { entryOf } from '../vault/secret-store.ts'
import type { DeviceVault } from './device-vault.ts'
import { keepToken, ownerOf, unseal } from './seal-session.ts'
import type { Secure } from './secure.ts'

/** What an unlock or a sign-in with tokens is about. */
interface Attempt {
  readonly record: DeviceRecord | undefined
  readonly device: DeviceVault | undefined
  readonly proof: SigningKey
  /** `refresh`: go on with the sealed session where there is one. `sign`: begin a new one. */
  readonly way: 'refresh' | 'sign'
  /** There is one, and it is to go on. */
  readonly sealed: boolean
}

/** What a touch gave: an assertion, opened keys, or both. */
type Touch = Partial<VaultAssertion>

/**
 * Opens the vault with one prompt and gets tokens: by the refresh token in it, or where there is none, or its session
 * is over, by the very assertion of the prompt. Where a touch does not both open and sign, it opens while there is a
 * session to go on with, and signs otherwise. Without the server, and if that is allowed, it only opens the vault; then
 * the answer is `undefined`.
 */
export async function unlock(
  context: ClientContext,
  secure: Secure,
  call: Call,
  account: string | undefined,
  way: Attempt['way'],
): Promise<ClientSession | undefined> {
  await context.records.refresh(call)
  const attempt = await prepare(secure, call, chooseRecord(context, account), way)
  const { record, device } = attempt
  const offline = async (error: unknown) => {
    if (codeOf(error) !== 'network_unreachable' || !(await mayBeOffline(secure, attempt))) throw error
    return undefined
  }
  const opens = attempt.sealed && secure.platform.vault.touch === 'either'
  const dpopJkt = opens ? '' : await thumbprint(secure.platform, attempt.proof.jwk)
  const options = opens ? undefined : await askOptions(context, call, record, { dpopJkt }).catch(offline)
  const touch: Touch =
    record && device && !options
      ? { opened: await openVault(secure, call, record, device, 'unlock') }
      : await prompt(secure, call, attempt, options ?? refuseUnregistered())
  if (record) secure.setOpened(record.account, touch.opened ?? secure.opened(record.account))
  let session: TokenSession | undefined
  try {
    const vault = await keepKeys(secure, call, attempt, touch)
    const keys = { proof: attempt.proof, session: await secure.platform.vault.sessionKey() }
    session = secure.tokens.begin(keys, keepToken(secure, vault))
    const online = options || opens
    const obtained = online && (await obtain(context, secure, call, attempt, session, touch).catch(offline))
    call.assertLive()
    if (!obtained) return openOffline(context, secure, device)
    const used = record ?? { credentialId: touch.response?.id ?? '', rpId: options?.rpId ?? '' }
    return await adopt(context, secure, call, session, obtained, used)
  } catch (error) {
    // The session in memory goes on, and with it the key that it is sealed under.
    if (record && record.account !== context.state.memory().session?.account)
      secure.setOpened(record.account, undefined)
    throw error
  } finally {
    if (secure.tokens.current() !== session) session?.keys.session.close?.()
  }
}

/** Finds the vault, and the key that tokens will be bound to. */
async function prepare(
  secure: Secure,
  call: Call,
  record: DeviceRecord | undefined,
  way: Attempt['way'],
): Promise<Attempt> {
  if (!record && way === 'refresh') refuseUnregistered()
  const { vaults, platform } = secure
  const owner = record && ownerOf(secure, record)
  const device = owner && (await vaults.find(call.step, owner))
  const proof =
    device?.proof ?? (await (owner ? vaults.proofKey(call.step, owner) : platform.vault.sessionKey()))
  const manifest = device && way === 'refresh' && (await call.step(device.store.manifest, storageLimit))
  const sealed = !!manifest && entryOf(manifest, refreshTokenName) !== undefined
  return { record, device, proof, way, sealed }
}

/** The one prompt. With a record it is for that credential alone, because only it opens the vault. */
function prompt(
  secure: Secure,
  call: Call,
  { record, device }: Attempt,
  options: AuthenticationOptionsJSON,
): Promise<VaultAssertion> {
  const { platform } = secure
  const { timeout } = options
  if (!record) {
    return call.prompt(
      async (signal) => ({ response: await platform.authenticate(options, signal) }),
      timeout,
    )
  }
  const owner = ownerOf(secure, record)
  const allowCredentials = options.allowCredentials.filter(({ id }) => id === record.credentialId)
  const request = { owner, keys: device?.keys }
  return call.prompt(
    (signal) => platform.vault.authenticate({ ...options, allowCredentials }, request, signal),
    timeout,
  )
}

/** The one prompt where it only opens. */
export function openVault(
  { platform: { vault } }: Secure,
  call: Call,
  { rpId }: DeviceRecord,
  { owner, keys }: DeviceVault,
  open: OpenRequest['open'],
): Promise<KeyHandle> {
  return call.prompt(
    (signal) => vault.openKey({ owner, rpId, keys, open }, signal),
    60_000,
    (key) => vault.close?.(key),
  )
}

/** Keeps new keys: the authenticator gave its output only now. A device that cannot keep them has no vault. */
async function keepKeys(
  secure: Secure,
  call: Call,
  { record, device }: Attempt,
  { keys }: Touch,
): Promise<DeviceVault | undefined> {
  if (!record || !keys) return device
  return call.tolerate(secure.vaults.create(call.commit, ownerOf(secure, record), keys))
}

interface Obtained {
  readonly answer: TokenAnswer
  readonly way: Attempt['way']
}

async function obtain(
  context: ClientContext,
  secure: Secure,
  call: Call,
  { record, way, sealed }: Attempt,
  session: TokenSession,
  { response }: Touch,
): Promise<Obtained> {
  if (sealed) {
    try {
      return await call.whole(async () => ({ answer: await secure.tokens.refresh(session), way }))
    } catch (error) {
      if (!isEnd(error)) throw error
      // The touch has opened and cannot sign too: the next unlock signs.
      if (!response) throw await over(context, secure, call, record, error)
    }
  }
  const used = response ?? refuseUnregistered()
  const signIn = async (): Promise<Obtained> => {
    const answer = await secure.tokens.signIn(session, used)
    if (record && answer.account !== record.account) throw answerInvalid(new Error('unexpected account'))
    const keep = async () => {
      await session.refreshToken.write(answer.refresh_token)
      return true
    }
    if (!(await call.tolerate(keep()))) {
      session.refreshToken = keepToken(secure, undefined)
      await session.refreshToken.write(answer.refresh_token)
    }
    return { answer, way: 'sign' }
  }
  try {
    return await call.whole(signIn, ({ answer }) => endSession(context, call, { token: answer.access_token }))
  } catch (error) {
    if (!record) throw error
    return failAfterDropping(context, call, { rpId: record.rpId, credentialId: used.id }, error)
  }
}

/** The server ended the sealed session: takes it out, so that the next unlock signs. */
async function over(
  context: ClientContext,
  secure: Secure,
  call: Call,
  record: DeviceRecord | undefined,
  error: unknown,
): Promise<unknown> {
  const { account } = record ?? refuseUnregistered()
  await unseal(context, secure, call, account)
  if ((context.state.memory().session?.account ?? account) === account) secure.ended(error, account)
  return error
}

/** Makes the session the client's. */
async function adopt(
  context: ClientContext,
  { platform, begin, waits }: Secure,
  call: Call,
  session: TokenSession,
  { answer, way }: Obtained,
  { credentialId, rpId }: Pick<DeviceRecord, 'credentialId' | 'rpId'>,
): Promise<ClientSession> {
  const { records, state } = context
  const { account, acr, auth_time, access_token, expires_in } = answer
  const replaced = state.memory().session
  const opened: ClientSession = {
    token: access_token,
    account,
    acr,
    authTime: auth_time,
    expiresAt: Math.floor(platform.vault.now() / 1000) + expires_in,
  }
  begin(account, session)
  state.update({ ...noSession, session: opened, account, reason: undefined })
  // A refreshed session is the one that was there before; every other one has lost its owner.
  const same = replaced?.account === account && way === 'refresh' && isAccessToken(replaced.token)
  if (replaced && !same && !waits(replaced, account))
    call.afterwards(() => endSession(context, call, replaced))
  const { sealed } = session.refreshToken
  await call.tolerate(records.keep(call, { account, credentialId, rpId, ...(sealed && { sealed }) }))
  return opened
}

async function mayBeOffline({ offline, platform }: Secure, { device, way }: Attempt): Promise<boolean> {
  if (!device || way === 'sign' || offline.maxAgeSinceServerContact <= 0) return false
  const { contact } = await device.store.manifest()
  const age = platform.vault.now() - contact * 1000
  // A clock before the last contact was set back.
  return age >= -60_000 && age <= offline.maxAgeSinceServerContact
}

function openOffline({ state }: ClientContext, { begin }: Secure, device?: DeviceVault): undefined {
  const account = device?.owner.account
  begin(account)
  state.update({ ...noSession, offline: account, account: account ?? null })
  return undefined
}
