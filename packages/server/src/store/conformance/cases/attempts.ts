import assert from 'node:assert/strict'
import type { AttemptBudget, Store, TakeAttemptResult } from '../../contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon, type Samples } from '../internal/samples.ts'
import { count, expectOutcome, triesLeft } from '../internal/steps.ts'

const taken = { outcome: 'taken' }

export const attemptCases = [
  storeCase(
    'lets tries up to the limit pass, then makes each wait twice as long, up to the most',
    async (store, samples) => {
      const budget = samples.budget({ limit: 3, delay: 10, maxDelay: 60 })
      const at = (now: number) => take(store, samples, [budget], now)
      const wait = (retryAfter: number) => ({ outcome: 'exhausted', key: budget.key, retryAfter })
      for (let tries = 0; tries < 3; tries++) assert.deepEqual(await at(noon), taken)
      let last = noon
      for (const delay of [10, 20, 40, 60, 60]) {
        assert.deepEqual(await at(last), wait(delay))
        assert.deepEqual(await at(last + delay - 1), wait(1))
        assert.deepEqual(await at(last + delay), taken)
        last += delay
      }
    },
  ),

  storeCase('does not count refused tries, nor lengthen the wait for them', async (store, samples) => {
    const budget = samples.budget({ limit: 1, delay: 10 })
    assert.equal(await triesLeft(store, samples, budget), 1)
    for (let second = 0; second < 10; second++) {
      const answer = await take(store, samples, [budget], noon + second)
      assert.deepEqual(answer, { outcome: 'exhausted', key: budget.key, retryAfter: 10 - second })
    }
    assert.deepEqual(await take(store, samples, [budget], noon + 10), taken)
  }),

  storeCase('forgets a bucket after its time without a try', async (store, samples) => {
    const budget = samples.budget({ limit: 3, delay: 10, forgetAfter: 600 })
    for (const now of [noon, noon + 599]) await take(store, samples, [budget], now)
    assert.equal(await triesLeft(store, samples, budget, { now: noon + 1198 }), 1, 'forgotten too early')
    assert.equal(await triesLeft(store, samples, budget, { now: noon + 1798 }), 3, 'not forgotten')
  }),

  storeCase('never forgets a bucket before its longest wait is over', async (store, samples) => {
    const budget = samples.budget({ limit: 1, delay: 60, maxDelay: 60, forgetAfter: 1 })
    assert.equal(await triesLeft(store, samples, budget), 1)
    const answer = await take(store, samples, [budget], noon + 59)
    assert.deepEqual(answer, { outcome: 'exhausted', key: budget.key, retryAfter: 1 })
  }),

  storeCase(
    'takes a try from every budget or from none, and names the longest wait',
    async (store, samples) => {
      const wide = samples.budget({ limit: 3 })
      const short = samples.budget({ limit: 1, delay: 10 })
      const long = samples.budget({ limit: 1, delay: 30 })
      assert.deepEqual(await take(store, samples, [short, long]), taken)
      const answer = await take(store, samples, [wide, short, long])
      assert.deepEqual(answer, { outcome: 'exhausted', key: long.key, retryAfter: 30 })
      assert.equal(await triesLeft(store, samples, wide), 3)
    },
  ),

  storeCase('empties the buckets that are cleared, and no others', async (store, samples) => {
    const [cleared, other] = [samples.budget(), samples.budget()]
    for (const budget of [cleared, other]) assert.equal(await triesLeft(store, samples, budget), 3)
    await store.clearAttempts({ ...samples.operation(), keys: [cleared.key, 'another'] })
    assert.equal(await triesLeft(store, samples, cleared), 3)
    assert.equal(await triesLeft(store, samples, other), 0)
  }),

  storeCase('refunds one try, down to an empty bucket and no further', async (store, samples) => {
    const budget = samples.budget({ limit: 2 })
    const refund = () =>
      store.clearAttempts({ ...samples.operation(), keys: [], refund: [budget.key, 'another'] })
    assert.equal(await triesLeft(store, samples, budget), 2)
    await refund()
    assert.equal(await triesLeft(store, samples, budget), 1)
    for (let times = 0; times < 5; times++) await refund()
    assert.equal(await triesLeft(store, samples, budget), 2)
  }),

  raceCase('takes exactly the limit from 64 tries at once', async (stores, samples) => {
    const [narrow, wide] = [samples.budget({ limit: 5 }), samples.budget({ limit: 50 })]
    const answers = await race(stores, 64, (store) => take(store, samples, [wide, narrow]))
    assert.equal(count(answers, 'taken'), 5)
    assert.equal(await triesLeft(stores[0], samples, wide), 45)
  }),

  raceCase('loses no try between clearing and taking', async (stores, samples) => {
    const budget = samples.budget({ limit: 100 })
    await race(stores, 32, (store) => take(store, samples, [budget]))
    const refunds = race(stores, 16, (store) =>
      store.clearAttempts({ ...samples.operation(), keys: [], refund: [budget.key] }),
    )
    await Promise.all([refunds, race(stores, 16, (store) => take(store, samples, [budget]))])
    const used = 100 - (await triesLeft(stores[0], samples, budget))
    assert.equal(used, 32)
    await expectOutcome(take(stores[0], samples, [budget]), 'exhausted')
  }),
]

function take(
  store: Store,
  samples: Samples,
  budgets: readonly AttemptBudget[],
  now = noon,
): Promise<TakeAttemptResult> {
  return store.takeAttempt({ ...samples.operation(), now, budgets })
}
