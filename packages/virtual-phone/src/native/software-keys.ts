import type { SecureHardware } from '@keybound/phone'
import { newSigningPair, pointOf, signDer } from '../crypto/p256.ts'
import type { VirtualCrypto } from '../crypto/port.ts'
import { type Bytes, concat, decode, encode, mostBytes } from './bytes.ts'
import { hardwareError, invalidArgument } from './errors.ts'
import type { KeyMemory } from './key-memory.ts'
import { rawSignature } from './raw-signature.ts'

export const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
const aes = { name: 'AES-GCM', length: 256 }
const wrapLabel = new TextEncoder().encode('keybound/vault/wrap/v1')
const none = new Uint8Array(0)
/** The key that wraps is derived for this one use, so its nonce may be fixed. */
const onlyNonce = new Uint8Array(12)
/** Nonce and tag around a sealed text. */
const sealing = 12 + 16

type SoftwareKeys = Pick<
  SecureHardware,
  | 'newDataKey'
  | 'wrapDataKey'
  | 'unwrapDataKey'
  | 'aeadSeal'
  | 'aeadOpen'
  | 'newSessionKey'
  | 'signSession'
  | 'closeHandle'
  | 'random'
  | 'sha256'
  | 'verify'
>

/** What native code does with keys in its own memory: the same on both systems (docs/vault.md). */
export function createSoftwareKeys(crypto: VirtualCrypto, memory: KeyMemory): SoftwareKeys {
  const { subtle } = crypto

  /** The single-use key between an ephemeral and a sealing key, whichever side derives it. */
  async function wrappingKey(mine: CryptoKey, theirs: Bytes, info: Bytes): Promise<CryptoKey> {
    const point = await importPoint(crypto, theirs)
    const shared = await subtle.deriveKey({ name: 'ECDH', public: point }, mine, 'HKDF', false, ['deriveKey'])
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: none, info }
    return subtle.deriveKey(hkdf, shared, aes, false, ['wrapKey', 'unwrapKey'])
  }

  return {
    newDataKey: async () => memory.keep('data', await subtle.generateKey(aes, true, ['encrypt', 'decrypt'])),
    async wrapDataKey(publicKey, dataKey) {
      const key = memory.get('data', dataKey)
      const recipient = decode(publicKey)
      const ephemeral = await subtle.generateKey(ecdh, false, ['deriveKey'])
      const epk = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey))
      const kek = await wrappingKey(ephemeral.privateKey, recipient, concat(wrapLabel, epk, recipient))
      const wrapped = await subtle.wrapKey('raw', key, kek, { name: 'AES-GCM', iv: onlyNonce })
      return { epk: encode(epk), wrapped: encode(new Uint8Array(wrapped)) }
    },
    async unwrapDataKey(pair, { epk, wrapped }) {
      const { privateKey, publicKey } = memory.get('vault', pair)
      const point = decode(epk)
      const bytes = decode(wrapped)
      return opening(async () => {
        const kek = await wrappingKey(privateKey, point, concat(wrapLabel, point, publicKey))
        const iv = { name: 'AES-GCM', iv: onlyNonce }
        const key = await subtle.unwrapKey('raw', bytes, kek, iv, 'AES-GCM', true, ['encrypt', 'decrypt'])
        return memory.keep('data', key)
      })
    },
    async aeadSeal(dataKey, plaintext, associated) {
      const key = memory.get('data', dataKey)
      const bytes = decode(plaintext)
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const algorithm = { name: 'AES-GCM', iv, additionalData: decode(associated) }
      return encode(concat(iv, new Uint8Array(await subtle.encrypt(algorithm, key, bytes))))
    },
    async aeadOpen(dataKey, sealed, associated) {
      const key = memory.get('data', dataKey)
      const bytes = decode(sealed, mostBytes + sealing)
      const additionalData = decode(associated)
      return opening(async () => {
        const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData }
        return encode(new Uint8Array(await subtle.decrypt(algorithm, key, bytes.slice(12))))
      })
    },
    async newSessionKey() {
      const { privateKey, spki } = await newSigningPair(crypto)
      return { handle: memory.keep('session', privateKey), publicKey: encode(pointOf(spki)) }
    },
    async signSession(handle, bytes) {
      return encode(await signDer(crypto, memory.get('session', handle), decode(bytes)))
    },
    closeHandle: async (handle) => memory.close(handle),
    async random(length) {
      if (!Number.isInteger(length) || length < 0 || length > mostBytes) {
        throw invalidArgument('length', `0 to ${mostBytes}`)
      }
      const bytes = new Uint8Array(length)
      // WebCrypto gives at most 64 KiB at once.
      for (let at = 0; at < length; at += 65_536) {
        bytes.set(crypto.getRandomValues(new Uint8Array(Math.min(65_536, length - at))), at)
      }
      return encode(bytes)
    },
    sha256: async (bytes) => encode(new Uint8Array(await subtle.digest('SHA-256', decode(bytes)))),
    async verify(publicKey, bytes, signature) {
      const message = decode(bytes)
      const raw = rawSignature(decode(signature))
      if (raw === undefined) return false
      try {
        const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
        const key = await subtle.importKey('raw', decode(publicKey), algorithm, false, ['verify'])
        return await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, raw, message)
      } catch {
        return false
      }
    },
  }
}

/** A public point for ECDH. Rejects `invalidArgument` for what is no point. */
export async function importPoint({ subtle }: VirtualCrypto, point: Bytes): Promise<CryptoKey> {
  try {
    return await subtle.importKey('raw', point, ecdh, false, [])
  } catch {
    throw invalidArgument('public key', 'an uncompressed point on P-256')
  }
}

/** What does not open says `openFailed`, and nothing about why. */
export async function opening<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch {
    const message = 'Unexpected bytes, expected what was sealed for this key and context. Do not delete them.'
    throw hardwareError('openFailed', message)
  }
}
