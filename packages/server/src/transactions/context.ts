import type { EpochSeconds } from '@keybound/protocol'
import type { ServerContext } from '../internal/context.ts'
import type { ReceiptKeyChain } from '../receipts/receipt-keys.ts'
import type { TransactionOptions } from './declaration.ts'

/** What every part of this folder works with. */
export interface TransactionContext {
  readonly server: ServerContext
  readonly options: TransactionOptions
  readonly receiptKeys: (now: EpochSeconds) => Promise<ReceiptKeyChain>
  /** Starts deliveries that are due, where there are deliveries; never throws. */
  readonly deliverSoon: () => void
}
