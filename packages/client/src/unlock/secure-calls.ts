import { awaitWith } from '../calls/settle.ts'
import { type ClientContext, requireSession } from '../context.ts'
import { asKeyboundError } from '../failures.ts'
import { protectedFetch } from '../tokens/protected-fetch.ts'
import { lock } from './lock.ts'
import type { ConnectedTokens } from './secure.ts'
import { createStepUp } from './step-up.ts'
import { createUnlock, type Unlock } from './unlock.ts'
import { createVault, type Vault } from './vault.ts'

/** What apps call of tokens, vault and lock. */
export interface SecureCalls {
  readonly unlock: Unlock
  readonly lock: () => void
  readonly vault: Vault
  readonly fetch: (...request: ConstructorParameters<typeof Request>) => Promise<Response>
}

/** Makes it. */
export function createSecureCalls(context: ClientContext, secure: ConnectedTokens): SecureCalls {
  const { platform, tokens, autoLock } = secure
  const unlock = createUnlock(context, secure)
  const stepUp = createStepUp(context, secure, unlock)
  return {
    unlock,
    lock: () => lock(context, secure),
    vault: createVault(context, secure),
    async fetch(...request) {
      try {
        autoLock.check()
        const { token } = requireSession(context)
        const asked = new Request(...request)
        const send = () => protectedFetch(platform, tokens, token, asked, stepUp)
        return await awaitWith(platform.wait, asked.signal)(send)
      } catch (error) {
        throw asKeyboundError(error)
      }
    },
  }
}
