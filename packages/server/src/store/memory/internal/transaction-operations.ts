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
  TakeDeliveries,
  TransactionRecord,
} from '../../transaction-contract.ts'
import { judgeAssertion, useAssertion } from './operations.ts'
import { keyOf, type Realm } from './realm.ts'

// As in operations.ts: judge first, change only when nothing can fail any more.

/** A transaction as it is kept. */
export interface KeptTransaction extends TransactionRecord {
  readonly hasNewPayee: boolean
}

export function createTransaction(
  realm: Realm,
  { transaction, openLimit, now }: CreateTransaction,
): Verdict<CreateTransactionResult> {
  const open = [...realm.transactions.values()].filter(
    ({ account, approvedAt, expiresAt }) =>
      account === transaction.account && approvedAt === null && expiresAt > now,
  )
  if (open.length >= openLimit) return refusal({ outcome: 'openLimitReached' })
  realm.transactions.set(transaction.id, { ...plainTransaction(transaction), hasNewPayee: false })
  return effect({ outcome: 'created', id: transaction.id })
}

export function findTransaction(realm: Realm, id: string): TransactionRecord | undefined {
  const kept = realm.transactions.get(id)
  if (kept === undefined) return undefined
  const { hasNewPayee: _, ...transaction } = kept
  return plainTransaction(transaction)
}

export function approveTransaction(
  realm: Realm,
  input: ApproveTransaction,
): Verdict<ApproveTransactionResult> {
  const refused = judgeAssertion(realm, input)
  if (refused !== undefined) return refusal({ outcome: refused })
  const { account, now, credentialId, receipt } = input
  const transaction = realm.transactions.get(input.transaction)
  if (transaction?.account !== account) return refusal({ outcome: 'unknown' })
  if (transaction.approvedAt !== null) return refusal({ outcome: 'settled' })
  if (transaction.expiresAt <= now) return refusal({ outcome: 'expired' })
  const { over, hasNewPayee } = judgeLimits(realm, { ...transaction, limits: input.limits })
  if (over !== undefined) return refusal({ outcome: over })
  runHostEffect(input.effect, undefined, () => false)
  useAssertion(realm, input)
  const { id } = transaction
  realm.transactions.set(id, { ...transaction, approvedAt: now, credentialId, receipt, hasNewPayee })
  for (const payee of transaction.payees) {
    const key = payeeKey(account, payee)
    if (!realm.payees.has(key)) realm.payees.set(key, now)
  }
  if (input.deliver) realm.outbox.set(id, { dueAt: now, tries: 0 })
  return effect({ outcome: 'approved' })
}

export function takeDeliveries(realm: Realm, { now, lease, most }: TakeDeliveries): readonly Delivery[] {
  const due = [...realm.outbox]
    .filter(([, { dueAt }]) => dueAt <= now)
    .sort(([, a], [, b]) => a.dueAt - b.dueAt)
    .slice(0, most)
  return due.flatMap(([id, { tries }]) => {
    realm.outbox.set(id, { dueAt: now + lease, tries: tries + 1 })
    const transaction = findTransaction(realm, id)
    return transaction === undefined ? [] : [{ transaction, tries: tries + 1 }]
  })
}

export function finishDelivery(realm: Realm, { transaction }: FinishDelivery): void {
  realm.outbox.delete(transaction)
}

function namesNewPayee(
  realm: Realm,
  { account, payees }: Pick<TransactionRecord, 'account' | 'payees'>,
  knownBefore: number,
): boolean {
  return payees.some((payee) => {
    const known = realm.payees.get(payeeKey(account, payee))
    return known === undefined || known > knownBefore
  })
}

export function findExceededLimit(realm: Realm, input: LimitedTransaction): ExceededLimit | undefined {
  return judgeLimits(realm, input).over
}

type LimitedTransaction = Omit<FindExceededLimit, 'realm'>

function judgeLimits(
  realm: Realm,
  transaction: LimitedTransaction,
): { readonly over: ExceededLimit | undefined; readonly hasNewPayee: boolean } {
  const { total, newPayees } = transaction.limits
  const hasNewPayee = newPayees !== undefined && namesNewPayee(realm, transaction, newPayees.knownBefore)
  const isOver = (limit: { readonly since: number; readonly most: number } | undefined, newOnly: boolean) =>
    limit !== undefined && sumWith(realm, transaction, limit.since, newOnly) > limit.most
  const over = isOver(total, false)
    ? 'limitExceeded'
    : hasNewPayee && isOver(newPayees, true)
      ? 'payeeNew'
      : undefined
  return { over, hasNewPayee }
}

/** What was approved in the currency since then, and this transaction. Nothing for one that moves nothing. */
function sumWith(
  realm: Realm,
  { account, money }: LimitedTransaction,
  since: number,
  newOnly: boolean,
): number {
  if (money === null) return 0
  return [...realm.transactions.values()]
    .filter((other) => other.account === account && other.money?.currency === money.currency)
    .filter((other) => other.approvedAt !== null && other.approvedAt > since)
    .filter((other) => !newOnly || other.hasNewPayee)
    .reduce((total, other) => total + (other.money?.minor ?? 0), money.minor)
}

/** The length of the account parts the two without doubt. */
function payeeKey(account: string, payee: string): string {
  return keyOf(`${account.length}`, `${account}${payee}`)
}

function plainTransaction(transaction: TransactionRecord): TransactionRecord {
  return {
    ...transaction,
    money: transaction.money && { ...transaction.money },
    payees: [...transaction.payees],
  }
}
