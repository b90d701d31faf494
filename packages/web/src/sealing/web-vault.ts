import { fetchPart, type KeyHandle, type OpenRequest, type PlatformVault } from '@keybound/client'
import { type AuthenticationOptionsJSON, KeyboundError } from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import type { WebStorage } from '../storage/indexed-db.ts'
import { authenticationToJson } from '../webauthn/assertion-json.ts'
import { encodeBase64 } from '../webauthn/bytes.ts'
import { type Extend, prompt } from '../webauthn/ceremonies.ts'
import { createExclusive } from './exclusive.ts'
import { watch } from './lifecycle.ts'
import { outputsOf, withPrf } from './prf.ts'
import { openKey, saltOf } from './sealing-keys.ts'
import { newSigningPair, signingKey } from './signing-key.ts'
import { createWebSealing } from './web-sealing.ts'

/**
 * Vault and token keys in a browser: sealing keys wrapped under the PRF of the credential (WebAuthn L3 §10.1.4), the
 * proof key in IndexedDB where no script can read it, the session key in memory.
 */
export function createWebVault(
  environment: WebEnvironment,
  storage: WebStorage,
  requireAuthenticator: () => Promise<void>,
): PlatformVault {
  const { crypto, Date: clock } = environment
  const exclusive = createExclusive(environment)
  /** What the PRF of an assertion opened. */
  function opened(
    credential: PublicKeyCredential,
    { keys, open: use, owner }: Pick<OpenRequest, 'keys' | 'open' | 'owner'>,
  ): Promise<KeyHandle> {
    const output = outputsOf(credential)[0]
    if (!output) throw keyMissing()
    return openKey(crypto, output, keys[use], owner, use)
  }

  return {
    ...createWebSealing(crypto),
    touch: 'both',
    async register(options, owner, signal) {
      await requireAuthenticator()
      return (await newVault()).registerWithVault(environment, crypto, options, owner, signal)
    },
    async authenticate(options, { owner, keys }, signal) {
      await requireAuthenticator()
      if (!keys) return (await newVault()).authenticateWithVault(environment, crypto, options, owner, signal)
      const request = { owner, keys, open: 'unlock' } as const
      const credential = await prompt('get', environment, options, signal, evaluateKept(request))
      return { response: authenticationToJson(credential), opened: await opened(credential, request) }
    },
    // An assertion that goes nowhere: what it opens is all it is for.
    async openKey(request, signal) {
      await requireAuthenticator()
      const options: AuthenticationOptionsJSON = {
        challenge: encodeBase64(crypto.getRandomValues(new Uint8Array(32))),
        rpId: request.rpId,
        timeout: 60_000,
        allowCredentials: [{ type: 'public-key', id: request.owner.credentialId }],
        userVerification: 'required',
      }
      return opened(await prompt('get', environment, options, signal, evaluateKept(request)), request)
    },
    // One at a time: several tabs that begin at once are one device, with one key.
    proofKey: (name, _owner, make) =>
      exclusive(name, async () => {
        let pair = await storage.get<CryptoKeyPair>(name)
        if (!pair && make) {
          pair = await newSigningPair(crypto)
          await storage.set(name, pair)
        }
        return pair && signingKey(crypto, pair)
      }),
    sessionKey: async () => signingKey(crypto, await newSigningPair(crypto)),
    files: storage,
    exclusive,
    now: () => clock.now(),
    watch: (listener) => watch(environment, listener),
    fetch: (request) => environment.fetch(request),
  }
}

const newVault = () => fetchPart(() => import('./new-vault.ts'))

/** Only the salt of the key that is asked for: the touch gives nothing that opens the other. */
function evaluateKept({ owner, keys, open }: Pick<OpenRequest, 'owner' | 'keys' | 'open'>): Extend {
  return withPrf({ evalByCredential: { [owner.credentialId]: { first: saltOf(keys[open]) } } })
}

/** The credential had the PRF when the vault was made: doing without it would be a downgrade. */
function keyMissing(): KeyboundError {
  return new KeyboundError(
    'unlock_key_missing',
    'Unexpected answer without PRF, expected the key of the vault. Use the authenticator it was made with.',
  )
}
