import type { OpenRequest, PlatformVault } from '@keybound/client'
import { fetchPart } from '@keybound/client/for-platforms'
import { type AuthenticationOptionsJSON, KeyboundError } from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import type { WebStorage } from '../storage/indexed-db.ts'
import { authenticationToJson } from '../webauthn/assertion-json.ts'
import { encodeBase64 } from '../webauthn/bytes.ts'
import { prompt } from '../webauthn/ceremonies.ts'
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
  const exclusive = createExclusive(environment)
  const randomBytes = (length: number) => environment.crypto.getRandomValues(new Uint8Array(length))

  /** One prompt for an assertion, and for a key of the vault: only for that one, the touch gives nothing for the other. */
  async function open(
    options: AuthenticationOptionsJSON,
    { owner, keys, open: use }: Pick<OpenRequest, 'owner' | 'keys' | 'open'>,
    signal: AbortSignal,
  ) {
    const evaluate = withPrf({ evalByCredential: { [owner.credentialId]: { first: saltOf(keys[use]) } } })
    const credential = await prompt('get', environment, options, signal, evaluate)
    const [output] = outputsOf(credential)
    if (!output) {
      // The credential had the PRF when the vault was made: doing without it would be a downgrade.
      throw new KeyboundError(
        'unlock_key_missing',
        'Unexpected absence of the PRF, expected the key of the vault. Use the credential the vault was made with.',
      )
    }
    const response = authenticationToJson(credential)
    return { response, opened: await openKey(environment.crypto, output, keys[use], owner, use) }
  }

  return {
    ...createWebSealing(environment),
    touch: 'both',
    async register(options, owner, signal) {
      await requireAuthenticator()
      return (await newVault()).registerWithVault(environment, options, owner, signal)
    },
    async authenticate(options, { owner, keys }, signal) {
      await requireAuthenticator()
      if (!keys) return (await newVault()).authenticateWithVault(environment, options, owner, signal)
      return open(options, { owner, keys, open: 'unlock' }, signal)
    },
    // An assertion that goes nowhere: what it opens is all it is for.
    async openKey(request, signal) {
      await requireAuthenticator()
      const options: AuthenticationOptionsJSON = {
        challenge: encodeBase64(randomBytes(32)),
        rpId: request.rpId,
        timeout: 60_000,
        allowCredentials: [{ type: 'public-key', id: request.owner.credentialId }],
        userVerification: 'required',
      }
      return (await open(options, request, signal)).opened
    },
    // One at a time: several tabs that begin at once are one device, with one key.
    proofKey: (name, _owner, make) =>
      exclusive(name, async () => {
        let pair = await storage.get<CryptoKeyPair>(name)
        if (!pair && make) {
          pair = await newSigningPair(environment.crypto)
          await storage.set(name, pair)
        }
        return pair && signingKey(environment.crypto, pair)
      }),
    sessionKey: async () => signingKey(environment.crypto, await newSigningPair(environment.crypto)),
    files: storage,
    exclusive,
    randomBytes,
    now() {
      const { Date: clock } = environment
      return clock.now()
    },
    watch: (listener) => watch(environment, listener),
    fetch: (request) => environment.fetch(request),
  }
}

const newVault = () => fetchPart(() => import('./new-vault.ts'))
