import { describe, expect, test } from 'vitest'
import { createTestKey } from '../../../../../test/tokens/support/proof-key.ts'
import { createProofChecker } from './checker.ts'
import { createMemoryReplayStore } from './memory-replay.ts'
import { proofHash } from './replay.ts'

const now = 1_795_348_800
const url = 'https://bank.example/v1/token'

describe('a used proof', () => {
  test('serves once per realm, and is forgotten when its window is over', async () => {
    const store = createMemoryReplayStore()
    const use = { realm: 'bank', hash: 'h1', expiresAt: now + 60, now }
    expect(await store.useProof(use)).toBe('fresh')
    expect(await store.useProof(use)).toBe('used')
    expect(await store.useProof({ ...use, now: now + 60 })).toBe('used')
    expect(await store.useProof({ ...use, realm: 'shop' })).toBe('fresh')
    expect(await store.useProof({ ...use, hash: 'h2', now: now + 60 })).toBe('fresh') // the last second counts
    expect(await store.useProof({ ...use, now: now + 61 })).toBe('used') // expired: its trace may be gone
    expect(await store.useProof({ ...use, expiresAt: now + 121, now: now + 61 })).toBe('fresh')
  })

  test('among a hundred racing uses exactly one is fresh', async () => {
    const store = createMemoryReplayStore()
    const use = { realm: 'bank', hash: 'h1', expiresAt: now + 60, now }
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => store.useProof(use)))
    expect(verdicts.filter((verdict) => verdict === 'fresh')).toHaveLength(1)
  })

  test('is never forgotten to make room: a full memory refuses, an expired one makes room', async () => {
    const store = createMemoryReplayStore({ capacity: 2 })
    const use = (hash: string, at = now) =>
      store.useProof({ realm: 'bank', hash, expiresAt: at + 60, now: at })
    await use('h1')
    await use('h2')
    await expect(use('h3')).rejects.toMatchObject({ code: 'overloaded', retryAfter: 5 })
    expect(await use('h1')).toBe('used')
    expect(await use('h3', now + 61)).toBe('fresh')
  })
})

test('a proof is named by key and jti together', () => {
  const name = proofHash({ jkt: 'a', jti: 'b' })
  expect(name).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(name).toBe(proofHash({ jkt: 'a', jti: 'b' }))
  expect(name).not.toBe(proofHash({ jkt: 'a', jti: 'c' }))
  expect(name).not.toBe(proofHash({ jkt: 'c', jti: 'b' }))
})

describe('the checker', () => {
  const device = createTestKey()
  const claims = { jti: 'T7b0cnftzZ4SsUdQ', htm: 'POST', htu: url, iat: now }
  const expected = { method: 'POST', url, now }

  test('verifies as often as asked and uses once', async () => {
    const checker = createProofChecker({ realm: 'bank', replay: createMemoryReplayStore() })
    await checker.verify(device.proof(claims), expected)
    const proof = await checker.verify(device.proof(claims), expected)
    await checker.use(proof, now)
    const again = await checker.verify(device.proof(claims), expected)
    await expect(checker.use(again, now)).rejects.toMatchObject({ code: 'dpop_proof_replayed' })
  })

  test('two keys may choose the same jti', async () => {
    const checker = createProofChecker({ realm: 'bank', replay: createMemoryReplayStore() })
    for (const key of [createTestKey(), createTestKey()]) {
      await checker.use(await checker.verify(key.proof(claims), expected), now)
    }
  })

  test('keeps the use until the proof is too old by itself', async () => {
    const uses: number[] = []
    const replay = {
      useProof: async (use: { expiresAt: number }) => {
        uses.push(use.expiresAt)
        return 'fresh' as const
      },
    }
    const checker = createProofChecker({ realm: 'bank', replay })
    await checker.use(await checker.verify(device.proof({ ...claims, iat: now + 10 }), expected), now)
    expect(uses).toEqual([now + 70])
    const late = checker.verify(device.proof({ ...claims, iat: now + 10 }), { ...expected, now: now + 71 })
    await expect(late).rejects.toMatchObject({ code: 'dpop_proof_expired' })
  })
})
