import { constants, publicEncrypt, X509Certificate } from 'node:crypto'
import { connectSystem as connect, type PhoneSocket } from '@keybound/virtual-phone/node'
import type { Android, CryptoObject, KeySpec } from './android.ts'

/** Calls to the phone: on `globalThis.system`, so that hooks find them where they find a platform’s classes. */
interface System {
  call: (name: string, request: object) => Promise<Readonly<Record<string, unknown>>>
}

const preferences = { folder: 'preferences', name: 'app_preferences.json' }
const strong = 15
const weak = 255
const deviceCredential = 32_768

/** Android's classes over the system calls of the phone. */
export async function connectSystem(address: Pick<PhoneSocket, 'port' | 'token'>): Promise<Android> {
  const system = (await connect(address)) as unknown as System
  Object.assign(globalThis, { system })
  return {
    BiometricPrompt: { authenticate: (info, callback, crypto) => void show(system, info, callback, crypto) },
    KeyStore: keyStore(system),
    preferences: {
      get: async (name) => (await readPreferences(system))[name],
      async set(name, value) {
        const text = JSON.stringify({ ...(await readPreferences(system)), [name]: value })
        const bytes = new TextEncoder().encode(text)
        await system.call('files.write', { ...preferences, bytes, append: false })
      },
    },
  }
}

async function show(
  system: System,
  {
    title,
    deviceCredentialAllowed = false,
    confirmationRequired = true,
  }: Parameters<Android['BiometricPrompt']['authenticate']>[0],
  callback: Parameters<Android['BiometricPrompt']['authenticate']>[1],
  crypto: CryptoObject | undefined,
): Promise<void> {
  // What androidx takes where the app names nothing: class 2 is enough unless a key is to be authorised.
  const biometric = crypto ? strong : weak
  const { outcome, operation, code } = await system.call('prompt.show', {
    title,
    subtitle: '',
    description: '',
    negative: deviceCredentialAllowed ? '' : 'Cancel',
    authenticators: deviceCredentialAllowed ? biometric + deviceCredential : biometric,
    confirmationRequired,
    operation: crypto?.operation ?? null,
  })
  if (outcome !== 'succeeded') return callback.onAuthenticationError(Number(code))
  const cryptoObject = typeof operation === 'string' ? { operation } : null
  callback.onAuthenticationSucceeded({ cryptoObject })
}

function keyStore(system: System): Android['KeyStore'] {
  const chainOf = async (alias: string) =>
    (await system.call('keystore.chain', { alias })).chain as Uint8Array[]
  return {
    async generate(alias, spec) {
      await system.call('keystore.generate', { alias, ...request(spec) })
    },
    has: async (alias) => ((await system.call('keystore.aliases', {})).aliases as string[]).includes(alias),
    async delete(alias) {
      await system.call('keystore.delete', { alias })
    },
    async init(alias, purpose) {
      const mgf1Digest = purpose === 'decrypt' ? 'SHA-256' : null
      const begun = await system.call('keystore.begin', { alias, purpose, digest: 'SHA-256', mgf1Digest })
      return { operation: String(begun.operation) }
    },
    doFinal: async ({ operation }, bytes) =>
      (await system.call('keystore.finish', { operation, bytes })).bytes as Uint8Array,
    async encrypt(alias, bytes) {
      const [leaf] = await chainOf(alias)
      const key = new X509Certificate(leaf ?? new Uint8Array()).publicKey
      return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, bytes)
    },
  }
}

/** `KeyGenParameterSpec` as the phone takes it. */
function request({
  purpose,
  userAuthenticationRequired,
  validity = 0,
  deviceCredentialAllowed = false,
  invalidatedByEnrollment = true,
}: KeySpec): object {
  const decrypts = purpose === 'decrypt'
  return {
    algorithm: decrypts ? 'RSA' : 'EC',
    purposes: [purpose],
    digests: ['SHA-256'],
    paddings: decrypts ? ['OAEP'] : [],
    mgf1Digests: decrypts ? ['SHA-256'] : [],
    strongBoxBacked: false,
    userAuthenticationRequired,
    userAuthenticationValidity: validity,
    userAuthenticationType: deviceCredentialAllowed ? 3 : 2,
    invalidatedByBiometricEnrollment: invalidatedByEnrollment,
    attestationChallenge: crypto.getRandomValues(new Uint8Array(32)),
  }
}

async function readPreferences(system: System): Promise<Readonly<Record<string, string>>> {
  const { bytes } = await system.call('files.read', { ...preferences, offset: 0, length: 65_536 })
  return bytes instanceof Uint8Array ? JSON.parse(new TextDecoder().decode(bytes)) : {}
}
