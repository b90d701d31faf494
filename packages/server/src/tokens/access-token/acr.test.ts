import type { TokenAcr } from '@keybound/protocol'
import { expect, test } from 'vitest'
import { acrValuesFrom, refreshedAcr, satisfiesAcr } from './acr.ts'

const weakestFirst: TokenAcr[] = [
  'pwd.refreshed',
  'pwd',
  'W.refreshed',
  'W',
  'L1.refreshed',
  'L1',
  'L2.refreshed',
  'L2',
  'R.refreshed',
  'R',
]

test('each value satisfies itself and everything weaker, and nothing stronger', () => {
  for (const [rank, required] of weakestFirst.entries()) {
    expect(weakestFirst.filter((found) => satisfiesAcr(found, required))).toEqual(weakestFirst.slice(rank))
  }
})

test('an absent or unknown value satisfies nothing, not even the weakest', () => {
  for (const found of [undefined, '', 'R ', 'r', 'L3', '__proto__', 'toString']) {
    expect(satisfiesAcr(found, 'pwd.refreshed')).toBe(false)
  }
})

test('a refresh lowers the value to the form directly below the signed one', () => {
  for (const signed of ['pwd', 'W', 'L1', 'L2', 'R'] as const) {
    const refreshed = refreshedAcr(signed)
    expect(weakestFirst.indexOf(refreshed)).toBe(weakestFirst.indexOf(signed) - 1)
    expect(satisfiesAcr(refreshed, signed)).toBe(false)
  }
})

test('a challenge offers the signed values that are strong enough, weakest first', () => {
  expect(acrValuesFrom('L2')).toEqual(['L2', 'R'])
  expect(acrValuesFrom('L1.refreshed')).toEqual(['L1', 'L2', 'R'])
  expect(acrValuesFrom('pwd.refreshed')).toEqual(['pwd', 'W', 'L1', 'L2', 'R'])
})
