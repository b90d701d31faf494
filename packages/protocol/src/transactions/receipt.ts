import { encodeCanonicalJson } from '../encoding/canonical-json.ts'
import type { AssuranceLevel, EpochSeconds } from '../wire/api.ts'
import type { Base64Url, CoseAlgorithm } from '../wire/webauthn.ts'

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

/** What a certificate status list said of one certificate. */
export interface ReceiptStatusEntry {
  /** Of the certificate: lowercase hexadecimal without leading zeros, as in Google's list. */
  readonly serial: string
  readonly status: string
  readonly reason: string | null
}

/** An excerpt of Google's certificate status list, as the server had it when it approved. */
export interface ReceiptStatus {
  /** When the list was fetched; null where the server did not know. */
  readonly fetchedAt: EpochSeconds | null
  /** Of the certificates in the evidence, those that the list names; as a rule none. */
  readonly entries: readonly ReceiptStatusEntry[]
}

/** What the key was registered with, as the server kept it: enough to judge again what the key is. */
export interface ReceiptEvidence {
  /** As the authenticator made it. Its certificates are in it. */
  readonly attestationObject: Base64Url
  /** SHA-256 of the client data of the registration. Those hold its challenge, so they are not kept. */
  readonly clientDataHash: Base64Url
  /** When it arrived: certificate dates are judged at this time. */
  readonly issuedAt: EpochSeconds
  /** Where the key was registered, and the algorithms that were offered. The relying party is that of the receipt. */
  readonly ceremony: { readonly origin: string; readonly algorithms: readonly CoseAlgorithm[] }
  /** Of an iPhone: what App Attest said of the app that made the key. Null elsewhere, and where it said nothing. */
  readonly appAttest: { readonly keyId: Base64Url; readonly attestationObject: Base64Url } | null
  /** Null where no such list speaks of the certificates, and where the server had none. */
  readonly status: ReceiptStatus | null
}

/** What a receipt says. Everything that is needed to judge it, but for one key to trust. */
export interface ReceiptPayload {
  readonly version: 2
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
  /** Null for a key that was registered without attestation, and for one from before evidence was kept. */
  readonly evidence: ReceiptEvidence | null
  /** Oldest first; the last one signed this receipt. Each vouches for the next, so that one trusted key is enough. */
  readonly keys: readonly ReceiptKeyLink[]
}

/** Receipts as they were made before they carried evidence. They stay good. */
export type FirstReceiptPayload = Omit<ReceiptPayload, 'version' | 'evidence'> & { readonly version: 1 }

/** What a receipt key signs to vouch for the next: "keybound/receipt-key/v1" ‖ 00 ‖ canonical JSON of the key. */
export function receiptKeyBytes({ activeFrom, kid, x, y }: Omit<ReceiptKeyLink, 'endorsement'>): Uint8Array {
  return new TextEncoder().encode(
    `keybound/receipt-key/v1\0${encodeCanonicalJson({ activeFrom, kid, x, y })}`,
  )
}
