import type { AssuranceLevel, EpochSeconds } from './api.ts'
import type { AuthenticationResponseJSON, Base64Url, CredentialDescriptorJSON } from './webauthn.ts'

/** `GET /v1/transactions/{id}` (session): everything a client needs to show a transaction and to sign it. */
export interface TransactionAnswer {
  readonly id: Base64Url
  readonly status: 'open' | 'approved' | 'expired'
  /** Part of what is signed. */
  readonly realm: string
  /** Part of what is signed. */
  readonly account: string
  /** In its canonical text: `parseStatement` of `@keybound/protocol/transactions` reads it. */
  readonly statement: string
  /** 32 bytes. */
  readonly nonce: Base64Url
  readonly expiresAt: EpochSeconds
  /** Weakest level of a key that may approve it. */
  readonly level: AssuranceLevel
  /** Whether the session that asks is too weak or too old to send the approval: sign in with a key first. */
  readonly stepUp: boolean
  /** For `navigator.credentials.get`; the challenge is missing, because the client computes it from what it shows. */
  readonly options: {
    readonly rpId: string
    /** Milliseconds. */
    readonly timeout: number
    /** Keys of the account that are strong enough. None: no key of this account can approve it. */
    readonly allowCredentials: readonly CredentialDescriptorJSON[]
    readonly userVerification: 'required'
  }
  /** Once it is approved. */
  readonly receipt?: string
}

/** `POST /v1/transactions/{id}/approval` (session) */
export interface ApprovalRequest {
  /** Over the challenge of the transaction. */
  readonly response: AuthenticationResponseJSON
}

/** Answer of `POST /v1/transactions/{id}/approval`. */
export interface ApprovalAnswer {
  readonly receipt: string
}

/** Public key that signs receipts (RFC 7517 §4). */
export interface ReceiptJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: Base64Url
  readonly y: Base64Url
  readonly kid: string
}

/** `GET /v1/receipts/keys`: what verifiers keep; any one of them is enough for all receipts that come after it. */
export interface ReceiptKeysAnswer {
  readonly keys: readonly ReceiptJwk[]
}
