import type { CryptoPort } from '../crypto/port.ts'
import type { Finding } from '../policy/finding.ts'
import type { LaunchClaims, ValidationCategory } from './launch-claims.ts'
import type { AppleTrust } from './trust.ts'

/** An app as Apple identifies it. */
export interface AppleApp {
  /** Team id or app id prefix: ten capital letters and digits. */
  readonly teamId: string
  /** Bundle id, such as `com.example.bank`, exactly as signed. */
  readonly bundleId: string
}

/** Where the key was attested: `development` for builds run from Xcode, `production` for all others. */
export type AppAttestEnvironment = 'production' | 'development'

/** What App Attest evidence must show beyond being genuine. All of it has a safe default. */
export interface AppAttestPolicy {
  /** Default `['production']`. */
  readonly environments?: readonly AppAttestEnvironment[]
  /**
   * How the running copy may have been distributed, where the system says so (iOS 27, macOS 27). Default any.
   * By name or by Apple's number; one that Apple names later is known by its number alone.
   */
  readonly validationCategories?: readonly (ValidationCategory | number)[]
  /** Bundle versions that were shipped, exact, where the system says which one runs. Default any. */
  readonly bundleVersions?: readonly string[]
  /** `required`: evidence without launch claims, so of systems before 27, is refused. Default `ifPresent`. */
  readonly launchClaims?: 'ifPresent' | 'required'
  /**
   * `required`: the certificate must prove that the Mac ran with System Integrity Protection and Full Security.
   * Ask for it on macOS only: iPhones carry other contents. Default `ignored`.
   */
  readonly macAccessControl?: 'ignored' | 'required'
}

/** Input of `verifyAppAttestation`. */
export interface VerifyAppAttestationOptions {
  /** The bytes `attestKey` gave. */
  readonly attestationObject: Uint8Array
  /**
   * The bytes that were passed to `attestKey`, 16 to 1,024, best the SHA-256 of the client data: computed by the server
   * from the client data it received.
   */
  readonly clientDataHash: Uint8Array
  /** What `generateKey` gave (base64), or its 32 bytes. */
  readonly keyId: string | Uint8Array
  /** The app, or all apps, whose keys are accepted. */
  readonly app: AppleApp | readonly AppleApp[]
  readonly policy?: AppAttestPolicy
  /** `{}` trusts Apple's root. */
  readonly trust: AppleTrust
  /** Certificate dates are judged at this time: when the attestation arrived. Leaves may live for three days only. */
  readonly issuedAt: Date
  /** The time of judging. Apple publishes no revocation for these certificates; nothing may be issued after it. */
  readonly now: Date
  readonly crypto?: CryptoPort
}

/** A verified App Attest key. It proves app and device; that a person was there it does not prove. */
export interface AppAttestation {
  /** The 32 bytes of the key id; refuse it where another account holds it. */
  readonly keyId: Uint8Array
  /** P-256 public key as DER SubjectPublicKeyInfo: store it, `verifyAppAssertion` takes it. */
  readonly publicKey: Uint8Array
  /** Which of the accepted apps it is. */
  readonly app: AppleApp
  readonly environment: AppAttestEnvironment
  /** Always 0; store it as the counter of the last assertion. */
  readonly counter: 0
  /** Apple's receipt (CMS), not verified: present it to Apple's server to learn the device's risk metric. */
  readonly receipt: Uint8Array
  /** Undefined below iOS 27 and macOS 27. Store it: assertions are compared with it. */
  readonly launch: LaunchClaims | undefined
  /** Whether trust made for tests stands behind this; never promote such a key. */
  readonly testOnly: boolean
  /** Every rule that was judged, in order. */
  readonly findings: readonly Finding[]
}

/** Input of `verifyAppAssertion`. */
export interface VerifyAppAssertionOptions {
  /** The bytes `generateAssertion` gave. */
  readonly assertion: Uint8Array
  /** The bytes that were passed to `generateAssertion`; as in {@link VerifyAppAttestationOptions}. */
  readonly clientDataHash: Uint8Array
  /** `publicKey` of the attestation. */
  readonly publicKey: Uint8Array
  /** Counter of the last accepted assertion, 0 after the attestation. Compare and store it in one transaction. */
  readonly previousCounter: number
  readonly app: AppleApp | readonly AppleApp[]
  /** `environments` and `macAccessControl` were judged with the attestation and have no meaning here. */
  readonly policy?: AppAttestPolicy
  /** `launch` of the attestation. The category must not have changed since, nor disappeared. */
  readonly registered?: Pick<LaunchClaims, 'validationCategory'> | undefined
  readonly crypto?: CryptoPort
}

/** A verified assertion: this app, on that device, signed these client data now. */
export interface AppAssertion {
  /** Store it as `previousCounter` of the next one. */
  readonly counter: number
  readonly app: AppleApp
  readonly launch: LaunchClaims | undefined
  readonly findings: readonly Finding[]
}
