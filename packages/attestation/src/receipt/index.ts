/** Receipts of approved transactions, verified offline. */
export { judgeReceiptEvidence } from './judge-evidence.ts'
export { snapshotStatus } from './status-snapshot.ts'
export type {
  CarriedEvidence,
  JudgedEvidence,
  JudgeReceiptEvidenceOptions,
  ReceiptKey,
  ReceiptTrust,
  VerifiedReceipt,
  VerifyReceiptOptions,
} from './types.ts'
export { verifyReceipt } from './verify-receipt.ts'
