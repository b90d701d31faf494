import { parseStatement } from '@keybound/protocol/transactions'
import type { ServerContext } from '../internal/context.ts'
import type { Delivery } from '../store/transaction-contract.ts'
import type { ApprovedTransaction, TransactionOptions } from './declaration.ts'

/** Seconds until a delivery that did not end well is tried again, by whichever process comes first. */
const lease = 60

/**
 * Makes the deliveries that are due, until none is left or `isClosing`, and says how many were made. A failed one stays and is due
 * again later. At least once: when the process ends between the host's work and the note that it was done, the host is
 * asked again under the same id.
 */
export async function deliverDue(
  context: ServerContext,
  { deliver }: Pick<TransactionOptions, 'deliver'>,
  isClosing: () => boolean,
): Promise<number> {
  if (deliver === undefined) return 0
  const { store, realm, now } = context
  let made = 0
  while (!isClosing()) {
    // One at a time: each has its whole lease, so that no other process makes it meanwhile, however slow the host is.
    const [delivery] = await store.takeDeliveries({ realm, now: now(), lease, most: 1 })
    if (delivery === undefined) break
    const transaction = delivery.transaction.id
    try {
      await deliver(approvedOf(delivery))
      await store.finishDelivery({ realm, transaction })
      made++
    } catch (error) {
      context.emit({ type: 'transaction.undelivered', transaction, tries: delivery.tries, error })
    }
  }
  return made
}

function approvedOf({ transaction }: Delivery): ApprovedTransaction {
  const { id, account, type, statement, approvedAt, credentialId, receipt } = transaction
  return {
    id,
    account,
    type,
    fields: parseStatement(statement).fields,
    approvedAt: approvedAt ?? 0,
    credentialId: credentialId ?? '',
    receipt: receipt ?? '',
  }
}
