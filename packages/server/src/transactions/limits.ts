import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import type { AmountLimit, ServerPolicy, TransactionLimit } from '../policy/policy.ts'
import type { CredentialRecord } from '../store/contract.ts'
import type { ApprovalLimits, Money, TransactionRecord } from '../store/transaction-contract.ts'

/** Where no limit is set: what a key proves less about, or nobody knows yet, moves nothing. */
const none = { each: 0, total: 0 }

/**
 * The limits on this approval, for the store to judge against what was approved lately. Refuses with
 * `transaction_limit_exceeded` or `transaction_payee_new` what one transaction alone exceeds.
 */
export function limitsOf(
  policy: ServerPolicy,
  credential: CredentialRecord,
  { money, payees }: Pick<TransactionRecord, 'money' | 'payees'>,
  now: EpochSeconds,
): ApprovalLimits {
  if (money === null) return {}
  const { limitPeriod, payeeCoolingOff } = policy.transactions
  const limits = keyLimits(policy, credential, money, now)
  if (limits.some(({ each }) => money.minor > each)) throw limitExceeded()
  const most = Math.min(...limits.map(({ total }) => total))
  const total = limits.length === 0 ? {} : { total: { since: now - limitPeriod, most } }
  if (payees.length === 0 || payeeCoolingOff === 0) return total
  const before = now - payeeCoolingOff
  const { each, total: all } = limitOn('newPayee', policy, money) ?? none
  // The store knows whether a payee is new; what exceeds the limit of one exceeds any rest of the total.
  const mostToNew = money.minor > each ? 0 : all
  return { ...total, newPayees: { knownBefore: before, since: before, most: mostToNew } }
}

/** What the key that signs may move: by its level, and as long as it is on probation. */
function keyLimits(
  policy: ServerPolicy,
  { level, probationUntil }: CredentialRecord,
  money: Money,
  now: EpochSeconds,
): readonly { readonly each: number; readonly total: number }[] {
  const byLevel = limitOn(level, policy, money) ?? (level === 'W' ? none : undefined)
  const isOnProbation = probationUntil !== null && probationUntil > now
  const onProbation = isOnProbation ? (limitIn(policy.newDevice.limits, money) ?? none) : undefined
  return [byLevel, onProbation].filter((limit) => limit !== undefined)
}

function limitOn(
  on: TransactionLimit['on'],
  { transactions }: ServerPolicy,
  money: Money,
): AmountLimit | undefined {
  return limitIn(
    transactions.limits.filter((limit) => limit.on === on),
    money,
  )
}

/** The strictest of those in the currency. */
function limitIn(limits: readonly AmountLimit[], { currency }: Money): AmountLimit | undefined {
  const found = limits.filter((limit) => limit.currency === currency)
  if (found.length === 0) return undefined
  const least = (of: 'each' | 'total') => Math.min(...found.map((limit) => limit[of]))
  return { currency, each: least('each'), total: least('total') }
}

export function limitExceeded(): KeyboundError {
  return new KeyboundError(
    'transaction_limit_exceeded',
    'Unexpected amount above what this key may approve now, expected less. Use a stronger or older key, or wait.',
  )
}
