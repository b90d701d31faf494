import { KeyboundError } from '@keybound/protocol'
import { runHostEffect } from '../../internal/host-effect.ts'
import { effect, refusal, type Verdict } from '../../internal/verdict.ts'
import type {
  ApproveTransaction,
  ApproveTransactionResult,
  CreateTransaction,
  CreateTransactionResult,
  Delivery,
  ExceededLimit,
  FindExceededLimit,
  FinishDelivery,
  HostEffect,
  TakeDeliveries,
  TransactionRecord,
} from '../../transaction-contract.ts'
import type { SqliteDatabase } from '../driver.ts'
import { resultOf } from './failure.ts'
import { judgeAssertion, useCredential } from './operations.ts'
import { rowOf, rowsOf, type Statements } from './statements.ts'

// As in operations.ts: inside a transaction that holds the write lock.

export function createTransaction(
  run: Statements,
  input: CreateTransaction,
): Verdict<CreateTransactionResult> {
  const { realm, now, transaction, openLimit } = input
  const { id, account, type, statement, nonce, money, payees, createdAt, expiresAt } = transaction
  const waiting = rowOf<{ open: number }>(run.countOpenTransactions, realm, account, now)
  if ((waiting?.open ?? 0) >= openLimit) return refusal({ outcome: 'openLimitReached' })
  run.addTransaction.run(
    realm,
    id,
    account,
    type,
    statement,
    nonce,
    money?.currency ?? null,
    money?.minor ?? null,
    JSON.stringify(payees),
    createdAt,
    expiresAt,
  )
  return effect({ outcome: 'created', id })
}

export function findTransaction(run: Statements, realm: string, id: string): TransactionRecord | undefined {
  const row = rowOf<TransactionRow>(run.findTransaction, realm, id)
  if (row === undefined) return undefined
  const { currency, minor, payees, ...rest } = row
  return {
    ...rest,
    money: currency === null || minor === null ? null : { currency, minor },
    payees: JSON.parse(payees) as readonly string[],
  }
}

/** The challenge is judged and used up around it. */
export function approveTransaction(
  run: Statements,
  input: ApproveTransaction,
  connection: SqliteDatabase,
): Verdict<ApproveTransactionResult> {
  const refused = judgeAssertion(run, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  const { realm, account, now } = input
  const transaction = findTransaction(run, realm, input.transaction)
  if (transaction?.account !== account) return refusal({ outcome: 'unknown' })
  if (transaction.approvedAt !== null) return refusal({ outcome: 'settled' })
  if (transaction.expiresAt <= now) return refusal({ outcome: 'expired' })
  const { over, hasNewPayee } = judgeLimits(run, { ...transaction, realm, limits: input.limits })
  if (over !== undefined) return refusal({ outcome: over })
  useCredential(run, input)
  run.approveTransaction.run(
    now,
    input.credentialId,
    input.receipt,
    hasNewPayee ? 1 : 0,
    realm,
    transaction.id,
  )
  for (const payee of transaction.payees) run.addPayee.run(realm, account, payee, now)
  if (input.deliver) run.addDelivery.run(realm, transaction.id, now)
  if (input.effect !== undefined) runInside(input.effect, connection)
  return effect({ outcome: 'approved' })
}

export function takeDeliveries(
  run: Statements,
  { realm, now, lease, most }: TakeDeliveries,
): readonly Delivery[] {
  const due = rowsOf<{ id: string; tries: number }>(run.dueDeliveries, realm, now, most)
  return due.flatMap(({ id, tries }) => {
    run.leaseDelivery.run(now + lease, realm, id)
    const transaction = findTransaction(run, realm, id)
    return transaction === undefined ? [] : [{ transaction, tries: tries + 1 }]
  })
}

export function finishDelivery(run: Statements, { realm, transaction }: FinishDelivery): void {
  run.finishDelivery.run(realm, transaction)
}

interface TransactionRow extends Omit<TransactionRecord, 'money' | 'payees'> {
  readonly currency: string | null
  readonly minor: number | null
  /** A JSON array of strings. */
  readonly payees: string
}

function namesNewPayee(
  run: Statements,
  realm: string,
  { account, payees }: Pick<TransactionRecord, 'account' | 'payees'>,
  knownBefore: number,
): boolean {
  return payees.some((payee) => {
    const known = rowOf<{ firstApprovedAt: number }>(run.findPayee, realm, account, payee)
    return known === undefined || known.firstApprovedAt > knownBefore
  })
}

export function findExceededLimit(run: Statements, input: FindExceededLimit): ExceededLimit | undefined {
  return judgeLimits(run, input).over
}

function judgeLimits(
  run: Statements,
  transaction: FindExceededLimit,
): { readonly over: ExceededLimit | undefined; readonly hasNewPayee: boolean } {
  const { realm, account, money, limits } = transaction
  const { total, newPayees } = limits
  const hasNewPayee = newPayees !== undefined && namesNewPayee(run, realm, transaction, newPayees.knownBefore)
  if (money === null) return { over: undefined, hasNewPayee }
  const sums = (since: number) =>
    rowOf<{ total: number; newPayees: number }>(run.sumApproved, realm, account, money.currency, since)
  const isOver = (limit: { readonly since: number; readonly most: number }, sum: 'total' | 'newPayees') =>
    (sums(limit.since)?.[sum] ?? 0) + money.minor > limit.most
  if (total !== undefined && isOver(total, 'total')) return { over: 'limitExceeded', hasNewPayee }
  const over = hasNewPayee && isOver(newPayees, 'newPayees') ? 'payeeNew' : undefined
  return { over, hasNewPayee }
}

/**
 * Runs the host's change, and refuses with `configuration_invalid` one that ended the transaction: its savepoint is then gone,
 * and what is still to be written would be kept without what came before.
 */
function runInside(effect: HostEffect, connection: SqliteDatabase): void {
  connection.exec('SAVEPOINT keybound_effect')
  runHostEffect(effect, connection, isFailure)
  try {
    connection.exec('RELEASE keybound_effect')
  } catch (cause) {
    if (isFailure(cause)) throw cause
    throw new KeyboundError(
      'configuration_invalid',
      'Unexpected end of the database transaction within, expected the effect alone. Neither begin nor end one there.',
      { cause },
    )
  }
}

/** Mistakes in the host's SQL are its own, and so are constraints of its tables, such as a balance that may not fall below 0. */
function isFailure(error: unknown): boolean {
  const result = resultOf(error)
  return result !== undefined && result !== 'SQLITE_CONSTRAINT' && result !== 'SQLITE_ERROR'
}
