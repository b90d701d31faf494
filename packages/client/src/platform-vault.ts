import type {
  AuthenticationOptionsJSON,
  AuthenticationResponseJSON,
  Base64Url,
  PublicJwk,
  RegistrationOptionsJSON,
} from '@keybound/protocol'
import type { PlatformRegistration } from './platform.ts'
import type { ManifestSigner } from './vault/manifest.ts'
import type { KeyHandle, Sealing } from './vault/sealing.ts'
import type { VaultFiles } from './vault/secret-store.ts'

export type { ManifestSigner } from './vault/manifest.ts'
export type { KeyHandle, Sealing, WrappedKey } from './vault/sealing.ts'
export type { VaultFiles } from './vault/secret-store.ts'

/** A sealing key as a device keeps it. Nothing in it is secret, and nothing of it opens without a touch. */
export interface SealingKey {
  readonly publicKey: Base64Url
  /** The private half as the platform sealed it; only the platform reads it. */
  readonly sealed: Base64Url
}

/**
 * The sealing keys of a vault. `unlock` stays open until the app locks; `everyTime` is opened by a touch of its own for
 * one reading, and never by an unlock.
 */
export interface VaultKeys {
  readonly unlock: SealingKey
  readonly everyTime: SealingKey
}

/** Which vault: everything in it is bound to all of these. */
export interface VaultOwner {
  /** The server's address. */
  readonly server: string
  readonly account: string
  readonly credentialId: Base64Url
}

/** A key that signs without a prompt (ES256) and never leaves the platform. Signatures are r ‖ s, 64 bytes. */
export interface SigningKey extends ManifestSigner {
  readonly jwk: PublicJwk
  /** Wipes a key of memory, where dropping it is not enough. */
  readonly close?: () => void
}

/** A registration, and the keys of a vault where the platform could make them with the same prompt. */
export interface VaultRegistration extends PlatformRegistration {
  readonly keys?: VaultKeys
}

/** What a touch that signs is to open, where it can do both. */
export interface VaultRequest {
  readonly owner: VaultOwner
  /** The keys of the vault; without them the platform makes them, if it can. */
  readonly keys?: VaultKeys | undefined
}

/** What a touch that does not sign is to open. */
export interface OpenRequest {
  readonly owner: VaultOwner
  readonly rpId: string
  readonly keys: VaultKeys
  readonly open: keyof VaultKeys
}

/** An assertion, and what the touch opened. */
export interface VaultAssertion {
  /** Without anything secret: it goes to the server as it is. */
  readonly response: AuthenticationResponseJSON
  /** New keys, where there were none and the platform could make them. */
  readonly keys?: VaultKeys
  /** The private half of `unlock`; none where the platform can seal nothing, or a touch opens or signs. */
  readonly opened?: KeyHandle
}

/** What the user and the system do, as far as it matters for locking. */
export type Lifecycle = 'activity' | 'hidden' | 'visible'

/** What a platform gives for sessions with tokens and for the vault. */
export interface PlatformVault extends Sealing {
  /** What one touch does: sign and open the vault (WebAuthn with PRF), or only one of them (the keys of a phone). */
  readonly touch: 'both' | 'either'
  /** As `Platform.register`: one prompt. */
  readonly register: (
    options: RegistrationOptionsJSON,
    owner: Omit<VaultOwner, 'credentialId'>,
    signal: AbortSignal,
  ) => Promise<VaultRegistration>
  /**
   * As `Platform.authenticate`: one prompt, for the vault's own credential. Rejects `unlock_key_missing` when the keys
   * are there and the credential does not give what opens them, `vault_wrong_key` when it gives something else.
   */
  readonly authenticate: (
    options: AuthenticationOptionsJSON,
    request: VaultRequest,
    signal: AbortSignal,
  ) => Promise<VaultAssertion>
  /** Opens a key of the vault: one prompt, and nothing goes to the server. Rejects as `authenticate`. */
  readonly openKey: (request: OpenRequest, signal: AbortSignal) => Promise<KeyHandle>
  /** The proof key of that name, or of that credential: kept by the device, made only if `make` says so. Never leaves it. */
  readonly proofKey: (name: string, owner: VaultOwner, make: boolean) => Promise<SigningKey | undefined>
  /** A new key in memory, gone with the last reference to it. */
  readonly sessionKey: () => Promise<SigningKey>
  readonly files: VaultFiles
  /** Runs work while nothing else of this name runs, in any tab or process of the app. */
  readonly exclusive: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** From the system’s source of randomness for cryptography. */
  readonly randomBytes: (length: number) => Uint8Array | Promise<Uint8Array>
  /** Milliseconds since the Unix epoch by the device's clock. */
  readonly now: () => number
  /** Tells what happens until the answered function is called. */
  readonly watch: (listener: (event: Lifecycle) => void) => () => void
  /** Sends a request of the app: no redirects. */
  readonly fetch: (request: Request) => Promise<Response>
}
