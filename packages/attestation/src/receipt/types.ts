import type { AssuranceLevel, CoseAlgorithm, EpochSeconds } from '@keybound/protocol'
import type { ReceiptStatus, RenderedStatement, Statement } from '@keybound/protocol/transactions'
import type { AndroidKeyAttestation } from '../android/types.ts'
import type { AppleTrust } from '../apple/trust.ts'
import type { AppAttestation, AppAttestPolicy } from '../apple/types.ts'
import type { CryptoPort } from '../crypto/port.ts'
import type { AndroidKeyPolicy } from '../policy/android.ts'
import type { AttestationType, RegistrationPolicy, TrustOptions } from '../webauthn/types.ts'

/** A public key on P-256 by its coordinates, base64url, as a JWK has them (RFC 7518 §6.2.1); other members are not read. */
export interface ReceiptKey {
  readonly x: string
  readonly y: string
}

export interface VerifyReceiptOptions {
  /** The receipt as the server gave it: a JWS in compact form. */
  readonly receipt: string
  /**
   * Receipt keys of the server that you trust, from `GET /v1/receipts/keys` at any time before. One that is older than
   * the receipt's own key is enough, as long as the receipt names it. `any` trusts whatever key is in the receipt:
   * then the signatures are known to fit together, and nothing is known of who made them.
   */
  readonly keys: readonly ReceiptKey[] | 'any'
  /** Default: that of the runtime. */
  readonly crypto?: CryptoPort
}

/** What a receipt proves, and by whom. */
export interface VerifiedReceipt {
  /** 1: from before receipts carried evidence. */
  readonly version: 1 | 2
  /** What was approved: exactly this, as it was signed. */
  readonly statement: Statement
  /** The same as it was shown. */
  readonly shown: RenderedStatement
  readonly realm: string
  readonly account: string
  /** By the server's clock. */
  readonly approvedAt: EpochSeconds
  /** Where it was approved: a page, or an app. */
  readonly origin: string
  readonly rpId: string
  /** The key that signed. What it is comes from the server: level, format, dates. */
  readonly credential: {
    readonly id: string
    /** COSE_Key. */
    readonly publicKey: Uint8Array
    readonly level: AssuranceLevel
    readonly format: string
    readonly backupEligible: boolean
    readonly createdAt: EpochSeconds
  }
  /**
   * What the key was registered with; it speaks of the very key that signed. Carried, not judged: what it proves,
   * `judgeReceiptEvidence` of `@keybound/attestation/receipt/evidence` says. Null where the receipt carries none.
   */
  readonly evidence: CarriedEvidence | null
  /** The server's key, and how it comes to be trusted. */
  readonly signedBy: {
    readonly kid: string
    /** `key`: you trust it; `rotation`: one you trust vouches for it, by way of others; `none`: `keys` was `any`. */
    readonly trust: 'key' | 'rotation' | 'none'
    /** The key of yours that vouches, by the name in the receipt. */
    readonly trustedKid: string | null
  }
}

/** Evidence in a receipt, read. That it was there then, and when, is the server's word. */
export interface CarriedEvidence {
  readonly attestationObject: Uint8Array
  /** SHA-256 of the client data of the registration. */
  readonly clientDataHash: Uint8Array
  /** When it arrived. */
  readonly issuedAt: EpochSeconds
  /** Where the key was registered: a page, or an app. */
  readonly origin: string
  /** The algorithms that were offered. */
  readonly algorithms: readonly CoseAlgorithm[]
  /** Of an iPhone whose app App Attest spoke for; else null. */
  readonly appAttest: { readonly keyId: Uint8Array; readonly attestationObject: Uint8Array } | null
  /** What Google's status list said of the certificates when the server approved; null where no list was asked. */
  readonly status: ReceiptStatus | null
}

/** Whom you believe about keys. `{ roots: [] }` believes Google and Apple, whose roots this package pins. */
export interface ReceiptTrust extends TrustOptions {
  /** For App Attest. Default: Apple's root. */
  readonly apple?: AppleTrust
}

export interface JudgeReceiptEvidenceOptions {
  /** A status list in `trust.android` stands in for the excerpt that the receipt carries. */
  readonly trust: ReceiptTrust
  /** Lowest level that must be proven. Default: the one the server told. */
  readonly level?: AssuranceLevel
  /** Where the server's policy differs from ours, or you want to know more. */
  readonly rules?: {
    /** On top of `androidPolicies` of the level, such as `applications`. Default: any app, which the verdict names. */
    readonly android?: Partial<AndroidKeyPolicy>
    /** Default: the production environment, any build. */
    readonly ios?: AppAttestPolicy
    /** Default `all`. */
    readonly compound?: RegistrationPolicy['compound']
  }
  /** Default: that of the runtime. */
  readonly crypto?: CryptoPort
}

/** What the evidence proves of the key, and on whose word that rests. */
export interface JudgedEvidence {
  /** Proven under your trust: what was asked, or more. */
  readonly level: AssuranceLevel
  /** Statement format of the registration. */
  readonly format: string
  readonly attestationType: AttestationType
  /** True under roots made for tests: nothing real may rest on it. */
  readonly testOnly: boolean
  /** What an Android chain proved: whose app, which hardware, what unlocks the key, which root. */
  readonly android: AndroidKeyAttestation | null
  /** What App Attest proved of the app that made the key. */
  readonly app: AppAttestation | null
  /**
   * Whose word it is that no certificate was revoked: `receipt` is the server's, as of the approval; `verifier` the list
   * you gave. Null where nobody had a list, or none speaks of such certificates.
   */
  readonly status: { readonly from: 'receipt' | 'verifier'; readonly fetchedAt: EpochSeconds | null } | null
}
