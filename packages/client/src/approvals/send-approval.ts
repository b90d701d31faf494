import type { AuthenticationResponseJSON, Base64Url, ErrorCode } from '@keybound/protocol'
import type { Call } from '../calls/calls.ts'
import { type ClientContext, failAfterDropping, outcomeUnknown } from '../context.ts'
import { codeOf } from '../failures.ts'
import { approvalAnswer } from './answers.ts'
import type { ApprovalResult } from './contract.ts'
import { type AskedTransaction, askTransaction, requireReceiptOf } from './transaction.ts'

/** A signature whose approval may have arrived or not. In memory only, and good for its one transaction. */
export interface KeptApproval {
  signed?: SignedApproval | undefined
}

/** What the one prompt gave. */
export interface SignedApproval {
  readonly challenge: Base64Url
  readonly response: AuthenticationResponseJSON
}

/** After these the same signature may still serve. */
const maySendAgain: readonly unknown[] = [...outcomeUnknown, 'step_up_required' satisfies ErrorCode]

/**
 * Sends an approval, twice if the first answer was lost; one that turns out to have arrived gives its receipt. While the
 * outcome is unknown the signature is kept, so that approving again asks no second touch.
 */
export async function sendApproval(
  context: ClientContext,
  call: Call,
  kept: KeptApproval,
  { answer, session }: AskedTransaction,
  signed: SignedApproval,
): Promise<ApprovalResult> {
  const { id, options } = answer
  const { response } = signed
  const path = ['POST', `transactions/${id}/approval`] as const
  const asked = { session: session.token, body: { response }, read: approvalAnswer }
  const send = () => context.exchange(call.commit, path, asked)
  kept.signed = signed
  try {
    const { receipt } = await send()
      .catch((error: unknown) => {
        if (codeOf(error) === 'network_unreachable') return send()
        throw error
      })
      .catch((error: unknown) => settledBefore(context, call, id, error))
    requireReceiptOf(answer, receipt)
    kept.signed = undefined
    return { receipt }
  } catch (error) {
    if (!maySendAgain.includes(codeOf(error))) kept.signed = undefined
    return failAfterDropping(context, call, { ...options, credentialId: response.id }, error)
  }
}

/** The receipt of a transaction that has been approved already: by this very signature, as a rule. */
async function settledBefore(
  context: ClientContext,
  call: Call,
  id: string,
  error: unknown,
): Promise<ApprovalResult> {
  if (codeOf(error) !== 'transaction_settled') throw error
  const { answer } = await askTransaction(context, call.commit, id)
  if (answer.receipt === undefined) throw error
  return { receipt: answer.receipt }
}
