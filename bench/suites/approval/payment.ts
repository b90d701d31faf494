import type { FieldValue } from '@keybound/protocol/transactions'

/** Where a block's payments are created, outside what is measured: takes accounts, answers ids. */
export const preparePath = '/prepare'

/** The same payment every time. */
export const fields: Readonly<Record<string, FieldValue>> = {
  amount: { kind: 'amount', currency: 'EUR', minor: 4200 },
  payee: { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' },
}
