/**
 * Transaction statements: what a user approves, word for word. Apart from the main entry, so that clients that approve
 * nothing carry none of it.
 */
export { type Sha256, type TransactionBinding, transactionChallenge } from './challenge.ts'
export { minorDigits } from './currencies.ts'
export {
  type FirstReceiptPayload,
  type ReceiptEvidence,
  type ReceiptKeyLink,
  type ReceiptPayload,
  type ReceiptStatus,
  type ReceiptStatusEntry,
  receiptKeyBytes,
  receiptType,
} from './receipt.ts'
export { type RenderedStatement, renderStatement } from './render.ts'
export type * from './statement.ts'
export { encodeStatement, maxStatementLength, parseStatement } from './statement-text.ts'
