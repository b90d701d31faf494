import type { KeyHandle, Sealing } from '@keybound/client'
import { decodeBase64, encodeBase64 } from '../webauthn/bytes.ts'
import {
  concat,
  deriveAes,
  ecdh,
  gcm,
  newAes,
  newEcdh,
  newNonce,
  type SealingCrypto,
  splitNonce,
} from './crypto.ts'

const wrapLabel = new TextEncoder().encode('keybound/vault/wrap/v1')
const none = new Uint8Array(0)
/** The key that wraps is derived for this one use, so its nonce may be fixed. */
const onlyNonce = new Uint8Array(12)

/** A sealing key that a touch opened: in WebCrypto, not extractable. */
interface OpenedKey {
  readonly privateKey: CryptoKey
  /** Uncompressed point. */
  readonly publicKey: Uint8Array<ArrayBuffer>
  /**
   * Data keys it has unwrapped, by ephemeral key and wrapped form: a secret that is read again costs its decryption alone.
   * One for each value that was read since the touch.
   */
  readonly dataKeys: Map<string, CryptoKey>
}

const handle = (key: CryptoKey | OpenedKey) => key as unknown as KeyHandle
const keyOf = (key: KeyHandle) => key as unknown as CryptoKey

/** The handle of an opened sealing key. With it go the data keys it unwrapped: dropping it at lock drops them all. */
export function openedHandle(privateKey: CryptoKey, publicKey: string): KeyHandle {
  return handle({ privateKey, publicKey: decodeBase64(publicKey), dataKeys: new Map() })
}

/**
 * Sealing with WebCrypto: ECDH on P-256 with an ephemeral key, HKDF-SHA-256, AES-256-GCM (docs/vault.md). No key byte
 * is ever in JavaScript: keys are generated, derived, wrapped and unwrapped inside WebCrypto.
 */
export function createWebSealing(crypto: SealingCrypto): Sealing {
  const { subtle } = crypto

  /** The single-use key between an ephemeral and a sealing key, whichever side derives it. */
  async function wrappingKey(
    mine: CryptoKey,
    theirs: Uint8Array<ArrayBuffer>,
    info: Uint8Array<ArrayBuffer>,
    usage: 'wrapKey' | 'unwrapKey',
  ): Promise<CryptoKey> {
    const point = await subtle.importKey('raw', theirs, ecdh, false, [])
    const shared = await subtle.deriveKey({ name: 'ECDH', public: point }, mine, 'HKDF', false, ['deriveKey'])
    return deriveAes(crypto, shared, none, info, [usage])
  }

  return {
    wrap: 'ecdh-p256-hkdf-a256gcm',
    newDataKey: async () => handle(await newAes(crypto)),
    async wrapKey(publicKey, key) {
      const recipient = decodeBase64(publicKey)
      const ephemeral = await newEcdh(crypto, false)
      const epk = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey))
      const info = concat(wrapLabel, epk, recipient)
      const kek = await wrappingKey(ephemeral.privateKey, recipient, info, 'wrapKey')
      const wrapped = await subtle.wrapKey('raw', keyOf(key), kek, gcm(onlyNonce))
      return { epk: encodeBase64(epk), wrapped: encodeBase64(wrapped) }
    },
    async unwrapKey(opened, { epk, wrapped }) {
      const { privateKey, publicKey, dataKeys } = opened as unknown as OpenedKey
      let key = dataKeys.get(epk + wrapped)
      if (!key) {
        const point = decodeBase64(epk)
        const kek = await wrappingKey(privateKey, point, concat(wrapLabel, point, publicKey), 'unwrapKey')
        const bytes = decodeBase64(wrapped)
        key = await subtle.unwrapKey('raw', bytes, kek, gcm(onlyNonce), 'AES-GCM', false, ['decrypt'])
        dataKeys.set(epk + wrapped, key)
      }
      return handle(key)
    },
    async seal(key, plaintext, associated) {
      const nonce = newNonce(crypto)
      const algorithm = gcm(nonce, associated as BufferSource)
      return [nonce, new Uint8Array(await subtle.encrypt(algorithm, keyOf(key), plaintext as BufferSource))]
    },
    async open(key, sealed, associated) {
      const [nonce, encrypted] = splitNonce(sealed as Uint8Array<ArrayBuffer>)
      return new Uint8Array(
        await subtle.decrypt(gcm(nonce, associated as BufferSource), keyOf(key), encrypted),
      )
    },
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes as BufferSource)),
  }
}
