import { decodeBase64Url, type TransactionAnswer } from '@keybound/protocol'
import { parseStatement, renderStatement, type Statement } from '@keybound/protocol/transactions'
import type { Await } from '../calls/settle.ts'
import { type ClientContext, requireSession } from '../context.ts'
import { failure } from '../failures.ts'
import type { ClientSession } from '../state.ts'
import { answerInvalid } from '../transport/answers.ts'
import { transactionAnswer } from './answers.ts'
import type { TransactionView } from './contract.ts'

/** A transaction as the server gives it, and in its session. */
export interface AskedTransaction {
  readonly answer: TransactionAnswer
  readonly statement: Statement
  readonly session: ClientSession
}

/**
 * Asks the server for a transaction. What is not one statement of this very transaction of this account is refused,
 * whoever changed it on the way: `statement_malformed`, `transaction_mismatch`, `server_answer_invalid`.
 */
export async function askTransaction(
  context: ClientContext,
  via: Await,
  id: string,
): Promise<AskedTransaction> {
  context.secure?.autoLock.check()
  const session = requireSession(context)
  if (!/^[\w-]{22}$/.test(id)) throw unknownTransaction()
  const { token } = session
  const path = ['GET', `transactions/${id}`] as const
  const answer = await context.exchange(via, path, { session: token, read: transactionAnswer })
  const statement = parseStatement(answer.statement)
  const asked = [id, session.account, id, answer.expiresAt]
  const told = [answer.id, answer.account, statement.id, statement.expiresAt]
  if (asked.some((fact, at) => fact !== told[at])) throw transactionMismatch()
  if (answer.status === 'approved') requireReceiptOf(answer, answer.receipt ?? '')
  return { answer, statement, session }
}

/** What the app gets to see of it. */
export function viewOf({ answer, statement }: AskedTransaction): TransactionView {
  const { id, status, level, expiresAt, receipt } = answer
  const shown = renderStatement(statement)
  return freeze({ id, status, statement, shown, level, expiresAt, ...(receipt !== undefined && { receipt }) })
}

/** A receipt is of this transaction, or none: who verifies its signatures has the keys for it, the client has not. */
export function requireReceiptOf({ statement, nonce }: TransactionAnswer, receipt: string): string {
  try {
    const payload = JSON.parse(new TextDecoder().decode(decodeBase64Url(receipt.split('.')[1] ?? '')))
    if (payload.statement === statement && payload.nonce === nonce) return receipt
  } catch {
    // No receipt at all.
  }
  throw answerInvalid('unexpected receipt')
}

/** What the server has now is not what was shown, or not what was asked for. */
export const transactionMismatch = failure(
  'transaction_mismatch',
  'This transaction is not what was asked for and shown; read it again, and approve it only if it is what you meant.',
)

const unknownTransaction = failure(
  'transaction_unknown',
  'This is no transaction of this account; use the id that was given when it was created.',
)

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object') freeze(member)
  return Object.freeze(value)
}
