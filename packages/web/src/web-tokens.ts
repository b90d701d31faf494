import { type SecureOptions, type TokenSessions, tokenSessions } from '@keybound/client'
import { requireAuthenticator } from './availability.ts'
import { createWebVault } from './sealing/web-vault.ts'
import { createStorage } from './storage/indexed-db.ts'
import type { WebPlatformOptions } from './web-platform.ts'

/** How sessions with tokens are wanted in a browser. `database` defaults to `keybound-vault`. */
export type WebTokensOptions = Omit<SecureOptions, 'keys'> & WebPlatformOptions

/**
 * Tokens, vault and lock in a browser, for the option `tokens` of `createKeyboundClient`. Sealed secrets, and a proof key
 * that no script can read, lie in IndexedDB; everything else is in memory.
 */
export function webTokens({
  authenticators = 'platform',
  database = 'keybound-vault',
  ...options
}: WebTokensOptions): TokenSessions {
  const storage = createStorage(globalThis, database)
  const ready = () => requireAuthenticator(globalThis, authenticators)
  return tokenSessions({ ...options, keys: createWebVault(globalThis, storage, ready) })
}
