import * as schemas from '@keybound/protocol/schemas'
import { evidenceCodes } from '../evidence/codes.ts'
import { ceremonyCodes } from '../http/ceremony-codes.ts'
import { openRoute, type Route, sessionRoute } from '../http/route.ts'
import { receiptKeys } from '../receipts/receipt-keys.ts'
import type { TransactionContext } from './context.ts'
import { showTransaction } from './show.ts'
import { stepUpAnswer } from './step-up.ts'
import type { Transactions } from './transactions.ts'

/** The paths of transactions; there is none to create them, that is the backend's. */
export function createTransactionRoutes(
  context: TransactionContext,
  approve: Transactions['approve'],
): readonly Route[] {
  return [
    sessionRoute({
      method: 'GET',
      path: '/v1/transactions/:id',
      summary: 'A transaction of this account: what to show and to sign, later its receipt',
      answer: schemas.transactionAnswer,
      codes: ['transaction_unknown'],
      handle: async ({ session, params }) => ({
        json: await showTransaction(context, session, params.id ?? ''),
      }),
    }),
    sessionRoute({
      method: 'POST',
      path: '/v1/transactions/:id/approval',
      summary: 'Approve a transaction with a signature over it',
      body: schemas.approvalRequest,
      answer: schemas.approvalAnswer,
      codes: [
        ...ceremonyCodes,
        'step_up_required',
        'backup_eligibility_changed',
        'credential_unknown',
        'credential_account_mismatch',
        'credential_expired',
        'sign_count_replayed',
        ...evidenceCodes,
        'transaction_unknown',
        'transaction_expired',
        'transaction_settled',
        'transaction_mismatch',
        'transaction_level_insufficient',
        'transaction_limit_exceeded',
        'transaction_payee_new',
        'transaction_refused',
      ],
      handle: async ({ session, params, body, request }) => {
        try {
          const approval = { id: params.id ?? '', session, response: body.response }
          return { json: await approve(approval) }
        } catch (error) {
          return stepUpAnswer(context.server, request, error)
        }
      },
    }),
    openRoute({
      method: 'GET',
      path: '/v1/receipts/keys',
      summary: 'The public keys that sign receipts',
      answer: schemas.receiptKeysAnswer,
      codes: [],
      handle: async () => ({ json: await receiptKeys(context.server.keys) }),
    }),
  ]
}
