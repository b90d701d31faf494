import { expect, test } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

test('forgets the least recently used entry, and no other, when it is full', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
  expect(map.size).toBe(2)
})

test('replacing an entry forgets nothing', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('b', 3)
  map.set('a', 4)
  expect([map.get('a'), map.get('b')]).toEqual([4, 3])
})
