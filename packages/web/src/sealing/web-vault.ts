import type { KeyHandle, OpenRequest, PlatformVault } from '@keybound/client'
import { type AuthenticationOptionsJSON, encodeBase64Url, KeyboundError } from '@keybound/protocol'
import type { WebEnvironment } from '../environment.ts'
import type { WebStorage } from '../storage/indexed-db.ts'
import { create, type Extend, get } from '../webauthn/ceremonies.ts'
import { authenticationToJson, registrationToJson } from '../webauthn/json.ts'
import { createExclusive } from './exclusive.ts'
import { watch } from './lifecycle.ts'
import { makeKeys, newSalts, openKey, type Salts, saltOf } from './sealing-keys.ts'
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
  const { Date: clock } = environment
  // Named late: on a server that renders the page there is none.
  const crypto = {
    get subtle() {
      return environment.crypto.subtle
    },
    getRandomValues: <T extends ArrayBufferView | null>(bytes: T) =>
      environment.crypto.getRandomValues(bytes as never) as unknown as T,
  }
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
      const salts = newSalts(crypto)
      const credential = await create(environment, options, signal, evaluate(salts))
      const response = registrationToJson(credential)
      const outputs = bothOutputs(credential)
      if (!outputs) return { response }
      return {
        response,
        keys: await makeKeys(crypto, outputs, salts, { ...owner, credentialId: response.id }),
      }
    },
    async authenticate(options, { owner, keys }, signal) {
      await requireAuthenticator()
      if (keys) {
        const request = { owner, keys, open: 'unlock' } as const
        const credential = await get(environment, options, signal, evaluateKept(request))
        return {
          response: authenticationToJson(credential),
          opened: await opened(credential, request),
        }
      }
      const salts = newSalts(crypto)
      const credential = await get(environment, options, signal, evaluate(salts))
      const response = authenticationToJson(credential)
      const outputs = bothOutputs(credential)
      if (!outputs) return { response }
      const again = outputs.unlock.slice()
      const made = await makeKeys(crypto, outputs, salts, owner)
      return { response, keys: made, opened: await openKey(crypto, again, made.unlock, owner, 'unlock') }
    },
    // An assertion that goes nowhere: what it opens is all it is for.
    async openKey(request, signal) {
      await requireAuthenticator()
      const options: AuthenticationOptionsJSON = {
        challenge: encodeBase64Url(crypto.getRandomValues(new Uint8Array(32))),
        rpId: request.rpId,
        timeout: 60_000,
        allowCredentials: [{ type: 'public-key', id: request.owner.credentialId }],
        userVerification: 'required',
      }
      return opened(await get(environment, options, signal, evaluateKept(request)), request)
    },
    async proofKey(name, _owner, make) {
      let pair = await storage.get<CryptoKeyPair>(name)
      if (!pair && make) {
        pair = await newSigningPair(crypto)
        await storage.set(name, pair)
      }
      return pair && signingKey(crypto, pair)
    },
    sessionKey: async () => signingKey(crypto, await newSigningPair(crypto)),
    files: storage,
    exclusive: createExclusive(environment),
    now: () => clock.now(),
    watch: (listener) => watch(environment, listener),
    fetch: (request) => environment.fetch(request),
  }
}

function evaluate({ unlock, everyTime }: Salts): Extend {
  return withInputs({ prf: { eval: { first: unlock, second: everyTime } } })
}

/** Adds extension inputs to those the server asked for. */
function withInputs(inputs: AuthenticationExtensionsClientInputs): Extend {
  return (publicKey) => ({ ...publicKey, extensions: { ...publicKey.extensions, ...inputs } })
}

/** Only the salt of the key that is asked for: the touch gives nothing that opens the other. */
function evaluateKept({ owner, keys, open }: Pick<OpenRequest, 'owner' | 'keys' | 'open'>): Extend {
  return withInputs({ prf: { evalByCredential: { [owner.credentialId]: { first: saltOf(keys[open]) } } } })
}

function outputsOf(credential: PublicKeyCredential): readonly (Uint8Array<ArrayBuffer> | undefined)[] {
  const { first, second } = credential.getClientExtensionResults().prf?.results ?? {}
  return [first, second].map((output) => output && new Uint8Array(output as ArrayBuffer))
}

function bothOutputs(credential: PublicKeyCredential) {
  const [unlock, everyTime] = outputsOf(credential)
  return unlock && everyTime && { unlock, everyTime }
}

/** The credential had the PRF when the vault was made: doing without it would be a downgrade. */
function keyMissing(): KeyboundError {
  return new KeyboundError(
    'unlock_key_missing',
    'Unexpected answer without PRF, expected the key of the vault. Use the authenticator it was made with.',
  )
}
