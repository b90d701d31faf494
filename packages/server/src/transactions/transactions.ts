import { type ApprovalAnswer, KeyboundError } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import { createReceiptKeyChain } from '../receipts/receipt-keys.ts'
import { type Approval, approveTransaction } from './approve.ts'
import { checkApproval } from './check-approval.ts'
import { checkTransactionOptions } from './check-types.ts'
import type { TransactionContext } from './context.ts'
import { createTransaction } from './create.ts'
import type { CreatedTransaction, NewTransaction, TransactionOptions } from './declaration.ts'
import { deliverDue } from './deliver.ts'
import { type ForeseenRefusal, type ForeseenTransaction, foresee } from './foresee.ts'

/** Transactions, for the host's backend. Without the option `transactions` every call throws `configuration_invalid`. */
export interface Transactions {
  /**
   * Creates a transaction that waits for the user, and gives the id that the client is told. Rejects with
   * `transaction_type_unknown`, `statement_value_unacceptable`, `transaction_open_limit_reached`, `invalid_request`, and
   * with `transaction_expired` for the operation of one that was never approved and is forgotten.
   */
  create(transaction: NewTransaction): Promise<CreatedTransaction>
  /**
   * What the policy would refuse an approval for, before it is created and before anybody touches a sensor. The approval
   * is judged anew all the same. Rejects with `transaction_type_unknown`; with `statement_value_unacceptable` for what could
   * not be created; with `credential_unknown`, `credential_expired` or the code of a suspension for the key that is named.
   */
  foresee(transaction: ForeseenTransaction): Promise<ForeseenRefusal | undefined>
  /**
   * Approves one, for hosts with a route of their own; `POST /v1/transactions/{id}/approval` does the same. The host
   * vouches for the session it names; id and response may be as the client sent them. Rejects with the codes of that path.
   */
  approve(approval: Approval): Promise<ApprovalAnswer>
  /**
   * Makes the deliveries that are due, and says how many were made. Every approval starts it; call it at start and
   * every minute as well, for those that failed or were cut off. When the server closes, what waits is left to others.
   */
  deliverDue(): Promise<number>
}

/** All of it, wired. */
export interface TransactionParts {
  readonly transactions: Transactions
  readonly context: TransactionContext
  /** The same as `transactions.approve`, of what our own path has checked. */
  readonly approve: Transactions['approve']
  /** Begins no more deliveries, and waits for those under way. */
  close(): Promise<void>
}

export function createTransactions(server: ServerContext, options: TransactionOptions): TransactionParts {
  checkTransactionOptions(options)
  const underWay = new Set<Promise<unknown>>()
  let isClosing = false

  function deliver(): Promise<number> {
    const made = deliverDue(server, options, () => isClosing)
    const run: Promise<unknown> = made.catch(() => undefined).finally(() => underWay.delete(run))
    underWay.add(run)
    return made
  }

  function deliverSoon(): void {
    if (options.deliver === undefined) return
    // A store that fails now is asked again with the next approval, or when the host calls.
    deliver().catch(() => undefined)
  }

  const context = { server, options, receiptKeys: createReceiptKeyChain(server.keys), deliverSoon }
  const approve = (approval: Approval) => reported(context, approval)
  return {
    transactions: {
      create: (transaction) => createTransaction(server, options, transaction),
      foresee: (transaction) => foresee(context, transaction),
      approve: async (approval) => approve(checkApproval(approval)),
      deliverDue: deliver,
    },
    context,
    approve,
    close: async () => {
      isClosing = true
      await Promise.all(underWay)
    },
  }
}

async function reported(context: TransactionContext, approval: Approval): Promise<ApprovalAnswer> {
  try {
    return await approveTransaction(context, approval)
  } catch (error) {
    if (error instanceof KeyboundError) {
      const { id, session } = approval
      // The id is what the client sent: what is none of ours does not reach the log.
      const named = /^[A-Za-z0-9_-]{22}$/.test(id) ? { transaction: id } : {}
      const { account } = session
      context.server.emit({ type: 'transaction.refused', account, ...named, code: error.code })
    }
    throw error
  }
}

/** Of a server without transactions. */
export const noTransactions: Transactions = {
  create: refuse,
  foresee: refuse,
  approve: refuse,
  deliverDue: refuse,
}

async function refuse(): Promise<never> {
  throw new KeyboundError(
    'configuration_invalid',
    'Unexpected use of transactions, expected the option transactions. Declare the types there.',
  )
}
