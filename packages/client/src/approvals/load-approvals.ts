import type { Call } from '../calls/calls.ts'
import { requestLimit } from '../calls/request-limit.ts'
import type { Approvals } from './contract.ts'

/** How the client comes by its approvals: at once, or when they are first needed. */
export type ApprovalsOption = Approvals | (() => Promise<Approvals>)

/** Loads the part; a module that cannot be fetched is `network_unreachable`. */
export function loadApprovals(call: Call, part: ApprovalsOption): Promise<Approvals> {
  const { expired } = requestLimit
  return call.step({
    work: async () => (typeof part === 'function' ? part().catch(() => Promise.reject(expired())) : part),
    limit: requestLimit,
  })
}
