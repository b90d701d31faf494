import type { KeyHandle, Sealing } from '@keybound/client'
import type { WebEnvironment } from '../environment.ts'
import { decodeBase64, encodeBase64 } from '../webauthn/bytes.ts'
import { aes, deriveAes, ecdh, gcm, newEcdh, newNonce, splitNonce } from './crypto.ts'

const wrapLabel = new TextEncoder().encode('keybound/vault/wrap/v1')
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

type Bytes = Uint8Array<ArrayBuffer>

/** What the client holds of a key is the key of WebCrypto itself. */
type Handle = CryptoKey & KeyHandle

/** The handle of an opened sealing key. With it go the data keys it unwrapped: dropping it at lock drops them all. */
export function openedHandle(privateKey: CryptoKey, publicKey: string): KeyHandle {
  const opened: OpenedKey = { privateKey, publicKey: decodeBase64(publicKey), dataKeys: new Map() }
  return opened as OpenedKey & KeyHandle
}

/**
 * Sealing with WebCrypto: ECDH on P-256 with an ephemeral key, HKDF-SHA-256, AES-256-GCM (docs/vault.md). No key byte
 * is ever in JavaScript: keys are generated, derived, wrapped and unwrapped inside WebCrypto.
 */
export function createWebSealing(environment: Pick<WebEnvironment, 'crypto'>): Sealing {
  /** The single-use key between the sealing key `recipient` and an ephemeral one, whichever of the two is `mine`. */
  async function wrappingKey(
    mine: CryptoKey,
    theirs: Bytes,
    epk: Bytes,
    recipient: Bytes,
  ): Promise<CryptoKey> {
    const { crypto } = environment
    const point = await crypto.subtle.importKey('raw', theirs, ecdh, false, [])
    const agreement = { name: 'ECDH', public: point }
    const shared = await crypto.subtle.deriveKey(agreement, mine, 'HKDF', false, ['deriveKey'])
    return deriveAes(crypto, shared, Uint8Array.of(...wrapLabel, ...epk, ...recipient))
  }

  return {
    wrap: 'ecdh-p256-hkdf-a256gcm',
    // Extractable only because it will be wrapped.
    newDataKey: async () => (await environment.crypto.subtle.generateKey(aes, true, ['encrypt'])) as Handle,
    async wrapKey(publicKey, key) {
      const { crypto } = environment
      const recipient = decodeBase64(publicKey)
      const ephemeral = await newEcdh(crypto, false)
      const epk = new Uint8Array(await crypto.subtle.exportKey('raw', ephemeral.publicKey))
      const kek = await wrappingKey(ephemeral.privateKey, recipient, epk, recipient)
      const wrapped = await crypto.subtle.wrapKey('raw', key as Handle, kek, gcm(onlyNonce))
      return { epk: encodeBase64(epk), wrapped: encodeBase64(wrapped) }
    },
    async unwrapKey(opened, { epk, wrapped }) {
      const { privateKey, publicKey, dataKeys } = opened as OpenedKey & KeyHandle
      let key = dataKeys.get(epk + wrapped)
      if (!key) {
        const point = decodeBase64(epk)
        const kek = await wrappingKey(privateKey, point, point, publicKey)
        const bytes = decodeBase64(wrapped)
        key = await environment.crypto.subtle.unwrapKey('raw', bytes, kek, gcm(onlyNonce), 'AES-GCM', false, [
          'decrypt',
        ])
        dataKeys.set(epk + wrapped, key)
      }
      return key as Handle
    },
    async seal(key, plaintext, associated) {
      const { crypto } = environment
      const nonce = newNonce(crypto)
      const algorithm = gcm(nonce, associated as Bytes)
      const encrypted = await crypto.subtle.encrypt(algorithm, key as Handle, plaintext as Bytes)
      return [nonce, new Uint8Array(encrypted)]
    },
    async open(key, sealed, associated) {
      const [nonce, encrypted] = splitNonce(sealed as Bytes)
      const algorithm = gcm(nonce, associated as Bytes)
      return new Uint8Array(await environment.crypto.subtle.decrypt(algorithm, key as Handle, encrypted))
    },
    sha256: async (bytes) =>
      new Uint8Array(await environment.crypto.subtle.digest('SHA-256', bytes as Bytes)),
  }
}
