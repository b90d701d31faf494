/** The subpath `@keybound/client/approvals`: the option `approvals` of `createKeyboundClient`. */
export { connectApprovals } from './connect-approvals.ts'
export type {
  ApprovalResult,
  Approvals,
  ConnectedApprovals,
  TransactionView,
} from './contract.ts'
