import type { AssuranceLevel, EpochSeconds } from '@keybound/protocol'
import type { RenderedStatement, Statement } from '@keybound/protocol/transactions'
import type { CryptoPort } from '../crypto/port.ts'

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
  /** The server's key, and how it comes to be trusted. */
  readonly signedBy: {
    readonly kid: string
    /** `key`: you trust it; `rotation`: one you trust vouches for it, by way of others; `none`: `keys` was `any`. */
    readonly trust: 'key' | 'rotation' | 'none'
    /** The key of yours that vouches, by the name in the receipt. */
    readonly trustedKid: string | null
  }
}
