import type { CredentialJSON, SessionJSON } from '@keybound/protocol'
import { asKeyboundError, createCalls } from './calls/calls.ts'
import { settle } from './calls/settle.ts'
import { type ClientContext, refreshRecords } from './context.ts'
import { createDeviceRecords, storageLimit } from './device/device-records.ts'
import { createDeviceTokens } from './device/device-tokens.ts'
import { type ClientEvent, createEmitter } from './events.ts'
import type { Availability, Platform } from './platform.ts'
import { register } from './registration/register.ts'
import { unregister } from './registration/unregister.ts'
import { signIn } from './session/sign-in.ts'
import { type PasswordCredentials, signInWithPassword } from './session/sign-in-with-password.ts'
import { type SignOutResult, signOut } from './session/sign-out.ts'
import { type ClientState, createStateStore } from './state.ts'
import { readServerAddress } from './transport/server-address.ts'
import { createServerApi } from './transport/server-api.ts'

/** What a client is made of. */
export interface KeyboundClientOptions {
  /** Address of the Keybound server, before `/v1`: `https://bank.example`. `http://` only for localhost. */
  readonly server: string
  /** What the device gives: `webPlatform()` of `@keybound/web` in a browser. */
  readonly platform: Platform
  /** The account to begin with, an id of the server. Default: the one used last on this device. */
  readonly account?: string
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
  readonly signIn: (options?: { readonly account?: string } & CallSignal) => Promise<SessionJSON>
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

/** Makes a client. Refuses an unsafe `server` with `configuration_invalid`. */
export function createKeyboundClient(options: KeyboundClientOptions): KeyboundClient {
  const { platform, account = null } = options
  const server = readServerAddress(options.server)
  const emit = createEmitter(options.onEvent)
  const state = createStateStore(account)
  const calls = createCalls(platform, emit)
  const context: ClientContext = {
    platform,
    api: createServerApi(server, platform),
    records: createDeviceRecords(platform.storage, server),
    deviceTokens: createDeviceTokens(platform.storage, server),
    state,
    calls,
    emit,
  }
  const ready = calls
    .run('start', { steadfast: true }, (call) => refreshRecords(context, call))
    // Told to telemetry; every later call reads the records again.
    .catch(() => {})

  return {
    get state() {
      return state.snapshot()
    },
    subscribe: state.subscribe,
    ready,
    availability: () => askAvailability(platform),
    signInWithPassword({ signal, ...credentials }) {
      calls.closePrompt('The prompt was closed because a sign-in with the password began.')
      return calls.run('signInWithPassword', { signal }, (call) =>
        signInWithPassword(context, call, credentials),
      )
    },
    signIn: ({ account, signal } = {}) =>
      calls.run('signIn', { signal, prompts: true }, (call) => signIn(context, call, account)),
    register: ({ name, signal } = {}) =>
      calls.run('register', { signal, prompts: true }, (call) => register(context, call, name)),
    unregister: ({ signal } = {}) => calls.run('unregister', { signal }, (call) => unregister(context, call)),
    signOut: () => signOut(context),
  }
}

/** Beside the other calls, because an app asks it to draw its first page. */
async function askAvailability(platform: Platform): Promise<Availability> {
  const never = new AbortController().signal
  try {
    return await settle(platform.wait, never, { work: platform.availability, limit: storageLimit })
  } catch (error) {
    throw asKeyboundError(error)
  }
}
