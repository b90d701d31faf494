import assert from 'node:assert/strict'
import type { PasswordRecord, Store } from '../../contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import type { Samples } from '../internal/samples.ts'
import { expectOutcome } from '../internal/steps.ts'

export const passwordCases = [
  storeCase('saves, finds and replaces a password account', async (store, samples) => {
    const first = samples.password()
    const second = samples.password({ passwordHash: 'another', displayName: 'Countess' })
    for (const password of [first, second]) {
      await expectOutcome(save(store, samples, password), 'saved')
      assert.deepEqual(await store.findPassword('realm', 'ada'), password)
    }
    assert.equal(await store.findPassword('realm', 'grace'), undefined)
  }),

  storeCase('gives a username to one account', async (store, samples) => {
    const ada = samples.password()
    await expectOutcome(save(store, samples, ada), 'saved')
    const thief = samples.password({ account: 'grace', passwordHash: 'another' })
    await expectOutcome(save(store, samples, thief), 'usernameTaken')
    assert.deepEqual(await store.findPassword('realm', 'ada'), ada)
  }),

  storeCase('moves an account to a new username and frees the old one', async (store, samples) => {
    await expectOutcome(save(store, samples, samples.password()), 'saved')
    const renamed = samples.password({ username: 'lovelace' })
    await expectOutcome(save(store, samples, renamed), 'saved')
    assert.equal(await store.findPassword('realm', 'ada'), undefined)
    const newcomer = samples.password({ account: 'grace' })
    await expectOutcome(save(store, samples, newcomer), 'saved')
    assert.deepEqual(await store.findPassword('realm', 'ada'), newcomer)
    assert.deepEqual(await store.findPassword('realm', 'lovelace'), renamed)
  }),

  storeCase('keeps the old username when the new one is taken', async (store, samples) => {
    const ada = samples.password()
    await expectOutcome(save(store, samples, ada), 'saved')
    await expectOutcome(
      save(store, samples, samples.password({ account: 'grace', username: 'grace' })),
      'saved',
    )
    await expectOutcome(save(store, samples, samples.password({ username: 'grace' })), 'usernameTaken')
    assert.deepEqual(await store.findPassword('realm', 'ada'), ada)
  }),

  raceCase('gives a username that 64 accounts ask for at once to one of them', async (stores, samples) => {
    const results = await race(stores, 64, (store, index) =>
      save(store, samples, samples.password({ account: `account-${index}` })),
    )
    const winner = results.indexOf('saved')
    assert.equal(results.filter((result) => result === 'saved').length, 1)
    assert.equal((await stores[0].findPassword('realm', 'ada'))?.account, `account-${winner}`)
  }),
]

function save(store: Store, samples: Samples, password: PasswordRecord): Promise<'saved' | 'usernameTaken'> {
  return store.savePassword({ ...samples.operation(), password })
}
