import { KeyboundError, type RegistrationOptionsJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { requestLimit } from '../calls/request-limit.ts'
import { type Await, awaitWith } from '../calls/settle.ts'
import type { ClientContext } from '../context.ts'
import type { Emit } from '../events.ts'
import { asKeyboundError } from '../failures.ts'
import type { Platform } from '../platform.ts'
import type { VaultKeys, VaultOwner, VaultRegistration } from '../platform-vault.ts'
import type { ClientSession, StateStore } from '../state.ts'
import { bearerFetch, protectedFetch } from '../tokens/protected-fetch.ts'
import type { StepUp } from '../tokens/send-with-proof.ts'
import { isAccessToken, sessionRequest } from '../tokens/session-request.ts'
import type { Sender } from '../transport/server-api.ts'
import { readAnswer } from '../transport/server-api.ts'
import { lock } from './lock.ts'
import { unseal } from './seal-session.ts'
import { createSecure, type Secure, type SecureOptions } from './secure.ts'
import { createStepUp } from './step-up.ts'
import { unlock } from './unlock.ts'
import { createVault, type Vault } from './vault.ts'

/** Sessions with tokens, vault and lock, as a part of its own: apps that leave it out do not load it. */
export interface TokenSessions {
  /** Used by the client. */
  readonly connect: (
    platform: Platform,
    server: string,
    state: StateStore,
    lock: () => void,
    emit: Emit,
  ) => ConnectedTokens
}

/** The part in a client. */
export interface ConnectedTokens extends Secure, Sender {
  readonly unlock: (
    context: ClientContext,
    call: Call,
    account: string | undefined,
    way: 'refresh' | 'sign',
  ) => Promise<ClientSession | undefined>
  readonly lock: (context: ClientContext) => void
  /** `Platform.register` with a vault, where the device can make one. */
  readonly register: (
    options: RegistrationOptionsJSON,
    account: string,
    signal: AbortSignal,
  ) => Promise<VaultRegistration>
  /** Begins the vault whose keys came with a registration. */
  readonly keep: (
    call: Call,
    credential: Pick<VaultOwner, 'account' | 'credentialId'>,
    keys: VaultKeys | undefined,
  ) => Promise<void>
  /** Takes a sealed session out of the vault; answers whether there was one. */
  readonly unseal: (context: ClientContext, call: Call, account: string | null) => Promise<boolean>
  /** Ends the family of an access token, which need not be valid any more (RFC 7009). `undefined` for an opaque one. */
  readonly revoke: (via: Await, token: string) => Promise<void> | undefined
  readonly vault: (context: ClientContext) => Vault
  readonly fetch: (
    context: ClientContext,
  ) => (...request: ConstructorParameters<typeof Request>) => Promise<Response>
}

/** Makes the part for the option `tokens` of `createKeyboundClient`. */
export function tokenSessions(options: SecureOptions): TokenSessions {
  return {
    connect(platform, server, state, lockNow, emit) {
      const secure = createSecure(platform, server, options, state, lockNow, emit)
      return {
        ...secure,
        request: sessionRequest(platform, secure.tokens),
        unlock: (context, call, account, way) => unlock(context, secure, call, account, way),
        lock: (context) => lock(context, secure),
        register: (registration, account, signal) =>
          secure.platform.vault.register(registration, { server, account }, signal),
        async keep(call, credential, made) {
          if (made) await secure.vaults.create(call.commit, { server, ...credential }, made)
        },
        unseal: (context, call, account) => unseal(context, secure, call, account),
        revoke: (via, token) => (isAccessToken(token) ? revoke(secure, via, token) : undefined),
        vault: (context) => createVault(context, secure),
        fetch: (context) => {
          const stepUp = createStepUp(context, secure)
          return (...request) => fetchWithToken(secure, state, () => new Request(...request), stepUp)
        },
      }
    },
  }
}

async function fetchWithToken(
  { platform, tokens, autoLock }: Secure,
  state: StateStore,
  make: () => Request,
  stepUp: StepUp,
): Promise<Response> {
  autoLock.check()
  const session = tokens.current()
  const { token } = state.memory().session ?? {}
  if (!token) throw new KeyboundError('not_signed_in', 'Nobody is signed in; unlock first.')
  try {
    const request = make()
    return await awaitWith(
      platform.wait,
      request.signal,
    )(() =>
      session
        ? protectedFetch(platform, tokens, session, request, stepUp)
        : bearerFetch(platform, tokens.resource, token, request),
    )
  } catch (error) {
    throw asKeyboundError(error)
  }
}

function revoke({ platform, server, tokens }: Secure, via: Await, token: string): Promise<void> {
  const body = new URLSearchParams({ client_id: tokens.clientId, token }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const url = `${server}/v1/revocation`
  const send = async (signal: AbortSignal) => {
    const response = await platform.request({ method: 'POST', url, headers, body }, signal)
    readAnswer(response)
  }
  return via(send, requestLimit)
}
