import type {
  AssuranceLevel,
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  Base64Url,
  CoseAlgorithm,
  EpochSeconds,
  RegistrationResponseJSON,
} from '@keybound/protocol'
import type { AndroidTrust } from '../android/trust/trust.ts'
import type { AndroidKeyAttestation } from '../android/types.ts'
import type { CryptoPort } from '../crypto/port.ts'
import type { AndroidKeyPolicy } from '../policy/android.ts'

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

export interface ExpectedRegistration extends ExpectedCeremony, ExpectedEvidence {}

/** What is expected of a registration apart from its client data. */
export interface ExpectedEvidence extends Pick<ExpectedCeremony, 'rpId' | 'userVerification'> {
  /** The algorithms that were offered. Default ES256 only (-7). */
  readonly algorithms?: readonly CoseAlgorithm[]
  /** `optional` only for conditional creation, which happens without a touch (L3 §7.1 step 15). Default `required`. */
  readonly userPresence?: 'required' | 'optional'
}

/** The attestation statement formats this package verifies (WebAuthn L3 §8). */
export type StatementFormat =
  | 'none'
  | 'packed'
  | 'tpm'
  | 'android-key'
  | 'android-safetynet'
  | 'fido-u2f'
  | 'apple'
  | 'compound'

/** Which attestation a registration must bring. */
export interface RegistrationPolicy {
  /**
   * Statement formats that are accepted. Default `['none', 'packed']`. `android-safetynet` is deprecated: Google ended
   * the service, so it is of use for judging stored evidence only.
   */
  readonly formats?: readonly StatementFormat[]
  /**
   * `optional` (default): none and self attestation pass, at level `W`; certificates must lead to one of the roots,
   * unless there are no roots: then they prove nothing and the level is `W`.
   * `trusted`: a root must stand behind. `any`: certificates that lead to no root pass too, at level `W`.
   */
  readonly attestation?: 'optional' | 'trusted' | 'any'
  /** Lowest level that must be proven, or `attestation_required`. Default `W`. */
  readonly level?: AssuranceLevel
  /** How many statements of a `compound` must verify and satisfy `attestation`. Default `all`. */
  readonly compound?: 'all' | 'any'
  /**
   * What an `android-key` attestation must show, and the level it then proves. Default: level `W` for what
   * `androidPolicies.W` accepts. Once given, a chain that does not satisfy it is refused under every `attestation`.
   */
  readonly android?: { readonly policy: AndroidKeyPolicy; readonly level: AssuranceLevel }
  /** Lowest credProtect level (CTAP 2.2 §12.1) the authenticator must say it applied. Default: any, also none. */
  readonly credentialProtection?: CredentialProtection
}

/** credProtect: 1 user verification optional, 2 optional where the credential is named, 3 required. */
export type CredentialProtection = 1 | 2 | 3

/** Trust anchors and revocation knowledge, as data. */
export interface TrustOptions {
  /**
   * Root certificates, DER. Known by their public keys; what they may issue is judged by their own constraints. An
   * attestation certificate may be given too: it is then trusted as it stands, byte for byte.
   */
  readonly roots: readonly Uint8Array[]
  /** Marks roots made for tests; without it they are refused (law 7). */
  readonly testOnly?: boolean
  /**
   * Entries of a FIDO Metadata Service BLOB whose signature the host has verified. Where one names the authenticator's
   * model, its own roots count and no others, and a report of compromise refuses.
   */
  readonly metadata?: readonly MetadataEntry[]
  /** Trust for `android-key`. Default: Google's roots and `roots`, with `testOnly`; no status list. */
  readonly android?: AndroidTrust
}

/** The parts of a metadata entry (FIDO Metadata Service 3.1 §3.1.1) that are judged; others may be there. */
export interface MetadataEntry {
  /** Model of a FIDO2 authenticator, as a UUID. */
  readonly aaguid?: string
  /** Models of U2F authenticators: SHA-1 of attestation keys, hexadecimal. */
  readonly attestationCertificateKeyIdentifiers?: readonly string[]
  readonly metadataStatement?: {
    readonly description?: string
    /** Base64 DER. */
    readonly attestationRootCertificates?: readonly string[]
    readonly keyProtection?: readonly string[]
    /** Alternatives, each a combination of methods. */
    readonly userVerificationDetails?: readonly (readonly { readonly userVerificationMethod?: string }[])[]
  }
  readonly statusReports?: readonly { readonly status: string; readonly effectiveDate?: string }[]
}

export interface VerifyRegistrationOptions extends JudgementOptions {
  readonly response: RegistrationResponseJSON
  readonly expected: ExpectedRegistration
}

export interface VerifyRegistrationEvidenceOptions extends JudgementOptions {
  readonly evidence: RegistrationEvidence
  readonly expected: ExpectedEvidence
}

/** What is kept of a registration so that it can be judged again; nothing in it is secret, the challenge is not there. */
export interface RegistrationEvidence {
  readonly credentialId: Uint8Array
  readonly attestationObject: Uint8Array
  /** SHA-256 of clientDataJSON, which was found right when it arrived. */
  readonly clientDataHash: Uint8Array
  /** Of that client data. */
  readonly origin: string
}

/** What a registration is judged by, when it arrives and ever after. */
export interface JudgementOptions {
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
export interface VerifiedRegistration extends VerifiedEvidence {
  readonly transports: readonly AuthenticatorTransport[]
  /** The page that framed the ceremony, where it was framed. */
  readonly topOrigin: string | undefined
}

/** What the evidence of a registration says. */
export interface VerifiedEvidence {
  readonly credentialId: Uint8Array
  /** The COSE_Key bytes as the authenticator gave them; store these. */
  readonly publicKey: Uint8Array
  readonly algorithm: CoseAlgorithm
  /** The first counter to compare with; 0 with `fido-u2f`, which signs none. */
  readonly signCount: number
  readonly userVerified: boolean
  readonly backupEligible: boolean
  readonly backedUp: boolean
  /**
   * Model of the authenticator, as a UUID. All zero where it names none, and with `fido-u2f`, which signs none. What
   * `none` and `self` attestations say of it is a claim.
   */
  readonly aaguid: string
  readonly format: string
  readonly attestationType: AttestationType
  /**
   * What was proven. `W`: nothing, or a key that may leave its device (BE, or a TPM's word for it). `L1`: hardware of a trusted maker, unlocked
   * by anything. `L2`: the same, and metadata says by biometrics only. With `android-key`: the level of its policy.
   */
  readonly level: AssuranceLevel
  /** True under trust made for tests: nothing real may be trusted to this credential. */
  readonly testOnly: boolean
  /** What an `android-key` attestation proved about the key; undefined for all other formats. */
  readonly android: AndroidKeyAttestation | undefined
  /** The credProtect level the authenticator said it applied. */
  readonly credentialProtection: CredentialProtection | undefined
  readonly origin: string
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
