import assert from 'node:assert/strict'
import { storeCase } from '../internal/case.ts'
import { expectOutcome, idsOf, registered } from '../internal/steps.ts'

export const removalCases = [
  storeCase('removes a credential, so that it is neither found nor accepted', async (store, samples) => {
    const [credential, other] = [await registered(store, samples), await registered(store, samples)]
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'removed')
    assert.equal(await store.findCredential('realm', credential.id), undefined)
    assert.deepEqual(await idsOf(store, 'ada'), [other.id])
    const assertion = samples.authentication(credential)
    await expectOutcome(store.recordAuthentication(assertion), 'credentialUnknown')
  }),

  storeCase('ends the sessions a removed credential opened, and no others', async (store, samples) => {
    const [removed, other] = [await registered(store, samples), await registered(store, samples)]
    const ended = [samples.authentication(removed), samples.authentication(removed)]
    const kept = samples.authentication(other)
    for (const input of [...ended, kept]) await expectOutcome(store.recordAuthentication(input), 'recorded')
    const password = samples.session()
    await store.startSession({ ...samples.operation(), session: password })

    await expectOutcome(store.removeCredential(samples.removal(removed)), 'removed')
    for (const { session } of ended) {
      assert.equal(await store.findSession('realm', session.tokenHash), undefined)
    }
    assert.deepEqual(await store.findSession('realm', kept.session.tokenHash), kept.session)
    assert.deepEqual(await store.findSession('realm', password.tokenHash), password)
  }),

  storeCase('keeps the session that asks for the removal, and only that one', async (store, samples) => {
    const credential = await registered(store, samples)
    const [asking, other] = [samples.authentication(credential), samples.authentication(credential)]
    for (const input of [asking, other]) await expectOutcome(store.recordAuthentication(input), 'recorded')
    const removal = samples.removal(credential, { keepSession: asking.session.tokenHash })
    await expectOutcome(store.removeCredential(removal), 'removed')
    assert.deepEqual(await store.findSession('realm', asking.session.tokenHash), asking.session)
    assert.equal(await store.findSession('realm', other.session.tokenHash), undefined)
  }),

  storeCase('removes nothing for another account or an id it does not know', async (store, samples) => {
    const credential = await registered(store, samples)
    const stranger = samples.removal(credential, { account: 'grace' })
    const missing = samples.removal(credential, { credentialId: 'another' })
    await expectOutcome(store.removeCredential(stranger), 'unknown')
    await expectOutcome(store.removeCredential(missing), 'unknown')
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'removed')
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'unknown')
  }),

  storeCase('starts anew when a removed credential id is registered again', async (store, samples) => {
    const credential = await registered(store, samples)
    const old = samples.authentication(credential, { signCount: 9 })
    await expectOutcome(store.recordAuthentication(old), 'recorded')
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'removed')
    const again = await registered(store, samples, { id: credential.id, account: 'grace' })
    assert.deepEqual(await store.findCredential('realm', credential.id), again)
    assert.equal(await store.findSession('realm', old.session.tokenHash), undefined)
    assert.deepEqual(await idsOf(store, 'ada'), [])
  }),
]
