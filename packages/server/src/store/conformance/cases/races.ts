import assert from 'node:assert/strict'
import { race, raceCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { count, expectOutcome, idsOf, registered } from '../internal/steps.ts'

export const raceCases = [
  raceCase('lets one of 64 assertions at once use a challenge', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const challenge = samples.singleUse()
    const inputs = Array.from({ length: 64 }, () => samples.authentication(credential, { challenge }))
    const results = await race(stores, 64, (store, index) =>
      store.recordAuthentication(inputs[index] ?? assert.fail()),
    )
    assert.equal(count(results, 'recorded'), 1)
    assert.equal(count(results, 'challengeUsed'), 63)
    const sessions = await Promise.all(
      inputs.map(({ session }) => stores[0].findSession('realm', session.tokenHash)),
    )
    assert.equal(sessions.filter((session) => session !== undefined).length, 1)
  }),

  raceCase('lets one of 64 registrations at once use a challenge', async (stores, samples) => {
    const challenge = samples.singleUse()
    const results = await race(stores, 64, (store, index) =>
      store.registerCredential(samples.registration({ account: `${index}` }, { challenge })),
    )
    assert.equal(count(results, 'registered'), 1)
    assert.equal(count(results, 'challengeUsed'), 63)
  }),

  raceCase('lets one of 64 registrations at once use a grant', async (stores, samples) => {
    const grant = samples.singleUse()
    const results = await race(stores, 64, (store, index) =>
      store.registerCredential(samples.registration({ account: `${index}` }, { grant })),
    )
    assert.equal(count(results, 'registered'), 1)
    assert.equal(count(results, 'grantUsed'), 63)
  }),

  raceCase('lets one of 64 registrations at once have a credential id', async (stores, samples) => {
    const results = await race(stores, 64, (store, index) =>
      store.registerCredential(samples.registration({ id: 'id', account: `account-${index}` })),
    )
    const winner = results.findIndex((result) => result.outcome === 'registered')
    assert.equal(count(results, 'registered'), 1)
    assert.equal(count(results, 'credentialExists'), 63)
    assert.equal((await stores[0].findCredential('realm', 'id'))?.account, `account-${winner}`)
  }),

  raceCase('holds an account to its limit among 64 registrations at once', async (stores, samples) => {
    const results = await race(stores, 64, (store) =>
      store.registerCredential(samples.registration({}, { limit: 3 })),
    )
    assert.equal(count(results, 'registered'), 3)
    assert.equal(count(results, 'limitReached'), 61)
    assert.equal((await idsOf(stores[0], 'ada')).length, 3)
  }),

  raceCase('lets one of 64 assertions at once have a counter', async (stores, samples) => {
    const credential = await registered(stores[0], samples, { signCount: 4 })
    const results = await race(stores, 64, (store) =>
      store.recordAuthentication(samples.authentication(credential, { signCount: 5 })),
    )
    assert.equal(count(results, 'recorded'), 1)
    assert.equal(count(results, 'signCountReplayed'), 63)
  }),

  raceCase('never lets the counter fall when assertions arrive in any order', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    // 37 and 64 share no divisor: every counter from 1 to 64, well mixed.
    const counters = Array.from({ length: 64 }, (_, index) => ((index * 37) % 64) + 1)
    const results = await race(stores, 64, (store, index) =>
      store.recordAuthentication(samples.authentication(credential, { signCount: counters[index] ?? 0 })),
    )
    assert.equal(results[counters.indexOf(64)]?.outcome, 'recorded')
    assert.equal((await stores[0].findCredential('realm', credential.id))?.signCount, 64)
    assert.equal(count(results, 'recorded') + count(results, 'signCountReplayed'), 64)
  }),

  raceCase('leaves no session of a credential that was removed among assertions', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const inputs = Array.from({ length: 64 }, () => samples.authentication(credential))
    const removal = samples.removal(credential)
    await race(stores, 65, async (store, index) => {
      if (index === 32) return expectOutcome(store.removeCredential(removal), 'removed')
      await store.recordAuthentication(inputs[index < 32 ? index : index - 1] ?? assert.fail())
    })
    assert.equal(await stores[0].findCredential('realm', credential.id), undefined)
    for (const { session } of inputs) {
      assert.equal(await stores[0].findSession('realm', session.tokenHash), undefined)
    }
  }),

  raceCase('removes a credential once among 64 removals at once', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const results = await race(stores, 64, (store) => store.removeCredential(samples.removal(credential)))
    assert.equal(results.filter((result) => result === 'removed').length, 1)
  }),

  raceCase('forgets nothing that is in use while it prunes', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const inputs = Array.from({ length: 32 }, () => samples.authentication(credential))
    const results = await race(stores, 64, async (store, index) => {
      const input = inputs[index >> 1] ?? assert.fail()
      if (index % 2 === 0) return (await store.recordAuthentication(input)).outcome
      await store.prune(noon)
      return 'pruned'
    })
    assert.equal(results.filter((outcome) => outcome === 'recorded').length, 32)
    for (const { session } of inputs) {
      assert.deepEqual(await stores[0].findSession('realm', session.tokenHash), session)
    }
  }),
]
