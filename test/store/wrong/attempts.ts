import type { AttemptBudget, TakeAttempt } from '@keybound/server/store'
import { freshener, type WrongStore, wrongStore } from './wrong-store.ts'

/** Judges with other budgets than it was given. */
function budgeting(
  wrong: string,
  fails: readonly string[],
  change: (budget: AttemptBudget) => Partial<AttemptBudget>,
): WrongStore {
  return wrongStore(wrong, fails, (right) => ({
    takeAttempt: (input) =>
      right.takeAttempt({ ...input, budgets: input.budgets.map((each) => ({ ...each, ...change(each) })) }),
  }))
}

const arithmetic = 'lets tries up to the limit pass, then makes each wait twice as long, up to the most'

export const wrongWithAttempts = [
  budgeting('makes every wait equally long', [arithmetic], ({ delay }) => ({ maxDelay: delay })),
  budgeting('has no longest wait', [arithmetic], () => ({ maxDelay: 1e9 })),
  budgeting(
    'counts one try too few',
    [arithmetic, 'takes exactly the limit from 64 tries at once', 'loses no try between clearing and taking'],
    ({ limit }) => ({ limit: limit + 1 }),
  ),
  budgeting('never forgets a bucket', ['forgets a bucket after its time without a try'], () => ({
    forgetAfter: 1e12,
  })),
  budgeting(
    'forgets a bucket while its wait lasts',
    ['never forgets a bucket before its longest wait is over', 'prunes no attempt bucket that still counts'],
    ({ delay }) => ({ maxDelay: Math.min(delay, 30), delay: Math.min(delay, 30), forgetAfter: 30 }),
  ),

  wrongStore(
    'counts refused tries',
    ['does not count refused tries, nor lengthen the wait for them'],
    (right) => {
      const refused = new Map<string, number>()
      return {
        takeAttempt: async (input) => {
          const result = await right.takeAttempt(input)
          if (result.outcome === 'taken') return result
          const times = (refused.get(result.key) ?? 0) + 1
          refused.set(result.key, times)
          return { ...result, retryAfter: result.retryAfter * 2 ** (times - 1) }
        },
      }
    },
  ),

  wrongStore(
    'takes from each budget by itself',
    [
      'takes a try from every budget or from none, and names the longest wait',
      'takes exactly the limit from 64 tries at once',
    ],
    (right) => {
      const fresh = freshener()
      const one = (input: TakeAttempt, budget: AttemptBudget) =>
        right.takeAttempt({ ...input, operationId: fresh(input.operationId), budgets: [budget] })
      return {
        takeAttempt: async (input) => {
          for (const budget of input.budgets) {
            const result = await one(input, budget)
            if (result.outcome === 'exhausted') return result
          }
          return { outcome: 'taken' }
        },
      }
    },
  ),

  wrongStore(
    'names the first exhausted budget instead of the longest wait',
    ['takes a try from every budget or from none, and names the longest wait'],
    (right) => ({
      takeAttempt: async (input) => {
        const result = await right.takeAttempt(input)
        if (result.outcome === 'taken') return result
        for (const budget of input.budgets) {
          const alone = await right.takeAttempt({ ...input, budgets: [budget] })
          if (alone.outcome === 'exhausted') return alone
        }
        return result
      },
    }),
  ),

  wrongStore(
    'empties every bucket it has seen when one is cleared',
    ['empties the buckets that are cleared, and no others'],
    (right) => {
      const seen = new Set<string>()
      return {
        takeAttempt: (input) => {
          for (const { key } of input.budgets) seen.add(key)
          return right.takeAttempt(input)
        },
        clearAttempts: (input) => right.clearAttempts({ ...input, keys: [...seen] }),
      }
    },
  ),

  wrongStore(
    'clears nothing',
    [
      'empties the buckets that are cleared, and no others',
      'refunds one try, down to an empty bucket and no further',
    ],
    () => ({ clearAttempts: async () => {} }),
  ),

  wrongStore(
    'empties a bucket that should get one try back',
    ['refunds one try, down to an empty bucket and no further', 'loses no try between clearing and taking'],
    (right) => ({
      clearAttempts: (input) =>
        right.clearAttempts({ ...input, keys: [...input.keys, ...(input.refund ?? [])] }),
    }),
  ),
]
