/** What receipts carry of their keys: judged for who verifies, excerpted for servers that issue. */
export { judgeReceiptEvidence } from './judge-evidence.ts'
export { snapshotStatus } from './status-snapshot.ts'
export type { JudgedEvidence, JudgeReceiptEvidenceOptions, ReceiptTrust } from './types.ts'
