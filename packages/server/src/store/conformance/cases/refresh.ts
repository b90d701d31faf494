import assert from 'node:assert/strict'
import type { FamilyRecord, RotateRefreshToken } from '../../token-contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { count, expectOutcome, started } from '../internal/steps.ts'

export const refreshCases = [
  storeCase(
    'rotates a family, and repeats the answer until the successor is used',
    async (store, samples) => {
      const family = await started(store, samples)
      const present = (generation: number, parts: Partial<RotateRefreshToken> = {}) =>
        store.rotateRefreshToken(samples.refresh(family, { generation, ...parts }))
      const first = { ...family, generation: 1, rotatedProofAt: noon * 1000 + 3 }
      assert.deepEqual(await present(0, { proofIssuedAt: noon * 1000 + 3 }), {
        outcome: 'rotated',
        generation: 1,
        family: first,
      })
      assert.deepEqual(await present(0, { proofIssuedAt: noon * 1000 + 9 }), {
        outcome: 'repeated',
        generation: 1,
        family: first,
      })
      assert.deepEqual(await store.findFamily('realm', family.id), first)
      await expectOutcome(present(1, { proofIssuedAt: noon * 1000 + 10 }), 'rotated')
      const found = await store.findFamily('realm', family.id)
      assert.deepEqual(found, { ...family, generation: 2, rotatedProofAt: noon * 1000 + 10 })
    },
  ),

  storeCase('refreshing is no activity and changes nothing about the sign-in', async (store, samples) => {
    const family = await started(store, samples)
    await expectOutcome(store.rotateRefreshToken(samples.refresh(family, { now: noon + 500 })), 'rotated')
    const found = await store.findFamily('realm', family.id)
    assert.deepEqual(found, { ...family, generation: 1 })
    const idle = samples.refresh(family, { generation: 1, now: noon + 1000 })
    assert.deepEqual(await store.rotateRefreshToken(idle), { outcome: 'refused', reason: 'expired' })
    await store.recordActivity({ realm: 'realm', family: family.id, now: noon + 1 })
    await expectOutcome(store.rotateRefreshToken(idle), 'rotated')
  }),

  storeCase(
    'ends a family for another key or an outdated generation, and no other',
    async (store, samples) => {
      const [stolen, replayed, other] = [
        await started(store, samples),
        await started(store, samples),
        await started(store, samples),
      ]
      const now = noon + 7
      assert.deepEqual(await store.rotateRefreshToken(samples.refresh(stolen, { proofJkt: 'thief', now })), {
        outcome: 'revoked',
        reason: 'keyMismatch',
        account: 'ada',
      })
      for (const generation of [0, 1]) {
        await expectOutcome(store.rotateRefreshToken(samples.refresh(replayed, { generation })), 'rotated')
      }
      assert.deepEqual(await store.rotateRefreshToken(samples.refresh(replayed, { now })), {
        outcome: 'revoked',
        reason: 'replayed',
        account: 'ada',
      })
      for (const family of [stolen, replayed]) {
        assert.equal((await store.findFamily('realm', family.id))?.revokedAt, now)
        const generation = family === stolen ? 0 : 2
        const answer = await store.rotateRefreshToken(samples.refresh(family, { generation }))
        assert.deepEqual(answer, { outcome: 'refused', reason: 'revoked' })
      }
      assert.deepEqual(await store.listFamilies('realm', 'ada'), [other])
    },
  ),

  storeCase('changes nothing for a refresh that it refuses', async (store, samples) => {
    const family = await started(store, samples)
    const before = await store.findFamily('realm', family.id)
    const refused: readonly (readonly [string, Partial<RotateRefreshToken>])[] = [
      ['unknown', { family: 'another' }],
      ['unknown', { clientId: 'another app' }],
      ['unknown', { generation: 1 }],
      ['expired', { now: noon + 1000 }],
      ['expired', { now: noon + 1000, proofJkt: 'thief' }],
    ]
    for (const [reason, parts] of refused) {
      const answer = await store.rotateRefreshToken(samples.refresh(family, parts))
      assert.deepEqual(answer, { outcome: 'refused', reason })
    }
    assert.deepEqual(await store.findFamily('realm', family.id), before)
  }),

  storeCase('uses the proofs of a refresh up with its effect, and only then', async (store, samples) => {
    const family = await started(store, samples)
    const proofs = [samples.singleUse(), samples.singleUse()]
    const present = (parts: Partial<RotateRefreshToken>) =>
      store.rotateRefreshToken(samples.refresh(family, { proofs, ...parts }))
    await expectOutcome(present({ clientId: 'another app' }), 'refused')
    await expectOutcome(present({}), 'rotated')
    for (const proof of proofs) {
      const again = present({ proofs: [samples.singleUse(), proof], proofJkt: 'thief' })
      await expectOutcome(again, 'proofUsed')
    }
    assert.equal((await store.findFamily('realm', family.id))?.revokedAt, null)
    const repeated = [samples.singleUse()]
    await expectOutcome(present({ proofs: repeated }), 'repeated')
    await expectOutcome(present({ proofs: repeated }), 'proofUsed')
    const thief = [samples.singleUse()]
    await expectOutcome(present({ proofs: thief, proofJkt: 'thief' }), 'revoked')
    await expectOutcome(present({ proofs: thief, proofJkt: 'thief' }), 'proofUsed')
  }),

  raceCase('gives 64 refreshes at once the one successor', async (stores, samples) => {
    const family = await started(stores[0], samples)
    const results = await race(stores, 64, (store) => store.rotateRefreshToken(samples.refresh(family)))
    assert.equal(count(results, 'rotated'), 1)
    assert.equal(count(results, 'repeated'), 63)
    const generations = results.map((result) => ('generation' in result ? result.generation : 0))
    assert.deepEqual(new Set(generations), new Set([1]))
    assert.equal((await stores[0].findFamily('realm', family.id))?.generation, 1)
  }),

  raceCase('ends a family once when 64 copies of its token come at once', async (stores, samples) => {
    const family = await started(stores[0], samples)
    const results = await race(stores, 64, (store, index) =>
      store.rotateRefreshToken(
        samples.refresh(family, { proofJkt: index % 8 === 0 ? 'thief' : 'proof key' }),
      ),
    )
    assert.equal(count(results, 'revoked'), 1)
    const found = (await stores[0].findFamily('realm', family.id)) as FamilyRecord
    assert.equal(found.revokedAt, noon)
    await expectOutcome(stores[0].rotateRefreshToken(samples.refresh(found)), 'refused')
  }),
]
