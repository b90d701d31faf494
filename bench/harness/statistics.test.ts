import { describe, expect, test } from 'vitest'
import { estimateMedian, median, pairedRatios, quantile, seeded, shuffled } from './statistics.ts'

describe('quantile', () => {
  test('interpolates between neighbours and sorts by number, not by text', () => {
    expect(median([10, 9, 100])).toBe(10)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(quantile([0, 10, 20, 30, 40], 0.25)).toBe(10)
    expect(quantile([0, 10], 0.9)).toBeCloseTo(9)
  })

  test('refuses an empty list', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('pairedRatios', () => {
  test('pairs by position', () => {
    expect(pairedRatios([2, 9], [1, 3])).toEqual([2, 3])
  })

  test('refuses lists of different lengths', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow(RangeError)
  })
})

describe('estimateMedian', () => {
  test('gives the same interval for the same seed', () => {
    const values = [1, 2, 3, 4, 5, 6, 7]
    expect(estimateMedian(values, seeded(7))).toEqual(estimateMedian(values, seeded(7)))
  })

  test('covers the true median about as often as it says', () => {
    const uniform = seeded(2026)
    const trials = 250
    let covered = 0
    for (let trial = 0; trial < trials; trial++) {
      // Skewed like timings are: the median of -ln(u) is ln 2.
      const values = Array.from({ length: 60 }, () => -Math.log(1 - uniform()))
      const { low, high } = estimateMedian(values, uniform, { resamples: 200 })
      if (low <= Math.LN2 && Math.LN2 <= high) covered++
    }
    expect(covered / trials).toBeGreaterThan(0.89)
    expect(covered / trials).toBeLessThan(0.985)
  })

  test('narrows with more values', () => {
    const uniform = seeded(1)
    const width = (count: number) => {
      const { low, high } = estimateMedian(Array.from({ length: count }, uniform), uniform)
      return high - low
    }
    expect(width(900)).toBeLessThan(width(50) / 2)
  })

  test('a slow spell that hits both sides leaves the ratio alone', () => {
    const floor = Array.from({ length: 99 }, (_, round) => (round > 50 ? 30 : 10))
    const ratios = pairedRatios(
      floor.map((cost) => cost * 1.2),
      floor,
    )
    expect(estimateMedian(ratios, seeded(3)).high).toBeCloseTo(1.2)
  })
})

describe('shuffled', () => {
  test('keeps every item and reaches every order', () => {
    const uniform = seeded(5)
    const orders = new Set(Array.from({ length: 200 }, () => shuffled(['a', 'b', 'c'], uniform).join('')))
    expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
  })
})
