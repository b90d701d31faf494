/** The evidence in receipts: judging it, for whoever verifies one; the status excerpt in it, for servers that issue them. */
export { judgeReceiptEvidence } from './judge-evidence.ts'
export { snapshotStatus } from './status-snapshot.ts'
export type { JudgedEvidence, JudgeReceiptEvidenceOptions, ReceiptTrust } from './types.ts'
