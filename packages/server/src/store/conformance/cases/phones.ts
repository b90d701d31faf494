import assert from 'node:assert/strict'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { count, expectOutcome, idsOf, registered, started } from '../internal/steps.ts'

export const phoneCases = [
  storeCase('takes an App Attest key for one credential, until that is removed', async (store, samples) => {
    const first = await registered(store, samples, { appAttestKey: 'key' })
    for (const account of ['ada', 'grace']) {
      const again = samples.registration({ account, appAttestKey: 'key' })
      await expectOutcome(store.registerCredential(again), 'appAttestKeyUsed')
      assert.equal(await store.findCredential('realm', again.credential.id), undefined)
      await registered(
        store,
        samples,
        { appAttestKey: null },
        { challenge: again.challenge, grant: again.grant },
      )
    }
    await registered(store, samples, { appAttestKey: 'key' }, { realm: 'elsewhere' })
    await expectOutcome(store.removeCredential(samples.removal(first)), 'removed')
    await registered(store, samples, { appAttestKey: 'key' })
  }),

  storeCase(
    'judges an App Attest key after the credential id and before the limit',
    async (store, samples) => {
      const { id } = await registered(store, samples, { appAttestKey: 'key' })
      const wrong = { appAttestKey: 'key' }
      const known = samples.registration({ ...wrong, id }, { limit: 1 })
      await expectOutcome(store.registerCredential(known), 'credentialExists')
      const used = samples.registration(wrong, { limit: 1 })
      await expectOutcome(store.registerCredential(used), 'appAttestKeyUsed')
    },
  ),

  storeCase('replaces a credential: evidence, sessions and families go with it', async (store, samples) => {
    const family = await started(store, samples)
    const credentialId = family.credentialId ?? ''
    const asking = samples.session({ credentialId })
    const other = samples.session({ credentialId })
    for (const session of [asking, other]) await store.startSession({ ...samples.operation(), session })
    const replaces = { credentialId, keepSession: asking.tokenHash }
    const { id } = await registered(store, samples, {}, { replaces, limit: 1 })
    assert.deepEqual(await idsOf(store, 'ada'), [id])
    assert.equal(await store.findEvidence('realm', credentialId), undefined)
    assert.notEqual((await store.findFamily('realm', family.id))?.revokedAt, null)
    assert.deepEqual(await store.findSession('realm', asking.tokenHash), asking)
    assert.equal(await store.findSession('realm', other.tokenHash), undefined)
  }),

  storeCase('replaces no credential of another account, and none when it refuses', async (store, samples) => {
    const ofGrace = await registered(store, samples, { account: 'grace' })
    const ofAda = await registered(store, samples)
    const keepSession = samples.unique('token')
    await registered(store, samples, {}, { replaces: { credentialId: ofGrace.id, keepSession } })
    await registered(store, samples, {}, { replaces: { credentialId: 'nobody’s', keepSession } })
    assert.deepEqual(await idsOf(store, 'grace'), [ofGrace.id])
    const replaces = { credentialId: ofAda.id, keepSession }
    await expectOutcome(
      store.registerCredential(samples.registration({}, { replaces, limit: 2 })),
      'limitReached',
    )
    assert.deepEqual(await store.findCredential('realm', ofAda.id), ofAda)
  }),

  storeCase(
    'makes room for a registration by what has expired, and by nothing else',
    async (store, samples) => {
      const expired = await registered(store, samples, { expiresAt: noon })
      const live = await registered(store, samples, { expiresAt: noon + 1 })
      const ofGrace = await registered(store, samples, { account: 'grace', expiresAt: noon })
      const { id } = await registered(store, samples, {}, { limit: 2 })
      assert.deepEqual(await idsOf(store, 'ada'), [live.id, id])
      assert.equal(await store.findEvidence('realm', expired.id), undefined)
      assert.deepEqual(await idsOf(store, 'grace'), [ofGrace.id])
    },
  ),

  raceCase('takes an App Attest key for one of many registrations at once', async (stores, samples) => {
    const results = await race(stores, 32, (store) =>
      store.registerCredential(samples.registration({ appAttestKey: 'key' })),
    )
    assert.equal(count(results, 'registered'), 1)
    assert.equal(count(results, 'appAttestKeyUsed'), 31)
  }),
]
