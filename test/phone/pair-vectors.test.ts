import { expect, test } from 'vitest'
import { makePairVector, openPairVector, readPairVector } from './support/pair-vectors.ts'

test('what docs/vault.md says of a pair on a phone gives the very bytes that it shows', () => {
  expect(makePairVector()).toEqual(readPairVector())
})

test('and opens them, in their own context only', () => {
  const vector = readPairVector()
  expect(openPairVector(vector)).toBe(vector.publicKey)
  expect(() => openPairVector({ ...vector, context: vector.context.replace('acct-1', 'acct-2') })).toThrow()
})
