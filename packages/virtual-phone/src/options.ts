import type { VirtualAuthority } from './authority/authority.ts'
import { platformCrypto, type VirtualCrypto } from './crypto/port.ts'
import type { TimeSource } from './device-clock.ts'
import type { Fetch } from './native/http.ts'
import type { FileStore } from './system/file-store.ts'

/** How long the hardware takes, in milliseconds. The model's own work counts towards it. Default 0: as fast as it can. */
export interface HardwareDelays {
  /** Making a key. */
  readonly generate?: number
  /** Using one: what stands between the touch and the signature. */
  readonly use?: number
}

/** What phones of both kinds take. Everything has a default. */
export interface VirtualPhoneOptions {
  /** Names ids and orders chance: the same seed, the same phone. Keys are random whatever it is. Default `phone`. */
  readonly seed?: string
  /** Signs the phone's attestations. Default: one of its own, which nobody trusts. */
  readonly authority?: VirtualAuthority | Promise<VirtualAuthority>
  /** What is enrolled. Default `['right index']`. */
  readonly enrolled?: readonly string[]
  /** Default true. */
  readonly screenLock?: boolean
  /** Milliseconds since the Unix epoch. Default the system's clock. */
  readonly now?: TimeSource
  readonly delays?: HardwareDelays
  /** Waits, for delays. Default `setTimeout`. */
  readonly wait?: (milliseconds: number) => Promise<void>
  /** Default the platform's WebCrypto. */
  readonly crypto?: VirtualCrypto
  /** The network. Default the platform's `fetch`. */
  readonly fetch?: Fetch
  /** The app's sandbox. Default in memory. */
  readonly files?: FileStore
}

/** An Android phone. */
export interface VirtualAndroidOptions extends VirtualPhoneOptions {
  /** Package name. Default `com.example.bank`. */
  readonly appId?: string
  /** versionCode. Default 42. */
  readonly version?: number
  /** SHA-256 of the certificate the app is signed with: 32 bytes. Default one that the package names. */
  readonly signer?: Uint8Array<ArrayBuffer>
  /** Default 36. */
  readonly apiLevel?: number
  /** `yes`, `no`, or `broken`: the phone says it has one and fails. Default `yes`. */
  readonly strongBox?: 'yes' | 'no' | 'broken'
  /** How it came by its attestation keys. Default `remote`. */
  readonly provisioning?: 'remote' | 'factory'
  /** Keys in software, under a root that proves nothing. Default false. */
  readonly emulator?: boolean
  /** Default false. */
  readonly debuggable?: boolean
  /**
   * `allowBackup` of the manifest, without rules that exclude anything: as it is where an app says nothing. Default false, as
   * Keybound's config plugin has it.
   */
  readonly allowBackup?: boolean
  /** Default `['fingerprint']`. */
  readonly sensors?: readonly ('fingerprint' | 'face' | 'iris')[]
  /** 3: opens keys. 2: recognises and proves nothing. Default 3. */
  readonly sensorClass?: 2 | 3
  /** Operations that can be open at once. Default 16 and 4. */
  readonly slots?: { readonly tee?: number; readonly strongBox?: number }
  /** The host app's provider of Play Integrity tokens. Default none. */
  readonly integrityToken?: (nonce: string) => Promise<string>
}

/** An iPhone. */
export interface VirtualIosOptions extends VirtualPhoneOptions {
  /** `TEAMID.bundle.id`. Default `ABCDE12345.com.example.bank`. */
  readonly appId?: string
  /** Default `26.1`. From 27 on App Attest objects say how the app was distributed. */
  readonly systemVersion?: string
  /** Default `faceID`. */
  readonly biometry?: 'touchID' | 'faceID'
  /** No Secure Enclave, no App Attest. Default false. */
  readonly simulator?: boolean
  /** Signed for development: App Attest says so. Default false. */
  readonly debuggable?: boolean
  /** Whether Info.plist has `NSFaceIDUsageDescription`. Default true. */
  readonly faceIdUsageDescription?: boolean
  /** `CFBundleVersion`. Default `42`. */
  readonly bundleVersion?: string
}

/** The parts of the options that both kinds share, filled in. */
export function surroundingsOf(options: VirtualPhoneOptions) {
  const {
    crypto = platformCrypto,
    fetch = (url: string, init: RequestInit) => globalThis.fetch(url, init),
    now = Date.now,
    wait = (milliseconds) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  } = options
  return { crypto, fetch, now, wait, seed: options.seed ?? 'phone' }
}
