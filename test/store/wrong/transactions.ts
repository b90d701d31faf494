import type { ApproveTransaction } from '@keybound/server/store'
import { freshener, wrongStore } from './wrong-store.ts'

export const wrongWithTransactions = [
  wrongStore(
    'loses what a transaction moves',
    ['keeps a transaction as it was created, in its realm'],
    (right) => ({
      findTransaction: async (realm, id) => {
        const found = await right.findTransaction(realm, id)
        return found && { ...found, money: null }
      },
    }),
  ),

  wrongStore(
    'creates a transaction for every call',
    ['creates one transaction for one operation'],
    (right) => {
      const fresh = freshener()
      return {
        createTransaction: (input) =>
          right.createTransaction({ ...input, operationId: fresh(input.operationId) }),
      }
    },
  ),

  wrongStore(
    'lets any number of transactions wait',
    ['holds an account to its open transactions: not those settled, expired or of others'],
    (right) => ({
      createTransaction: (input) => right.createTransaction({ ...input, openLimit: 1000 }),
    }),
  ),

  wrongStore(
    'forgets the counter of an approval',
    ['approves a transaction once, with counter, time, key and receipt'],
    (right) => ({
      approveTransaction: (input) =>
        right.approveTransaction({ ...input, acceptReplayedCount: true, signCount: 0 }),
    }),
  ),

  wrongStore(
    'runs the effect before it judges',
    [
      'refuses an approval that is not in order, and changes nothing',
      'undoes the approval when the application refuses',
    ],
    (right) => ({
      approveTransaction: async (input) => {
        input.effect?.(undefined)
        return right.approveTransaction(withoutEffect(input))
      },
    }),
  ),

  wrongStore(
    'runs the effect after the commit',
    ['undoes the approval when the application refuses'],
    (right) => ({
      approveTransaction: async (input) => {
        const result = await right.approveTransaction(withoutEffect(input))
        if (result.outcome === 'approved') input.effect?.(undefined)
        return result
      },
    }),
  ),

  wrongStore(
    'looks at no limit',
    [
      'counts what the account approved lately in the currency',
      'takes a payee for new until some time after the first approval',
      'holds an account to its limit among 64 approvals at once',
    ],
    (right) => ({ approveTransaction: (input) => right.approveTransaction({ ...input, limits: {} }) }),
  ),

  wrongStore(
    'foresees no limit',
    [
      'counts what the account approved lately in the currency',
      'takes a payee for new until some time after the first approval',
    ],
    () => ({ findExceededLimit: async () => undefined }),
  ),

  wrongStore(
    'delivers once at most',
    ['delivers until it is told that it was done, and leases what it gives'],
    (right) => ({
      takeDeliveries: async (input) => {
        const taken = await right.takeDeliveries(input)
        for (const { transaction } of taken) {
          await right.finishDelivery({ realm: input.realm, transaction: transaction.id })
        }
        return taken
      },
    }),
  ),

  wrongStore(
    'gives deliveries without a lease',
    [
      'delivers until it is told that it was done, and leases what it gives',
      'gives a delivery to one of 64 takers at once',
    ],
    (right) => ({ takeDeliveries: (input) => right.takeDeliveries({ ...input, lease: 0 }) }),
  ),

  wrongStore(
    'prunes transactions that are still open by other clocks',
    ['forgets transactions nobody approved, and keeps the others'],
    (right) => ({ prune: (now) => right.prune(now + 600) }),
  ),

  wrongStore(
    'uses no challenge up when it approves',
    [
      'approves a transaction once, with counter, time, key and receipt',
      'approves a transaction once among 64 approvals at once',
    ],
    (right) => {
      const fresh = freshener()
      return {
        approveTransaction: (input) =>
          right.approveTransaction({
            ...input,
            challenge: { ...input.challenge, hash: fresh(input.challenge.hash) },
          }),
      }
    },
  ),
]

function withoutEffect({ effect: _, ...input }: ApproveTransaction): ApproveTransaction {
  return input
}
