import { randomBytes } from 'node:crypto'
import type { KeyboundServer, KeyboundServerOptions, PolicyOverrides } from '@keybound/server'
import { standardTypes } from '@keybound/server'

/** A payment as an app's user orders it. */
export interface Payment {
  /** Whom it goes to: 4 to 64 of `A-Z 0-9 -`. */
  readonly account: string
  readonly name: string
  /** Cents of a euro. */
  readonly minor: number
}

/** The ledger of the lab's server, and how Keybound guards it. */
export function openLedger() {
  const booked = new Set<string>()
  const most = { currency: 'EUR', each: 10_000, total: 50_000 }
  const limitPolicy: PolicyOverrides = {
    newDevice: { limits: [most] },
    transactions: { limits: [{ on: 'newPayee', ...most }] },
  }
  const transactions: KeyboundServerOptions['transactions'] = {
    types: standardTypes,
    within: ({ fields }) => {
      const { payee } = fields
      if (payee?.kind === 'payee') booked.add(payee.account)
    },
  }
  return {
    limitPolicy,
    transactions,
    /** Books a payment that nobody approved, as servers without step-up do. */
    book: ({ account }: Payment) => void booked.add(account),
    /** Whether money went to this account. */
    isPaid: (account: string) => booked.has(account),
  }
}

/** Creates the transaction that a user of Keybound's app is to approve; answers its id. */
export async function createPayment(
  { transactions }: KeyboundServer,
  account: string,
  payment: Payment,
): Promise<string> {
  const { id } = await transactions.create({
    account,
    type: 'payment',
    fields: {
      amount: { kind: 'amount', currency: 'EUR', minor: payment.minor },
      payee: { kind: 'payee', account: payment.account, name: payment.name },
    },
    operationId: randomBytes(16).toString('base64url'),
  })
  return id
}
