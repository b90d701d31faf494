import type { ClientContext } from '../context.ts'
import { approve } from './approve.ts'
import type { ConnectedApprovals } from './contract.ts'
import type { KeptApproval } from './send-approval.ts'
import { askTransaction, viewOf } from './transaction.ts'

/** Connects approvals with a client. */
export function connectApprovals(context: ClientContext): ConnectedApprovals {
  const kept: KeptApproval = {}
  return {
    show: async (call, id) => viewOf(await askTransaction(context, call.step, id)),
    approve: (call, transaction) => approve(context, call, kept, transaction),
  }
}
