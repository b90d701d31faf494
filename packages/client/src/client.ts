import { type CredentialJSON, KeyboundError, type SessionJSON } from '@keybound/protocol'
import type {
  ApprovalResult,
  ApprovalsOption,
  ConnectedApprovals,
  TransactionView,
} from './approvals/contract.ts'
import { type Call, createCalls } from './calls/calls.ts'
import { loadPart } from './calls/load-part.ts'
import { awaitWith } from './calls/settle.ts'
import { type ClientContext, noteLostSession } from './context.ts'
import { createDeviceRecords, storageLimit } from './device/device-records.ts'
import { createDeviceTokens } from './device/device-tokens.ts'
import { type ClientEvent, createEmitter } from './events.ts'
import type { Availability, Platform } from './platform.ts'
import { signIn } from './session/sign-in.ts'
import { type PasswordCredentials, signInWithPassword } from './session/sign-in-with-password.ts'
import { type SignOutResult, signOut } from './session/sign-out.ts'
import { type ClientSession, type ClientState, createStateStore, type StateReason } from './state.ts'
import { readServerAddress } from './transport/server-address.ts'
import { createExchange } from './transport/server-api.ts'
import type { TokenSessions } from './unlock/token-sessions.ts'
import type { Vault } from './unlock/vault.ts'

/** What a client is made of. */
export interface KeyboundClientOptions {
  /** Address of the Keybound server, before `/v1`: `https://bank.example`. `http://` only for localhost. */
  readonly server: string
  /** What the device gives: `webPlatform()` of `@keybound/web` in a browser. */
  readonly platform: Platform
  /** The account to begin with, an id of the server. Default: the one used last on this device. */
  readonly account?: string
  /** Tokens, vault and lock: `webTokens()` of `@keybound/web`. Default: opaque sessions, and no vault. */
  readonly tokens?: TokenSessions
  /**
   * Approvals of transactions: `() => import('@keybound/web/approvals')` loads them when they are first needed, the
   * module itself has them at once. Default: none.
   */
  readonly approvals?: ApprovalsOption
  /** Told what happened, for telemetry. Never a secret, an account or a message. */
  readonly onEvent?: (event: ClientEvent) => void
}

/** What every call that can wait takes. */
export interface CallSignal {
  /** Ends the call with `aborted`, wherever it is. */
  readonly signal?: AbortSignal
}

/**
 * A Keybound client: one per server and app. Every call settles in its value or in a `KeyboundError`; no call
 * answers whether a biometric was all right, only with what an unlocked key made possible.
 *
 * Calls run in turn. At most one prompt is open: `signIn` and `register` refuse with `prompt_busy` while another of
 * the two is under way. All functions may be taken off the object.
 */
