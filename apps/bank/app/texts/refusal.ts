import type { Account, Limit, PaymentRefusal } from '../bank.ts'
import { writeLimit } from '../money.ts'
import { useLanguage } from './language.tsx'

/** Why the bank does not take a payment and what to do, with the limits of its policy. */
export function useRefusalText(
  account: Account | undefined,
): (refusal: PaymentRefusal) => string | undefined {
  const { texts, code } = useLanguage()
  return (refusal) => {
    if (refusal !== 'transaction_limit_exceeded' && refusal !== 'transaction_payee_new')
      return texts.refused[refusal]
    if (!account) return texts.errors[refusal]
    const { limits, currency } = account
    const write = (limit: Limit) => writeLimit(limit, currency, code)
    if (refusal === 'transaction_payee_new') return texts.payeeLimitReached(write(limits.newPayee))
    return texts.limitReached(write(limits.probation), write(limits.W))
  }
}
