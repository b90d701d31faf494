import { awaitWith } from '../calls/settle.ts'
import type { Emit } from '../events.ts'
import { codeOf } from '../failures.ts'
import { type AutoLock, createAutoLock, type LockOptions } from '../lock/auto-lock.ts'
import type { Platform } from '../platform.ts'
import type { KeyHandle, PlatformVault } from '../platform-vault.ts'
import { type ClientSession, noSession, type StateStore } from '../state.ts'
import type { KeyPlatform } from '../tokens/proof.ts'
import { isAccessToken } from '../tokens/session-request.ts'
import { createTokens, type TokenSession, type Tokens } from '../tokens/tokens.ts'
import { createDeviceVaults, type DeviceVaults } from './device-vault.ts'

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

/** What sessions with tokens, vault and lock share. Everything secret of it is gone when the app locks. */
export interface Secure {
  readonly platform: KeyPlatform
  readonly server: string
  readonly tokens: Tokens
  readonly vaults: DeviceVaults
  readonly autoLock: AutoLock
  readonly offline: OfflineOptions
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
  /** Whether a session lies sealed on this device and waits there for the next unlock, when one of `account` takes its place in memory. */
  readonly waits: (session: ClientSession, account: string) => boolean
  /** The server ended the session of an account: by default that of the session in memory. */
  readonly ended: (error: unknown, account?: string) => void
}

/** Makes it. */
export function createSecure(
  platform: Platform,
  server: string,
  { clientId, resource, keys, lock: limits = {}, offline = { maxAgeSinceServerContact: 0 } }: SecureOptions,
  state: StateStore,
  lock: () => void,
  emit: Emit,
): Secure {
  const keyed: KeyPlatform = Object.assign(Object.create(platform), { vault: keys })
  const via = awaitWith(platform.wait)
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

  const autoLock = createAutoLock(keyed, limits, lock)
  const unkept = () => emit({ type: 'storageFailed', call: 'refresh' })
  const tokens = createTokens(keyed, { url: server, clientId, resource }, via, ended, unkept)
  return {
    platform: keyed,
    server,
    tokens,
    vaults: createDeviceVaults(keyed),
    autoLock,
    offline,
    opened: (account) => open.get(account),
    setOpened,
    begin,
    drop,
    waits: ({ account, token }, next) =>
      account !== next && isAccessToken(token) && !!state.recordOf(account)?.sealed,
    ended,
  }
}
