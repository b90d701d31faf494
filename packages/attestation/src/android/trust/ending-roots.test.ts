import { expect, test } from 'vitest'
import { endingRoots } from './ending-roots.ts'
import { googleRoots } from './root.ts'
import type { AndroidTrust } from './trust.ts'

const names = (now: string, ...how: [trust?: AndroidTrust, days?: number]) =>
  endingRoots(new Date(now), ...how).map(({ name }) => name)
const [rsa, ec] = googleRoots.map(({ name }) => name)

test('a root that ends within half a year is named', () => {
  // The P-384 root ends on 15 July 2035 at 22:32:18.
  expect(names('2035-01-16T22:32:18Z')).toEqual([ec])
  expect(names('2043-01-01T00:00:00Z')).toEqual([rsa, ec])
})

test('roots with time left are not named', () => {
  expect(names('2026-11-26T00:00:00Z')).toEqual([])
  expect(names('2035-01-16T22:32:17Z')).toEqual([])
})

test('the time to look ahead and the roots may be one’s own', () => {
  expect(names('2034-07-15T22:32:18Z', undefined, 365)).toEqual([ec])
  expect(names('2035-06-01T00:00:00Z', { roots: googleRoots.slice(0, 1) })).toEqual([])
})

test('roots made for tests are nobody’s to follow', () => {
  const [root] = googleRoots.map((known) => ({ ...known, kind: 'test' as const }))
  expect(names('2050-01-01T00:00:00Z', { roots: root ? [root] : [], testOnly: true })).toEqual([])
})

test('a time that is none names them all', () => {
  expect(names('never')).toEqual([rsa, ec])
})
