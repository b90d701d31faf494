import type { CryptoPort } from '../crypto/port.ts'
import type { Subtle } from '../crypto/subtle.ts'
import type { AndroidApplication } from '../policy/android.ts'
import type { Finding } from '../policy/finding.ts'

/** The two response keys of an app, from the Play Console (App integrity, classic requests, own keys). */
export interface PlayIntegrityKeys {
  /** AES-256 key that decrypts: 32 bytes. */
  readonly decryption: Uint8Array
  /** P-256 key that verifies, as SubjectPublicKeyInfo DER. */
  readonly verification: Uint8Array
}

/** Which verdicts are accepted, as data. */
export interface PlayIntegrityPolicy {
  /** Whose tokens are accepted. An empty list refuses every app. */
  readonly applications: readonly AndroidApplication[]
  /** Default `recognized`: an unchanged copy from Google Play. `any` also takes other copies by the same signer. */
  readonly app?: 'recognized' | 'any'
  /** Labels that the device must all have. Default `['MEETS_DEVICE_INTEGRITY']`. */
  readonly device?: readonly DeviceLabel[]
  /** `licensed`: the account must have got the app from Google Play. Default `any`. */
  readonly account?: 'licensed' | 'any'
  /** Longest age of a token in seconds. Default 300. */
  readonly maxAge?: number
  /** Also take responses that Google made for a tester's account. Default false. */
  readonly testOnly?: boolean
}

/** What Google Play says of a device; further labels may come. */
export type DeviceLabel =
  | 'MEETS_BASIC_INTEGRITY'
  | 'MEETS_DEVICE_INTEGRITY'
  | 'MEETS_STRONG_INTEGRITY'
  | 'MEETS_VIRTUAL_INTEGRITY'

export interface VerifyPlayIntegrityOptions {
  /** The token of a classic request, as the app got it. */
  readonly token: string
  readonly keys: PlayIntegrityKeys
  /** The nonce the token must have been asked for: at least 16 bytes. Bind the device's key and challenge into it. */
  readonly nonce: Uint8Array
  readonly policy: PlayIntegrityPolicy
  readonly now: Date
  /** Default: Node's crypto, WebCrypto elsewhere. */
  readonly crypto?: CryptoPort
  /** What decrypts. Default `globalThis.crypto.subtle`. */
  readonly subtle?: Subtle
}

/** What Google Play said of app, device and account. */
export interface PlayIntegrityVerdict {
  readonly packageName: string
  readonly versionCode: number | undefined
  /** SHA-256 of the signing certificates, lowercase hexadecimal. */
  readonly signerDigests: readonly string[]
  readonly appRecognition: string
  readonly deviceLabels: readonly string[]
  readonly licensing: string
  /** `LEVEL_1` (few tokens in the last hour) to `LEVEL_4` (many), where the app asked for it. */
  readonly recentDeviceActivity: string | undefined
  /** `NO_ISSUES`, `MEDIUM_RISK`, `HIGH_RISK` …, where the app asked for it. */
  readonly playProtect: string | undefined
  /** Kinds of apps that can watch or steer the screen, such as `KNOWN_CAPTURING`, where the app asked for it. */
  readonly appsDetected: readonly string[]
  readonly requestedAt: Date
  /** True for a response made for a tester's account. */
  readonly testOnly: boolean
  /** Every rule that was judged, in order. */
  readonly findings: readonly Finding[]
}