export interface KeyboundClient {
  /** What the client knows now. The same object until something changes, as `useSyncExternalStore` wants it. */
  readonly state: ClientState
  /** Calls the listener after every change of `state`; answers the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void
  /** Resolves once the records of this device have been read; never rejects. Calls wait for it by themselves. */
  readonly ready: Promise<void>
  /**
   * What this device can do, with the reason and what to do about it when it cannot. Never prompts.
   *
   * Rejects `storage_failed` when the device does not answer, `platform_failed`.
   */
  readonly availability: () => Promise<Availability>
  /**
   * Signs in with the password; closes an open prompt. No prompt.
   *
   * Rejects `password_wrong`, `too_many_attempts` or `overloaded` (both with `retryAfter` in seconds),
   * `network_unreachable`, `server_answer_invalid`, `aborted`.
   */
  readonly signInWithPassword: (credentials: PasswordCredentials & CallSignal) => Promise<SessionJSON>
  /**
   * Signs in with a credential of this device: one prompt. Without `account`, the account used last; on a device
   * without records the authenticator offers what it holds.
   *
   * Rejects `prompt_refused`, `prompt_busy`, `aborted`, `unsupported`, `insecure_context`; `not_registered` when the
   * named account has no credential here; `credential_unknown` when the server revoked it (`state.reason` is then
   * `revoked`); `network_unreachable`, `server_answer_invalid` and the server's refusals.
   */
  readonly signIn: (options?: { readonly account?: string } & CallSignal) => Promise<ClientSession>
  /**
   * Opens the vault of this device and the session sealed in it: one prompt, and the state is `unlocked`. Where the
   * session is over, or nothing could be sealed, the same prompt signs in anew. Answers `undefined` when the server
   * could not be reached and `offline` allows to do without: the vault is open, and there is no token.
   *
   * Rejects as `signIn`; `not_registered` without a credential here; `unlock_key_missing` and the codes of a damaged
   * vault; `configuration_invalid` without the option `tokens`.
   */
  readonly unlock: (
    options?: { readonly account?: string } & CallSignal,
  ) => Promise<ClientSession | undefined>
  /**
   * Locks at once: access token, session key and opened keys leave the memory, and calls under way end with `aborted`.
   * A session that is not sealed here ends. Never fails.
   */
  readonly lock: () => void
  /**
   * As the platform's `fetch`, with access token and proof, to addresses at or below the option `resource`. Refreshes
   * the token when it is time, once for all that ask. Redirects are refused. Where the resource asks for a fresh
   * signature (RFC 9470), it is given with one prompt, one for all that ask, and the request is sent once more. After a
   * sign-in with the password the opaque session goes instead, as a bearer token.
   *
   * Rejects `not_signed_in`, `resource_unknown` (nothing was sent), `network_unreachable`, `aborted`, the codes of a
   * refused refresh, and what the prompt rejects with. Answers of the resource are answers, whatever their status; so is
   * the demand for a signature when the key of this device is of too low a level.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The sealed secrets of the account on this device. Throws `configuration_invalid` without the option `tokens`. */
  readonly vault: Vault
  /**
   * A transaction to be shown to its user. No prompt.
   *
   * Rejects `not_signed_in`, `transaction_unknown`; `statement_malformed` or `transaction_mismatch` for what is not one
   * statement of this transaction and account: do not show it; `network_unreachable`, `server_answer_invalid`,
   * `aborted`, and `configuration_invalid` without the option `approvals`.
   */
  readonly transaction: (id: string, options?: CallSignal) => Promise<TransactionView>
  /**
   * Approves a transaction with one prompt, and answers its receipt. Pass the view that was shown: anything else from the
   * server is then refused with `transaction_mismatch`, before the prompt. The challenge is computed from the statement;
   * there is no password in place of the key. One that is approved already gives its receipt without a prompt, and so
   * does calling again after `network_unreachable`, `server_answer_invalid` or an abort that came after the touch.
   *
   * Rejects, before the prompt, as `transaction`, and `transaction_expired`; `step_up_required` when the session is too
   * weak or too old: `signIn`, then call again; `not_registered` without a key here; `transaction_level_insufficient`
   * when no key of this device is strong enough; after it, the server's refusals, such as `transaction_limit_exceeded`,
   * `transaction_payee_new`, `transaction_refused`; and as `signIn` what a prompt rejects with.
   */
  readonly approve: (transaction: string | TransactionView, options?: CallSignal) => Promise<ApprovalResult>
  /**
   * Registers a key of the signed-in account on this device: one prompt. `name` is what the user calls the device,
   * at most 64 characters. Needs a password sign-in of the last five minutes.
   *
   * Rejects `not_signed_in`, `grant_required` (or expired, used), `already_registered`, `storage_failed` (nothing was
   * registered), and as `signIn`. After `network_unreachable`, calling again asks for the outcome without a prompt.
   */
  readonly register: (options?: { readonly name?: string } & CallSignal) => Promise<CredentialJSON>
  /**
   * Removes the signed-in account's credential of this device from server and device. No prompt. A server may end a
   * session that this credential opened; the next call that needs it then says so, and so does the state (`expired`).
   *
   * Rejects `not_signed_in`, `not_registered`, `network_unreachable` (nothing was removed here), `aborted`.
   */
  readonly unregister: (options?: CallSignal) => Promise<void>
  /** Forgets the session here at once, also without network, and ends every call under way. Never rejects. */
  readonly signOut: () => Promise<SignOutResult>
}

