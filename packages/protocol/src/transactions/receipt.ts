import { encodeCanonicalJson } from '../encoding/canonical-json.ts'
import type { AssuranceLevel, EpochSeconds } from '../wire/api.ts'
import type { Base64Url } from '../wire/webauthn.ts'

/** `typ` of the header of a receipt, which is a JWS in compact form (RFC 7515 §3.1), ES256. */
export const receiptType = 'keybound-receipt'

/** One public key that signs receipts, with what vouches for it. */
export interface ReceiptKeyLink {
  readonly kid: string
  /** Coordinates of the point on P-256, 32 bytes each. */
  readonly x: Base64Url
  readonly y: Base64Url
  readonly activeFrom: EpochSeconds
  /** Signature of the key before it over {@link receiptKeyBytes}: r ‖ s. Null in the first link. */
  readonly endorsement: Base64Url | null
}

/** What a receipt says. Everything that is needed to judge it, but for one key to trust. */
export interface ReceiptPayload {
  readonly version: 1
  readonly realm: string
  readonly account: string
  readonly rpId: string
  readonly origin: string
  /** In its canonical text. */
  readonly statement: string
  /** 32 bytes. */
  readonly nonce: Base64Url
  readonly approvedAt: EpochSeconds
  /** The key that signed, as the server knew it at that moment. */
  readonly credential: {
    readonly id: Base64Url
    /** COSE_Key. */
    readonly publicKey: Base64Url
    readonly level: AssuranceLevel
    readonly backupEligible: boolean
    /** Statement format of its registration. */
    readonly format: string
    readonly createdAt: EpochSeconds
  }
  /** The assertion over the transaction's challenge. */
  readonly response: {
    readonly clientDataJSON: Base64Url
    readonly authenticatorData: Base64Url
    readonly signature: Base64Url
  }
  /** Oldest first; the last one signed this receipt. Each vouches for the next, so that one trusted key is enough. */
  readonly keys: readonly ReceiptKeyLink[]
}

/** What a receipt key signs to vouch for the next: "keybound/receipt-key/v1" ‖ 00 ‖ canonical JSON of the key. */
export function receiptKeyBytes({ activeFrom, kid, x, y }: Omit<ReceiptKeyLink, 'endorsement'>): Uint8Array {
  return new TextEncoder().encode(
    `keybound/receipt-key/v1\0${encodeCanonicalJson({ activeFrom, kid, x, y })}`,
  )
}
