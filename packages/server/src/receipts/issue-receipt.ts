import type { AuthenticationResponseJSON, EpochSeconds } from '@keybound/protocol'
import { type ReceiptEvidence, type ReceiptPayload, receiptType } from '@keybound/protocol/transactions'
import type { KeyProvider } from '../keys/contract.ts'
import type { CredentialRecord } from '../store/contract.ts'
import type { TransactionRecord } from '../store/transaction-contract.ts'
import type { ReceiptKeyChain } from './receipt-keys.ts'

/** What a receipt is made from: all of it verified. */
export interface ApprovalFacts {
  readonly realm: string
  readonly rpId: string
  readonly origin: string
  readonly transaction: TransactionRecord
  readonly credential: CredentialRecord
  readonly response: AuthenticationResponseJSON['response']
  readonly approvedAt: EpochSeconds
  /** Of the credential. */
  readonly evidence: ReceiptEvidence | null
}

/** Signs the receipt of an approval. It stands by itself: `verifyReceipt` of `@keybound/attestation/receipt` reads it. */
export async function issueReceipt(
  { realm, rpId, origin, transaction, credential, response, approvedAt, evidence }: ApprovalFacts,
  { kid, links }: ReceiptKeyChain,
  keys: Pick<KeyProvider, 'sign'>,
): Promise<string> {
  const { clientDataJSON, authenticatorData, signature } = response
  const { id, level, backupEligible, format, createdAt } = credential
  const payload: ReceiptPayload = {
    version: 2,
    realm,
    account: transaction.account,
    rpId,
    origin,
    statement: transaction.statement,
    nonce: transaction.nonce,
    approvedAt,
    credential: {
      id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      level,
      backupEligible,
      format,
      createdAt,
    },
    response: { clientDataJSON, authenticatorData, signature },
    evidence,
    keys: links,
  }
  const input = `${encodeJson({ alg: 'ES256', kid, typ: receiptType })}.${encodeJson(payload)}`
  const signed = await keys.sign(kid, new TextEncoder().encode(input))
  return `${input}.${Buffer.from(signed).toString('base64url')}`
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
