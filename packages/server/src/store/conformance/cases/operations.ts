import assert from 'node:assert/strict'
import { operationKeptFor } from '../../contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, idsOf, registered, triesLeft } from '../internal/steps.ts'

export const operationCases = [
  storeCase('answers a repeated registration with its first result', async (store, samples) => {
    const input = samples.registration()
    await expectOutcome(store.registerCredential(input), 'registered')
    await expectOutcome(store.registerCredential(input), 'registered')
    assert.deepEqual(await idsOf(store, 'ada'), [input.credential.id])
    await expectOutcome(store.removeCredential(samples.removal(input.credential)), 'removed')
    await expectOutcome(store.registerCredential(input), 'registered')
    assert.deepEqual(await idsOf(store, 'ada'), [])
  }),

  storeCase('answers a repeated assertion with its first result', async (store, samples) => {
    const credential = await registered(store, samples)
    const input = samples.authentication(credential, { signCount: 1 })
    await expectOutcome(store.recordAuthentication(input), 'recorded')
    await expectOutcome(store.recordAuthentication(input), 'recorded')
    await store.endSession({ ...samples.operation(), tokenHash: input.session.tokenHash })
    await expectOutcome(store.recordAuthentication(input), 'recorded')
    assert.equal(await store.findSession('realm', input.session.tokenHash), undefined)
  }),

  storeCase('answers a repeated removal with its first result', async (store, samples) => {
    const credential = await registered(store, samples)
    const removal = samples.removal(credential)
    await expectOutcome(store.removeCredential(removal), 'removed')
    await expectOutcome(store.removeCredential(removal), 'removed')
    await registered(store, samples, { id: credential.id })
    await expectOutcome(store.removeCredential(removal), 'removed')
    assert.deepEqual(await idsOf(store, 'ada'), [credential.id])
  }),

  storeCase('starts and ends a session once for each operation', async (store, samples) => {
    const session = samples.session()
    const start = { ...samples.operation(), session }
    const end = { ...samples.operation(), tokenHash: session.tokenHash }
    await store.startSession(start)
    await store.startSession(start)
    await store.endSession(end)
    await store.startSession(start)
    assert.equal(await store.findSession('realm', session.tokenHash), undefined)
    await store.startSession({ ...samples.operation(), session })
    await store.endSession(end)
    assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
  }),

  storeCase('takes one try for a repeated attempt', async (store, samples) => {
    const budget = samples.budget({ limit: 3 })
    const input = { ...samples.operation(), budgets: [budget] }
    for (let call = 0; call < 10; call++) await expectOutcome(store.takeAttempt(input), 'taken')
    assert.equal(await triesLeft(store, samples, budget), 2)
  }),

  storeCase('gives tries back once for each operation', async (store, samples) => {
    const [own, shared] = [samples.budget({ limit: 3 }), samples.budget({ limit: 3 })]
    const clear = { ...samples.operation(), keys: [own.key], refund: [shared.key] }
    for (const budget of [own, shared]) assert.equal(await triesLeft(store, samples, budget), 3)
    await store.clearAttempts(clear)
    assert.equal(await triesLeft(store, samples, own), 3)
    assert.equal(await triesLeft(store, samples, shared), 1)
    await store.clearAttempts(clear)
    for (const budget of [own, shared]) assert.equal(await triesLeft(store, samples, budget), 0)
  }),

  storeCase('does not bring an old password back when its operation is repeated', async (store, samples) => {
    const first = { ...samples.operation(), password: samples.password({ passwordHash: 'first' }) }
    await expectOutcome(store.savePassword(first), 'saved')
    const second = samples.password({ passwordHash: 'second' })
    await expectOutcome(store.savePassword({ ...samples.operation(), password: second }), 'saved')
    await expectOutcome(store.savePassword(first), 'saved')
    assert.deepEqual(await store.findPassword('realm', 'ada'), second)
  }),

  storeCase('scopes an operation id by realm and by operation', async (store, samples) => {
    const { operationId, now } = samples.operation()
    const shared = { operationId, now }
    const session = samples.session()
    const budget = samples.budget({ limit: 2 })
    for (const realm of ['realm', 'another']) {
      await expectOutcome(store.takeAttempt({ ...shared, realm, budgets: [budget] }), 'taken')
      await store.startSession({ ...shared, realm, session })
      assert.deepEqual(await store.findSession(realm, session.tokenHash), session)
      assert.equal(await triesLeft(store, samples, budget, { realm }), 1)
    }
  }),

  storeCase('does not keep a refusal: the same id is judged again', async (store, samples) => {
    const first = await registered(store, samples, {}, { limit: 1 })
    const input = samples.registration({}, { limit: 1 })
    await expectOutcome(store.registerCredential(input), 'limitReached')
    await expectOutcome(store.removeCredential(samples.removal(first)), 'removed')
    await expectOutcome(store.registerCredential(input), 'registered')
    await expectOutcome(store.registerCredential(input), 'registered')
  }),

  storeCase('keeps a result for a day, and not for ever', async (store, samples) => {
    const credential = await registered(store, samples)
    const removal = samples.removal(credential)
    await expectOutcome(store.removeCredential(removal), 'removed')
    await store.prune(noon + operationKeptFor)
    await expectOutcome(store.removeCredential(removal), 'removed')
    await store.prune(noon + 7 * operationKeptFor)
    await expectOutcome(store.removeCredential(removal), 'unknown')
  }),

  raceCase('gives 64 callers with one operation id the one result of one effect', async (stores, samples) => {
    const [store] = stores
    const budget = samples.budget({ limit: 64 })
    const attempt = { ...samples.operation(), budgets: [budget] }
    const registration = samples.registration()
    const taken = await race(stores, 64, (each) => each.takeAttempt(attempt))
    assert.deepEqual(new Set(taken.map((result) => result.outcome)), new Set(['taken']))
    assert.equal(await triesLeft(store, samples, budget), 63)
    const made = await race(stores, 64, (each) => each.registerCredential(registration))
    assert.deepEqual(new Set(made.map((result) => result.outcome)), new Set(['registered']))
    assert.deepEqual(await idsOf(store, 'ada'), [registration.credential.id])
  }),
]
