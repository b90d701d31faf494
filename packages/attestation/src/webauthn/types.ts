import type {
  AssuranceLevel,
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  Base64Url,
  CoseAlgorithm,
  EpochSeconds,
  RegistrationResponseJSON,
} from '@keybound/protocol'
import type { CryptoPort } from '../crypto/port.ts'

/** What the relying party expects of either ceremony (WebAuthn L3 §7.1, §7.2). */
export interface ExpectedCeremony {
  /** The challenge of the options, base64url, compared exactly. */
  readonly challenge: Base64Url
  /** Exact origins, such as `https://bank.example`; never patterns. */
  readonly origins: readonly string[]
  readonly rpId: string
  /** Default `required`. With `preferred` the verdict says whether the user was verified. */
  readonly userVerification?: 'required' | 'preferred'
  /** Origins of pages that may frame this one, exact; default none: cross-origin responses are refused. */
  readonly topOrigins?: readonly string[]
  /** Framed responses of clients too old to name the framing page. Default `refuse`. */
  readonly unnamedTopOrigin?: 'refuse' | 'accept'
}

export interface ExpectedRegistration extends ExpectedCeremony {
  /** The algorithms that were offered. Default ES256 only (-7). */
  readonly algorithms?: readonly CoseAlgorithm[]
  /** `optional` only for conditional creation, which happens without a touch (L3 §7.1 step 15). Default `required`. */
  readonly userPresence?: 'required' | 'optional'
}

/** Which attestation a registration must bring. */
export interface RegistrationPolicy {
  /** Statement formats that are accepted. Default `['none', 'packed']`. */
  readonly formats?: readonly string[]
  /**
   * `optional` (default): none and self attestation pass, at level `W`; certificates must lead to one of the roots,
   * unless there are no roots: then they prove nothing and the level is `W`.
   * `trusted`: a root must stand behind. `any`: certificates that lead to no root pass too, at level `W`.
   */
  readonly attestation?: 'optional' | 'trusted' | 'any'
}

/** Trust anchors and revocation knowledge, as data. */
export interface TrustOptions {
  /** Root certificates, DER. Judged by their public keys. */
  readonly roots: readonly Uint8Array[]
  /** Marks roots made for tests; without it they are refused (law 7). */
  readonly testOnly?: boolean
}

export interface VerifyRegistrationOptions {
  readonly response: RegistrationResponseJSON
  readonly expected: ExpectedRegistration
  readonly policy?: RegistrationPolicy
  readonly trust: TrustOptions
  /** Certificate dates are judged at this time. */
  readonly issuedAt: Date
  /** Revocation is judged at this time. */
  readonly now: Date
  readonly crypto?: CryptoPort
}

/** WebAuthn L3 §6.5.3; `basic` stands for basic and attestation CA, which cannot be told apart. */
export type AttestationType = 'none' | 'self' | 'basic'

/** What a verified registration says; nothing in it is a claim that was not checked. */
export interface VerifiedRegistration {
  readonly credentialId: Uint8Array
  /** The COSE_Key bytes as the authenticator gave them; store these. */
  readonly publicKey: Uint8Array
  readonly algorithm: CoseAlgorithm
  readonly signCount: number
  readonly transports: readonly AuthenticatorTransport[]
  readonly userVerified: boolean
  readonly backupEligible: boolean
  readonly backedUp: boolean
  readonly aaguid: string
  readonly format: string
  readonly attestationType: AttestationType
  /** `W` unless a trust anchor proved more. */
  readonly level: AssuranceLevel
  readonly origin: string
  /** The page that framed the ceremony, where it was framed. */
  readonly topOrigin: string | undefined
}

/** The stored credential that an assertion is judged against. */
export interface StoredCredential {
  readonly id: Uint8Array
  /** COSE_Key bytes of the registration. */
  readonly publicKey: Uint8Array
  readonly signCount: number
  readonly backupEligible: boolean
  /** The account's user handle; compared when the response carries one. */
  readonly userHandle: Uint8Array
}

export interface ExpectedAuthentication extends ExpectedCeremony {
  /** Ids that were offered; empty or absent in the discoverable flow, where the user handle is mandatory. */
  readonly allowCredentials?: readonly Uint8Array[]
  /** What a counter that does not rise means. Default `refuse`. */
  readonly signCount?: 'refuse' | 'report'
}

export interface VerifyAuthenticationOptions {
  readonly response: AuthenticationResponseJSON
  readonly expected: ExpectedAuthentication
  readonly credential: StoredCredential
  readonly crypto?: CryptoPort
}

/** What a verified assertion says; store the counter and backup state after all checks. */
export interface VerifiedAuthentication {
  readonly credentialId: Uint8Array
  readonly signCount: number
  /** True when the counter did not rise and the policy only reports it. */
  readonly signCountReplayed: boolean
  readonly userVerified: boolean
  readonly backedUp: boolean
  readonly origin: string
  /** The page that framed the ceremony, where it was framed. */
  readonly topOrigin: string | undefined
}

/** The members of clientDataJSON that every ceremony needs (WebAuthn L3 §5.8.1). */
export interface ClientData {
  readonly type: string
  readonly challenge: Base64Url
  readonly origin: string
  readonly crossOrigin: boolean
  readonly topOrigin: string | undefined
}

export type { EpochSeconds }
