import { KeyboundError } from '@keybound/protocol'
import type { ApproveTransactionResult } from '../store/transaction-contract.ts'
import { limitExceeded } from './limits.ts'

type Refusal = Exclude<ApproveTransactionResult['outcome'], 'approved'>

const refusals: { readonly [R in Refusal]: () => KeyboundError } = {
  // One transaction has one challenge.
  challengeUsed: settled,
  settled,
  credentialUnknown: () =>
    new KeyboundError(
      'credential_unknown',
      'Unexpected credential that was just removed, expected a registered one. Approve with another key.',
    ),
  signCountReplayed: () =>
    new KeyboundError(
      'sign_count_replayed',
      'Unexpected counter, expected more than the last one. Approve again; if this comes back, register the key anew.',
    ),
  unknown: () =>
    new KeyboundError(
      'transaction_unknown',
      'Unexpected transaction id, expected one of this account. Use the id that was given when it was created.',
    ),
  expired: () =>
    new KeyboundError(
      'transaction_expired',
      'Unexpected age of the transaction, expected one that is open. Create it again and approve it at once.',
    ),
  limitExceeded,
  payeeNew: () =>
    new KeyboundError(
      'transaction_payee_new',
      'Unexpected amount for a new payee, expected less. Send less, or wait until the cooling-off is over.',
    ),
}

/** What an outcome of the store means to whoever asked. */
export function refusalOf(outcome: Refusal): KeyboundError {
  return refusals[outcome]()
}

function settled(): KeyboundError {
  return new KeyboundError(
    'transaction_settled',
    'Unexpected second approval, expected one. Fetch the transaction to see its receipt.',
  )
}
