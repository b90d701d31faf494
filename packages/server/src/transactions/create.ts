import { hash } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import { encodeStatement, parseStatement } from '@keybound/protocol/transactions'
import type { ServerContext } from '../internal/context.ts'
import type { TransactionRecord } from '../store/transaction-contract.ts'
import type { CreatedTransaction, NewTransaction, TransactionOptions } from './declaration.ts'
import { moneyOf, payeesOf } from './facts.ts'
import { requireType } from './require-type.ts'
import { statementOf } from './statement-of.ts'

/**
 * Creates a transaction that waits for approval. Refuses with `transaction_type_unknown`,
 * `statement_value_unacceptable`, `transaction_open_limit_reached`, and `invalid_request` for an operation id that
 * was used for something else.
 */
export async function createTransaction(
  context: ServerContext,
  options: TransactionOptions,
  wanted: NewTransaction,
): Promise<CreatedTransaction> {
  const type = requireType(options, wanted.type)
  const { realm, store, policy, now } = context
  const createdAt = now()
  const expiresAt = createdAt + policy.transactions.lifetime
  const id = Buffer.from(context.randomBytes(16)).toString('base64url')
  const transaction: TransactionRecord = {
    id,
    account: requireLength(wanted.account, 'account'),
    type: wanted.type,
    statement: encodeStatement(statementOf(wanted, type, id, expiresAt)),
    nonce: Buffer.from(context.randomBytes(32)).toString('base64url'),
    money: moneyOf(wanted.fields),
    payees: payeesOf(wanted.fields),
    createdAt,
    expiresAt,
    approvedAt: null,
    credentialId: null,
    receipt: null,
  }
  const operationId = hash('sha256', requireLength(wanted.operationId, 'operationId'), 'base64url')
  const openLimit = policy.transactions.open
  const result = await store.createTransaction({ realm, operationId, now: createdAt, transaction, openLimit })
  if (result.outcome === 'openLimitReached') throw openLimitReached()
  return result.id === id ? createdOf(transaction) : await createdBefore(context, result.id, transaction)
}

/** The transaction of an earlier call with the same operation id, if it is the same transaction. */
async function createdBefore(
  { store, realm }: ServerContext,
  id: string,
  wanted: TransactionRecord,
): Promise<CreatedTransaction> {
  const earlier = await store.findTransaction(realm, id)
  if (earlier === undefined) {
    throw new KeyboundError(
      'transaction_expired',
      'Unexpected age of this operation, expected a new one. Create it again.',
    )
  }
  if (earlier.account !== wanted.account || meaningOf(earlier) !== meaningOf(wanted)) {
    throw new KeyboundError(
      'invalid_request',
      'Unexpected operation id of another transaction, expected one of its own. Make a new id for each.',
    )
  }
  return createdOf(earlier)
}

/** The statement but for what differs from call to call. */
function meaningOf({ statement }: TransactionRecord): string {
  return encodeStatement({ ...parseStatement(statement), id: 'AAAAAAAAAAAAAAAAAAAAAA', expiresAt: 0 })
}

function createdOf({ id, statement, expiresAt }: TransactionRecord): CreatedTransaction {
  return { id, statement, expiresAt }
}

function requireLength(text: string, name: string): string {
  if (typeof text === 'string' && text.length > 0 && text.length <= 128) return text
  throw new KeyboundError(
    'invalid_request',
    `Unexpected ${name}, expected 1 to 128 characters. Correct the call.`,
  )
}

function openLimitReached(): KeyboundError {
  return new KeyboundError(
    'transaction_open_limit_reached',
    'Unexpected number of transactions that wait for approval, expected fewer. Approve them or wait a few minutes.',
  )
}
