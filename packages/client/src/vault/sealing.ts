import type { Base64Url } from '@keybound/protocol'

/** A key in the memory of the platform. The client only hands it back: key bytes never leave the platform. */
export interface KeyHandle {
  readonly [opaque: symbol]: never
}

/** A data key that only the private half of a sealing key gives back. */
export interface WrappedKey {
  /** The ephemeral public key, as the wrap algorithm writes it. */
  readonly epk: Base64Url
  readonly wrapped: Base64Url
}

/**
 * What a platform does with the keys of a vault: the public half of a sealing key seals without a prompt, its private
 * half, opened by a touch, gives data keys back. SHA-256 and AES-256-GCM are the same everywhere.
 */
export interface Sealing {
  /** Name of the wrap algorithm in headers, such as `ecdh-p256-hkdf-a256gcm`. */
  readonly wrap: string
  /** A fresh 256-bit key for one secret. */
  readonly newDataKey: () => Promise<KeyHandle>
  readonly wrapKey: (publicKey: Base64Url, key: KeyHandle) => Promise<WrappedKey>
  /** Rejects with whatever it likes when the key was not wrapped for this one. */
  readonly unwrapKey: (opened: KeyHandle, wrapped: WrappedKey) => Promise<KeyHandle>
  /** AES-256-GCM with a fresh nonce of 96 bits. In parts, so that large ones are copied once: nonce; ciphertext ‖ tag. */
  readonly seal: (
    key: KeyHandle,
    plaintext: Uint8Array,
    associated: Uint8Array,
  ) => Promise<readonly Uint8Array[]>
  /** Takes the parts as one. Rejects with whatever it likes unless key, bytes and associated data belong together. */
  readonly open: (key: KeyHandle, sealed: Uint8Array, associated: Uint8Array) => Promise<Uint8Array>
  /** Wipes a key of memory, where dropping it is not enough. */
  readonly close?: (key: KeyHandle) => void
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>
}
