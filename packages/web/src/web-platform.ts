import type { Platform } from '@keybound/client'
import { answerOf } from './answer-of.ts'
import { type Authenticators, checkAvailability, requireAuthenticator } from './availability.ts'
import type { WebEnvironment } from './environment.ts'
import { request } from './http/request.ts'
import { createStorage } from './storage/indexed-db.ts'
import { perform } from './webauthn/ceremonies.ts'

/** How a browser is used. */
export interface WebPlatformOptions {
  /**
   * `platform` (default): the finger, face or PIN of this very device; without them the prompts refuse at once with
   * `unsupported`. `any`: also security keys and phones nearby, for servers whose policy takes them.
   */
  readonly authenticators?: Authenticators
  /** Name of the IndexedDB database of the client's records. Default `keybound`. */
  readonly database?: string
}

/**
 * The browser as a platform. Keys live in WebAuthn authenticators; records without secrets in IndexedDB; HTTP goes
 * without cookies and without redirects. Touches nothing before it is asked to.
 */
export function webPlatform(options: WebPlatformOptions = {}): Platform {
  return createWebPlatform(globalThis, options)
}

/** {@link webPlatform} on a given browser. */
export function createWebPlatform(
  environment: WebEnvironment,
  { authenticators = 'platform', database = 'keybound' }: WebPlatformOptions,
): Platform {
  const storage = createStorage(environment, database)
  return {
    availability: () => checkAvailability(environment, authenticators, storage),
    async register(options, signal) {
      await requireAuthenticator(environment, authenticators)
      return { response: await perform('create', environment, options, signal) }
    },
    async authenticate(options, signal) {
      await requireAuthenticator(environment, authenticators)
      return perform('get', environment, options, signal)
    },
    // Lets the authenticator hide the credential, where it can (WebAuthn L3 §5.1.10.2).
    async forget(rpId, credentialId) {
      const { PublicKeyCredential } = environment
      await answerOf(async () => PublicKeyCredential?.signalUnknownCredential?.({ rpId, credentialId }))
    },
    storage,
    request: (sent, signal) => request(environment, sent, signal),
    sha256: async (bytes) =>
      new Uint8Array(await environment.crypto.subtle.digest('SHA-256', bytes as BufferSource)),
    monotonicNow: () => environment.performance.now(),
    // Left to fire after an abort: nobody listens any more, and no page waits for it.
    wait: (milliseconds) => new Promise((resolve) => environment.setTimeout(resolve, milliseconds)),
  }
}
