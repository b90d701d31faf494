import { createHmac, webcrypto } from 'node:crypto'
import {
  createKeyboundClient,
  type KeyboundClient,
  type Platform,
  type PlatformRequest,
  tokenSessions,
} from '@keybound/client'
import type { WebEnvironment } from '../../../packages/web/src/environment.ts'
import { createWebVault } from '../../../packages/web/src/sealing/web-vault.ts'
import type { WebStorage } from '../../../packages/web/src/storage/indexed-db.ts'
import { createWebPlatform } from '../../../packages/web/src/web-platform.ts'

const server = 'https://bank.example'
const account = 'acct-1'
const credentialId = Buffer.alloc(32, 7).toString('base64url')
const options = {
  challenge: Buffer.alloc(48, 1).toString('base64url'),
  rpId: 'bank.example',
  timeout: 60_000,
  allowCredentials: [{ type: 'public-key', id: credentialId }],
  userVerification: 'required',
}

/** What the server answers to a refresh, as long as real ones. */
export const tokenAnswer = JSON.stringify({
  access_token: `${'e'.repeat(60)}.${'a'.repeat(420)}.${'s'.repeat(86)}`,
  token_type: 'DPoP',
  expires_in: 300,
  refresh_token: 'r'.repeat(120),
  account,
  acr: 'W',
  auth_time: 1_790_000_000,
})

/** The PRF of the authenticator (WebAuthn L3 §10.1.4), in the clear. */
export function prf(salt: BufferSource): Uint8Array<ArrayBuffer> {
  const output = createHmac('sha256', 'secret of the authenticator').update(salt as Uint8Array)
  return new Uint8Array(output.digest())
}

/** A device whose vault holds a sealed session. Its server has every answer ready, so that only the client works. */
export interface BenchDevice {
  /** A client as a page makes it when it is loaded: it has read nothing yet. */
  readonly load: () => KeyboundClient
}

/** Sets one up: a first unlock signs in, makes the vault and seals the session. */
export async function setUpDevice(): Promise<BenchDevice> {
  const environment = createEnvironment()
  const records = memoryStorage()
  const files = memoryStorage()
  const platform: Platform = { ...createWebPlatform(environment, {}), storage: records, request: answer }
  const load = () => {
    const keys = createWebVault(environment, files, async () => {})
    return createKeyboundClient({ server, platform, tokens: tokenSessions({ clientId: 'bank-app', keys }) })
  }
  const record = { account, credentialId, rpId: options.rpId, name: 'ada', order: 1 }
  await records.set(`keybound/1/account/${server}/${account}`, JSON.stringify(record))
  const first = load()
  await first.unlock()
  first.lock()
  const { state } = first.state
  if (state !== 'locked') throw new Error(`Unexpected state ${state}, expected a sealed session.`)
  return { load }
}

/** A browser whose authenticator answers at once. */
function createEnvironment(): WebEnvironment {
  const bytes = (length: number) => new Uint8Array(length).fill(9).buffer
  const response = { clientDataJSON: bytes(160), authenticatorData: bytes(37), signature: bytes(71) }
  const get = async ({ publicKey }: CredentialRequestOptions) => {
    const { eval: both, evalByCredential } = publicKey?.extensions?.prf ?? {}
    const { first, second } = both ?? evalByCredential?.[credentialId] ?? {}
    const results = { first: first && prf(first).buffer, second: second && prf(second).buffer }
    return {
      rawId: Buffer.from(credentialId, 'base64url'),
      getClientExtensionResults: () => ({ prf: { results } }),
      response,
    }
  }
  return {
    isSecureContext: true,
    navigator: { credentials: { get } },
    PublicKeyCredential: { isUserVerifyingPlatformAuthenticatorAvailable: async () => true },
    fetch: globalThis.fetch,
    crypto: webcrypto,
    performance: globalThis.performance,
    Date,
    // No timer may keep the measurement from ending.
    setTimeout: (work: () => void, milliseconds: number) => setTimeout(work, milliseconds).unref(),
  } as unknown as WebEnvironment
}

async function answer({ url }: PlatformRequest) {
  const body = url.endsWith('/v1/token') ? tokenAnswer : JSON.stringify(options)
  return { status: 200, header: () => null, body }
}

function memoryStorage(): WebStorage {
  const stored = new Map<string, unknown>()
  return {
    get: async <T>(key: string) => stored.get(key) as T | undefined,
    set: async (key, value) => void stored.set(key, value),
    delete: async (key) => void stored.delete(key),
    keys: async (prefix) => [...stored.keys()].filter((key) => key.startsWith(prefix)),
  }
}
