/** Receipts of approved transactions, verified offline. */
export type { ReceiptKey, VerifiedReceipt, VerifyReceiptOptions } from './types.ts'
export { verifyReceipt } from './verify-receipt.ts'
