import type { AssuranceLevel } from '@keybound/protocol'
import type { Money } from '../store/transaction-contract.ts'
import type { TransactionType } from './declaration.ts'

/** Weakest first. */
export const levels: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']

/** Weakest level of a key that may approve this. A currency without a rule, where there are rules, needs the highest. */
export function requiredLevel(
  { level, levelsAbove = [] }: TransactionType,
  money: Money | null,
): AssuranceLevel {
  if (money === null || levelsAbove.length === 0) return level
  const ofCurrency = levelsAbove.filter(({ currency }) => currency === money.currency)
  const applying =
    ofCurrency.length === 0 ? levelsAbove : ofCurrency.filter(({ minor }) => money.minor > minor)
  return applying.reduce(
    (highest, rule) => (satisfiesLevel(rule.level, highest) ? rule.level : highest),
    level,
  )
}

/** Whether a key of this level is strong enough. */
export function satisfiesLevel(found: AssuranceLevel, required: AssuranceLevel): boolean {
  return levels.indexOf(found) >= levels.indexOf(required)
}
