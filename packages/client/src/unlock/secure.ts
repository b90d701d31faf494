import type { RegistrationOptionsJSON } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type Await, awaitWith } from '../calls/settle.ts'
import type { ClientContext } from '../context.ts'
import type { Emit } from '../events.ts'
import { codeOf } from '../failures.ts'
import { type AutoLock, createAutoLock, type LockOptions } from '../lock/auto-lock.ts'
import type { Platform } from '../platform.ts'
import type { KeyHandle, PlatformVault, VaultKeys, VaultRegistration } from '../platform-vault.ts'
import { type ClientSession, noSession, type StateStore } from '../state.ts'
import { type KeyPlatform, withKeys } from '../tokens/key-platform.ts'
import { isAccessToken, sessionRequest } from '../tokens/session-request.ts'
import { createTokens, type TokenSession, type Tokens } from '../tokens/tokens.ts'
import type { Sender } from '../transport/server-api.ts'
import { createDeviceVaults, type DeviceVaults, type VaultCredential } from './device-vault.ts'
import { unseal } from './seal-session.ts'
import { createSecureCalls, type SecureCalls } from './secure-calls.ts'

/** How sessions with tokens are wanted. */
export interface SecureOptions {
  /** `client_id` of this app at the server. */
  readonly clientId: string
  /** What the device gives for them; packages of platforms fill it in. */
  readonly keys: PlatformVault
  /** What access tokens are for: an absolute address of the server's `resources`. Default: the server itself. */
  readonly resource?: string
  readonly lock?: LockOptions
  /** Default: never offline. */
  readonly offline?: OfflineOptions
}

/** Whether the vault opens without the server. */
export interface OfflineOptions {
  /** Milliseconds since the server was last heard of; later the vault opens only with it. Default 0: never. */
  readonly maxAgeSinceServerContact: number
}

/** Tokens, vault and lock of one client. Everything secret of them is gone when the app locks. */
export interface ConnectedTokens extends Sender {
  readonly platform: KeyPlatform
  readonly server: string
  readonly tokens: Tokens
  readonly vaults: DeviceVaults
  readonly autoLock: AutoLock
  readonly offline: OfflineOptions | undefined
  /** The opened key of an account's vault. */
  readonly opened: (account: string) => KeyHandle | undefined
  readonly setOpened: (account: string, key: KeyHandle | undefined) => void
  /**
   * Makes a session the client's, or none where a vault was opened without the server, and begins to count. The opened
   * keys of other accounts go only now: what failed before leaves the session of before as it was.
   */
  readonly begin: (account: string | undefined, session?: TokenSession) => void
  /** Drops access token, session key and opened keys from memory. */
  readonly drop: () => void
  /** Whether a session lies sealed on this device: where another takes its place in memory, it waits for the next unlock. */
  readonly waits: (session: ClientSession) => boolean
  /** The server ended the session of an account: by default that of the session in memory. */
  readonly ended: (error: unknown, account?: string) => void
  /** `Platform.register` with a vault of the account, where the device can make one. */
  readonly register: (
    options: RegistrationOptionsJSON,
    signal: AbortSignal,
    account: string,
  ) => Promise<VaultRegistration>
  /** Begins the vault whose keys came with a registration. */
  readonly keep: (call: Call, credential: VaultCredential, keys: VaultKeys | undefined) => Promise<void>
  /** Takes a sealed session out of the vault; answers whether there was one. */
  readonly unseal: (context: ClientContext, call: Call, account: string | null) => Promise<boolean>
  /** Ends the family of an access token, which need not be valid any more (RFC 7009). `undefined` for an opaque one. */
  readonly revoke: (via: Await, token: string) => Promise<void> | undefined
  /** What apps call of it. */
  readonly callsOf: (context: ClientContext) => SecureCalls
}

/** Makes it. */
export function connectTokens(
  options: SecureOptions,
  platform: Platform,
  server: string,
  state: StateStore,
  lock: () => void,
  emit: Emit,
): ConnectedTokens {
  const { keys, offline } = options
  const keyed = withKeys(platform, keys)
  const open = new Map<string, KeyHandle | undefined>()

  function begin(account: string | undefined, session?: TokenSession): void {
    tokens.adopt(session)
    keepOpened(account)
    autoLock.arm()
  }

  function drop(): void {
    autoLock.disarm()
    tokens.adopt(undefined)
    keepOpened()
  }

  function setOpened(account: string, key: KeyHandle | undefined): void {
    const before = open.get(account)
    if (before && before !== key) keys.close?.(before)
    open.set(account, key)
  }

  function keepOpened(kept?: string): void {
    for (const account of open.keys()) if (account !== kept) setOpened(account, undefined)
  }

  function ended(error: unknown, account = state.memory().session?.account): void {
    drop()
    const reason = codeOf(error) === 'refresh_token_revoked' ? 'revoked' : 'expired'
    if (account) state.update({ ...noSession, account, reason })
  }

  const autoLock = createAutoLock(keyed, options.lock ?? {}, lock)
  const unkept = () => emit({ type: 'storageFailed', call: 'refresh' })
  const tokens = createTokens(keyed, server, options, awaitWith(platform.wait), ended, unkept)
  const vaults = createDeviceVaults(server, keyed)
  const secure: ConnectedTokens = {
    platform: keyed,
    server,
    tokens,
    vaults,
    autoLock,
    offline,
    opened: (account) => open.get(account),
    setOpened,
    begin,
    drop,
    waits: ({ account, token }) => isAccessToken(token) && !!state.recordOf(account)?.sealed,
    ended,
    request: sessionRequest(keyed, tokens),
    register: (registration, signal, account) => keys.register(registration, { server, account }, signal),
    async keep(call, credential, made) {
      if (made) await vaults.create(call.commit, credential, made)
    },
    unseal: (context, call, account) => unseal(context, secure, call, account),
    revoke: (via, token) => (isAccessToken(token) ? tokens.revoke(via, token) : undefined),
    callsOf: (context) => createSecureCalls(context, secure),
  }
  return secure
}
