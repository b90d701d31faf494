import type { PolicyOverrides } from '@keybound/server'
import { currency } from './ledger.ts'

/** Most of one payment and of all in a day, in minor units. */
export interface Limit {
  readonly each: number
  readonly total: number
}

/**
 * What may be moved. A browser proves no hardware, so its keys (`W`) pay little; every key pays less while it is new,
 * and little goes to who was never paid before. Keybound holds the payments to it, and the app tells it.
 */
export const limits = {
  W: { each: 50_000, total: 100_000 },
  probation: { each: 10_000, total: 30_000 },
  newPayee: { each: 10_000, total: 30_000 },
} as const satisfies Record<string, Limit>

/** The same as Keybound's policy has it. */
export const limitPolicy: PolicyOverrides = {
  newDevice: { limits: [{ currency, ...limits.probation }] },
  transactions: {
    // A payment that is cancelled at its review stays open until its five minutes are over: room to think again.
    open: 20,
    limits: [
      { on: 'W', currency, ...limits.W },
      { on: 'newPayee', currency, ...limits.newPayee },
    ],
  },
}