/** What a device does once. */
const registration = () => import('./registration/registration.ts')

/** Makes a client. Refuses an unsafe `server` with `configuration_invalid`. */
export function createKeyboundClient(options: KeyboundClientOptions): KeyboundClient {
  const { platform } = options
  const server = readServerAddress(options.server)
  const emit = createEmitter(options.onEvent)
  const state = createStateStore(options.account ?? null)
  const note = (reason?: StateReason) => {
    if (reason) state.update({ account: state.snapshot().account, reason })
  }
  const calls = createCalls(platform, emit, (failure) => {
    note(platform.reasonOf?.(failure))
    noteLostSession(context, failure)
  })
  const secure = options.tokens?.connect(platform, server, state, () => lock(), emit)
  const context: ClientContext = {
    platform,
    secure,
    exchange: createExchange(server, secure ?? platform),
    records: createDeviceRecords(platform.storage, server, state),
    deviceTokens: createDeviceTokens(platform.storage, server),
    state,
    calls,
    emit,
  }
  const unlocking = secure?.callsOf(context)
  let connected: ConnectedApprovals | undefined
  const approvals = async (call: Call) => {
    if (connected) return connected
    const part = requireOption(options.approvals, 'approvals')
    const loaded = typeof part === 'function' ? await loadPart(call, part) : part
    connected = loaded.connectApprovals(context)
    return connected
  }
  // Without tokens nothing can lie sealed, so that no session outlives a lock.
  const lock = () => (unlocking ? unlocking.lock() : void signOut(context))
  const ready = calls
    .run('start', { steadfast: true }, async (call) => {
      await context.records.refresh(call)
      const { account } = state.snapshot()
      const used = state.recordOf(account)?.credentialId
      note(await call.step(async () => platform.startReason?.(used), storageLimit))
    })
    // Told to telemetry; every later call reads the records again.
    .catch(() => {})

  return {
    get state() {
      return state.snapshot()
    },
    subscribe: state.subscribe,
    ready,
    // Beside the other calls, because an app asks it to draw its first page.
    availability: () => awaitWith(platform.wait)(platform.availability, storageLimit),
    signInWithPassword(credentials) {
      calls.closePrompt('The prompt was closed to sign in with the password.')
      return calls.run('signInWithPassword', credentials, (call) =>
        signInWithPassword(context, call, credentials),
      )
    },
    signIn: (options) =>
      calls.run('signIn', { ...options, prompts: true }, async (call) => {
        const session = await unlocking?.unlock(call, options?.account, 'sign')
        return session ?? signIn(context, call, options?.account)
      }),
    unlock: (options) =>
      calls.run('unlock', { ...options, prompts: true }, (call) =>
        requireOption(unlocking).unlock(call, options?.account, 'refresh'),
      ),
    lock,
    fetch: async (...request) => requireOption(unlocking).fetch(...request),
    get vault() {
      return requireOption(unlocking).vault
    },
    transaction: (id, options) =>
      calls.run('transaction', options, async (call) => (await approvals(call)).show(call, id)),
    approve: (transaction, options) =>
      calls.run('approve', { ...options, prompts: true }, async (call) =>
        (await approvals(call)).approve(call, transaction),
      ),
    register: (options) =>
      calls.run('register', { ...options, prompts: true }, async (call) =>
        (await loadPart(call, registration)).register(context, call, options?.name),
      ),
    unregister: (options) =>
      calls.run('unregister', options, async (call) =>
        (await loadPart(call, registration)).unregister(context, call),
      ),
    signOut: () => signOut(context),
  }
}

function requireOption<T>(part: T | undefined, name = 'tokens'): T {
  if (part) return part
  throw new KeyboundError('configuration_invalid', `Unexpected call, expected the option ${name}. Set it.`)
}
