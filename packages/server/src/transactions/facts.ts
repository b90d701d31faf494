import type { FieldValue } from '@keybound/protocol/transactions'
import type { Money } from '../store/transaction-contract.ts'

/** What the fields move in all, or null. */
export function moneyOf(fields: Readonly<Record<string, FieldValue>>): Money | null {
  for (const value of Object.values(fields)) {
    if (value.kind === 'amount') return { currency: value.currency, minor: value.minor }
    if (value.kind === 'batch') return { currency: value.currency, minor: value.total }
  }
  return null
}

/** Accounts the fields name as payees, each once. */
export function payeesOf(fields: Readonly<Record<string, FieldValue>>): readonly string[] {
  const accounts = Object.values(fields).flatMap((value) => {
    if (value.kind === 'payee') return [value.account]
    return value.kind === 'batch' ? value.payees.map(({ account }) => account) : []
  })
  return [...new Set(accounts)]
}
