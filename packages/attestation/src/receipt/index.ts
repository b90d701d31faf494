/** Receipts of approved transactions, verified offline. Apart from what judges their evidence, which is much larger. */
export type { CarriedEvidence, ReceiptKey, VerifiedReceipt, VerifyReceiptOptions } from './types.ts'
export { verifyReceipt } from './verify-receipt.ts'
