import assert from 'node:assert/strict'
import { clockTolerance } from '../../contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { started } from '../internal/steps.ts'

export const proofCases = [
  storeCase('takes a proof once in each realm', async (store, samples) => {
    const proof = { ...samples.singleUse(), realm: 'realm', now: noon }
    assert.equal(await store.useProof(proof), 'fresh')
    assert.equal(await store.useProof(proof), 'used')
    assert.equal(await store.useProof({ ...proof, realm: 'another' }), 'fresh')
    const other = samples.singleUse()
    assert.equal(await store.useProof({ ...proof, ...other }), 'fresh')
  }),

  storeCase('knows one set of proofs, whatever they accompany', async (store, samples) => {
    const family = await started(store, samples)
    const proofs = [samples.singleUse()]
    await store.rotateRefreshToken(samples.refresh(family, { proofs }))
    for (const proof of proofs) {
      assert.equal(await store.useProof({ ...proof, realm: 'realm', now: noon }), 'used')
    }
  }),

  storeCase('takes no proof for a family that ended or is gone, and uses none up', async (store, samples) => {
    const family = await started(store, samples, { expiresAt: noon + 100 })
    const proof = { ...samples.singleUse(), realm: 'realm', now: noon, family: family.id }
    assert.equal(await store.useProof({ ...proof, ...samples.singleUse() }), 'fresh')
    await store.revokeFamilies({ realm: 'realm', now: noon, of: { family: family.id } })
    assert.equal(await store.useProof(proof), 'familyEnded')
    assert.equal(await store.useProof({ ...proof, family: 'another' }), 'familyEnded')
    await store.prune(noon + 100 + clockTolerance)
    assert.equal(await store.useProof(proof), 'familyEnded')
    const { family: _, ...alone } = proof
    assert.equal(await store.useProof(alone), 'fresh')
  }),

  storeCase('remembers a proof while any clock may take it for valid', async (store, samples) => {
    const proof = { ...samples.singleUse(), realm: 'realm', now: noon }
    const { expiresAt } = proof
    assert.equal(await store.useProof(proof), 'fresh')
    await store.prune(expiresAt + clockTolerance - 1)
    assert.equal(await store.useProof(proof), 'used')
    await store.prune(expiresAt + clockTolerance)
    assert.equal(await store.useProof({ ...proof, now: expiresAt + clockTolerance }), 'used')
  }),

  storeCase('forgets a proof when nobody can take it for valid', async (store, samples) => {
    // As with challenges: visible only with an expiry that nobody would send again.
    const proof = { ...samples.singleUse(), realm: 'realm', now: noon }
    assert.equal(await store.useProof(proof), 'fresh')
    await store.prune(proof.expiresAt + clockTolerance)
    assert.equal(await store.useProof({ ...proof, expiresAt: noon + 100_000 }), 'fresh')
  }),

  raceCase('takes one of 64 uses of a proof at once', async (stores, samples) => {
    const proof = { ...samples.singleUse(), realm: 'realm', now: noon }
    const results = await race(stores, 64, (store) => store.useProof(proof))
    assert.equal(results.filter((result) => result === 'fresh').length, 1)
  }),
]
