import type { AuthenticationOptionsJSON, AuthenticationResponseJSON, TokenAnswer } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import {
  type ClientContext,
  type CredentialRef,
  endSession,
  failAfterDropping,
  refuseUnregistered,
} from '../context.ts'
import type { DeviceRecord } from '../device/device-record.ts'
import { storageLimit } from '../device/device-records.ts'
import { codeOf } from '../failures.ts'
import type { KeyHandle, OpenRequest, SigningKey, VaultAssertion, VaultKeys } from '../platform-vault.ts'
import { askOptions, chooseRecord } from '../session/sign-in.ts'
import { type ClientSession, noSession } from '../state.ts'
import { thumbprint } from '../tokens/proof.ts'
import { isAccessToken } from '../tokens/session-request.ts'
import { isEnd, type TokenSession } from '../tokens/tokens.ts'
import { answerInvalid } from '../transport/answers.ts'
import { refreshTokenName } from '../vault/secret-name.ts'
import { entryOf } from '../vault/secret-store.ts'
import type { DeviceVault } from './device-vault.ts'
import { keepToken, unseal } from './seal-session.ts'
import type { ConnectedTokens } from './secure.ts'

/** What a touch gave: an assertion, opened keys, or both. */
type Touch = Partial<VaultAssertion>

/** `resumed`: the sealed session goes on. */
type Obtained = TokenAnswer & { readonly resumed?: true }

/**
 * Opens the vault with one prompt and gets tokens: by the refresh token in it, or where there is none, or its session
 * is over, by the very assertion of the prompt. Where a touch does not both open and sign, it opens while there is a
 * session to go on with, and signs otherwise. Without the server, and if that is allowed, it only opens the vault; then
 * the answer is `undefined`. `refresh` goes on with the sealed session where there is one; `sign` begins a new one.
 */
export type Unlock = (
  call: Call,
  account: string | undefined,
  way: 'refresh' | 'sign',
) => Promise<ClientSession | undefined>

