import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AttemptBucket, refundToBudget, takeFromBudget } from './attempt-budget.ts'
import type { AttemptBudget } from './contract.ts'

const budget: AttemptBudget = { key: 'account', limit: 3, delay: 10, maxDelay: 60, forgetAfter: 600 }

function bucket(parts: Partial<AttemptBucket>): AttemptBucket {
  return { tries: 3, lastTryAt: 1000, forgetAt: 1600, ...parts }
}

describe('takeFromBudget', () => {
  test('fills an empty bucket', () => {
    expect(takeFromBudget(undefined, budget, 1000)).toEqual({
      outcome: 'taken',
      bucket: { tries: 1, lastTryAt: 1000, forgetAt: 1600 },
    })
  })

  test('takes a bucket for empty from the moment it is forgotten', () => {
    const locked = bucket({ tries: 90, lastTryAt: 1590 })
    expect(takeFromBudget(locked, budget, 1599)).toEqual({ outcome: 'exhausted', retryAfter: 51 })
    expect(takeFromBudget(locked, budget, 1600)).toMatchObject({ outcome: 'taken', bucket: { tries: 1 } })
  })

  test.each([
    [3, 10],
    [4, 20],
    [5, 40],
    [6, 60],
    [5000, 60],
  ])('makes the try after %i wait %i seconds', (tries, wait) => {
    const after = bucket({ tries, lastTryAt: 1000, forgetAt: 1600 })
    expect(takeFromBudget(after, budget, 1000)).toEqual({ outcome: 'exhausted', retryAfter: wait })
    expect(takeFromBudget(after, budget, 1000 + wait - 1)).toEqual({ outcome: 'exhausted', retryAfter: 1 })
    expect(takeFromBudget(after, budget, 1000 + wait)).toMatchObject({ bucket: { tries: tries + 1 } })
  })

  test('rounds a wait up to whole seconds', () => {
    expect(takeFromBudget(bucket({}), budget, 1009.25)).toEqual({ outcome: 'exhausted', retryAfter: 1 })
  })

  test('does not move a bucket back in time when a clock is behind', () => {
    const answer = takeFromBudget(bucket({ tries: 1 }), budget, 900)
    expect(answer).toEqual({ outcome: 'taken', bucket: { tries: 2, lastTryAt: 1000, forgetAt: 1600 } })
  })

  test('never lets more than the limit and the waits allow pass, whenever the tries come', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 80 })
    const budgets = fc.record({
      key: fc.constant('key'),
      limit: fc.integer({ min: 1, max: 5 }),
      delay: fc.integer({ min: 1, max: 20 }),
      maxDelay: fc.integer({ min: 20, max: 100 }),
      forgetAfter: fc.constant(1e9),
    })
    fc.assert(
      fc.property(budgets, steps, (each, gaps) => {
        let held: AttemptBucket | undefined
        let now = 1000
        let taken = 0
        let openAt = 0
        for (const gap of gaps) {
          now += gap
          const answer = takeFromBudget(held, each, now)
          expect(answer.outcome).toBe(now >= openAt ? 'taken' : 'exhausted')
          if (answer.outcome === 'exhausted') {
            expect(answer.retryAfter).toBe(openAt - now)
            continue
          }
          held = answer.bucket
          taken++
          // Told in another way than the code does: wait after wait, each twice the one before.
          let wait = taken < each.limit ? 0 : each.delay
          for (let beyond = each.limit; beyond < taken; beyond++) wait = Math.min(wait * 2, each.maxDelay)
          openAt = now + wait
        }
      }),
      { seed: 20_261 },
    )
  })
})

describe('refundToBudget', () => {
  test('gives one try back and leaves the times', () => {
    expect(refundToBudget(bucket({ tries: 3 }))).toEqual(bucket({ tries: 2 }))
  })

  test('empties a bucket of one try, and leaves an empty one', () => {
    expect(refundToBudget(bucket({ tries: 1 }))).toBeUndefined()
    expect(refundToBudget(undefined)).toBeUndefined()
  })
})