/** Makes it. */
export function createUnlock(context: ClientContext, secure: ConnectedTokens): Unlock {
  const { records, state } = context
  const { platform, tokens, vaults } = secure
  const { vault } = platform

  /** The key that tokens will be bound to, where no vault has it yet. */
  function newProofKey(call: Call, record: DeviceRecord | undefined): Promise<SigningKey> {
    return record ? vaults.proofKey(call.step, record) : newSessionKey(call)
  }

  function newSessionKey(call: Call): Promise<SigningKey> {
    return call.step(
      () => vault.sessionKey(),
      storageLimit,
      (key) => key.close?.(),
    )
  }

  /** Whether a session lies sealed in the vault. */
  async function holdsSession(call: Call, device: DeviceVault | undefined): Promise<boolean> {
    return !!device && !!entryOf(await call.step(device.store.manifest, storageLimit), refreshTokenName)
  }

  /** The one prompt. With a record it is for that credential alone, because only it opens the vault. */
  async function prompt(
    call: Call,
    record: DeviceRecord | undefined,
    device: DeviceVault | undefined,
    options: AuthenticationOptionsJSON | undefined,
  ): Promise<Touch> {
    if (record && device && !options)
      return { opened: await openVault(secure, call, record, device, 'unlock') }
    const asked = options ?? refuseUnregistered()
    const sign = async (signal: AbortSignal) => {
      if (!record) return { response: await platform.authenticate(asked, signal) }
      const allowCredentials = asked.allowCredentials.filter(({ id }) => id === record.credentialId)
      const { account, credentialId } = record
      const owner = { server: secure.server, account, credentialId }
      return vault.authenticate({ ...asked, allowCredentials }, { owner, keys: device?.keys }, signal)
    }
    return call.prompt(sign, asked.timeout)
  }

  /** Keeps new keys: the authenticator gave its output only now. A device that cannot keep them has no vault. */
  async function keepKeys(
    call: Call,
    record: DeviceRecord | undefined,
    device: DeviceVault | undefined,
    keys: VaultKeys | undefined,
  ): Promise<DeviceVault | undefined> {
    if (!record || !keys) return device
    return call.tolerate(vaults.create(call.commit, record, keys))
  }

  /** Goes on with the sealed session. The touch that has only opened cannot begin another where this one is over. */
  async function resume(
    call: Call,
    account: string,
    session: TokenSession,
    signed: boolean,
  ): Promise<Obtained | undefined> {
    try {
      return { ...(await call.whole(() => tokens.refresh(session))), resumed: true }
    } catch (error) {
      if (!isEnd(error)) throw error
      if (signed) return undefined
      // Out of the vault, so that the next unlock signs.
      await unseal(context, secure, call, account)
      if ((state.memory().session?.account ?? account) === account) secure.ended(error, account)
      throw error
    }
  }

  /** Begins a session with the assertion. */
  function begin(
    call: Call,
    record: DeviceRecord | undefined,
    used: CredentialRef,
    session: TokenSession,
    response: AuthenticationResponseJSON,
  ): Promise<Obtained> {
    const signIn = async () => {
      const answer = await tokens.signIn(session, response)
      if (record && answer.account !== record.account) throw answerInvalid('unexpected account')
      const write = () => session.refreshToken.write(answer.refresh_token)
      if (!(await call.tolerate(call.commit(write, storageLimit)))) {
        session.refreshToken = keepToken(secure, undefined)
        await write()
      }
      return answer
    }
    const undo = ({ access_token: token }: TokenAnswer) => endSession(context, call, { token })
    return call.whole(signIn, undo).catch((error: unknown) => failAfterDropping(context, call, used, error))
  }

  /** Makes the session the client's. */
  async function adopt(
    call: Call,
    session: TokenSession,
    { account, acr, auth_time, access_token, expires_in, resumed }: Obtained,
    used: CredentialRef,
  ): Promise<ClientSession> {
    const replaced = state.memory().session
    const opened: ClientSession = {
      token: access_token,
      account,
      acr,
      authTime: auth_time,
      expiresAt: Math.floor(vault.now() / 1000) + expires_in,
    }
    // Requests of the same user that are under way go on with it.
    const before = tokens.current()
    if (before && replaced?.account === account) before.next = session
    secure.begin(account, session)
    state.update({ ...noSession, session: opened, account })
    if (replaced) {
      // A resumed session is the one that was there before; a new one of its account has taken its place in the vault too.
      const goesOn =
        replaced.account === account ? resumed && isAccessToken(replaced.token) : secure.waits(replaced)
      if (!goesOn) call.afterwards(() => endSession(context, call, replaced))
    }
    const { sealed } = session.refreshToken
    await call.tolerate(records.keep(call, { ...used, account, sealed }))
    return opened
  }

  async function mayBeOffline(call: Call, { store }: DeviceVault): Promise<boolean> {
    const { maxAgeSinceServerContact: longest = 0 } = secure.offline ?? {}
    if (longest <= 0) return false
    const { contact } = await call.step(store.manifest, storageLimit)
    const age = vault.now() - contact * 1000
    // A clock before the last contact was set back.
    return age >= -60_000 && age <= longest
  }

  function openOffline(account: string | undefined): undefined {
    secure.begin(account)
    state.update({ ...noSession, offline: account, account: account ?? null })
  }

  return async (call, account, way) => {
    const resumes = way === 'refresh'
    await records.refresh(call)
    const record = chooseRecord(context, account)
    if (!record && resumes) refuseUnregistered()
    const device = record && (await vaults.find(call.step, record))
    const proof = device?.proof ?? (await newProofKey(call, record))
    const sealed = resumes && (await holdsSession(call, device))
    const offline = async (error: unknown) => {
      const allowed = codeOf(error) === 'network_unreachable' && resumes && device
      if (!allowed || !(await mayBeOffline(call, device))) throw error
      return undefined
    }
    const opens = sealed && vault.touch === 'either'
    const ask = async () => {
      const dpopJkt = await call.step(() => thumbprint(platform, proof.jwk), storageLimit)
      return askOptions(context, call, record, { dpopJkt })
    }
    const options = opens ? undefined : await ask().catch(offline)
    const { opened, keys, response } = await prompt(call, record, device, options)
    const used = record ?? { credentialId: response?.id ?? '', rpId: options?.rpId ?? '' }
    if (record && opened) secure.setOpened(record.account, opened)
    let session: TokenSession | undefined
    try {
      const refreshToken = keepToken(secure, await keepKeys(call, record, device, keys))
      session = tokens.begin({ proof, session: await newSessionKey(call) }, refreshToken)
      const begun = session
      const obtain = async () =>
        (record && sealed && (await resume(call, record.account, begun, !!response))) ||
        begin(call, record, used, begun, response ?? refuseUnregistered())
      const obtained = (options || opens) && (await obtain().catch(offline))
      call.assertLive()
      if (!obtained) return openOffline(record?.account)
      return await adopt(call, session, obtained, used)
    } catch (error) {
      // The session in memory goes on, and with it the key that it is sealed under.
      if (record && record.account !== state.memory().session?.account)
        secure.setOpened(record.account, undefined)
      throw error
    } finally {
      if (tokens.current() !== session) session?.keys.session.close?.()
    }
  }
}

/** The one prompt where it only opens. */
export function openVault(
  { platform: { vault } }: ConnectedTokens,
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
