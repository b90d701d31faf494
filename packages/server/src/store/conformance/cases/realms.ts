import assert from 'node:assert/strict'
import type { Store } from '../../contract.ts'
import { storeCase } from '../internal/case.ts'
import type { Samples } from '../internal/samples.ts'
import { expectOutcome, idsOf, registered, triesLeft } from '../internal/steps.ts'

export const realmCases = [
  storeCase('shows nothing of one realm in another', async (store, samples) => {
    const { credential, session, password } = await fill(store, samples, 'realm')
    assert.equal(await store.findCredential('another', credential.id), undefined)
    assert.deepEqual(await store.listCredentials('another', credential.account), [])
    assert.equal(await store.findSession('another', session.tokenHash), undefined)
    assert.equal(await store.findPassword('another', password.username), undefined)
    const assertion = samples.authentication(credential, { realm: 'another' })
    await expectOutcome(store.recordAuthentication(assertion), 'credentialUnknown')
  }),

  storeCase('lets two realms hold the same ids, hashes, names and keys', async (store, samples) => {
    const registration = samples.registration({}, { limit: 1 })
    const { credential } = registration
    const session = samples.session()
    const budget = samples.budget({ limit: 1 })
    for (const realm of ['realm', 'another']) {
      const own = { realm, operationId: samples.unique('operation') }
      await expectOutcome(store.registerCredential({ ...registration, ...own }), 'registered')
      await store.startSession({ ...samples.operation(), realm, session })
      await expectOutcome(
        store.savePassword({
          ...samples.operation(),
          realm,
          password: samples.password({ displayName: realm }),
        }),
        'saved',
      )
      assert.equal(await triesLeft(store, samples, budget, { realm }), 1)
    }
    for (const realm of ['realm', 'another']) {
      assert.deepEqual(await idsOf(store, 'ada', realm), [credential.id])
      assert.equal((await store.findPassword(realm, 'ada'))?.displayName, realm)
    }
  }),

  storeCase('changes and ends things in their own realm only', async (store, samples) => {
    const { credential, session, budget } = await fill(store, samples, 'realm')
    const { removal, operation } = samples
    await expectOutcome(store.removeCredential(removal(credential, { realm: 'another' })), 'unknown')
    await store.endSession({ ...operation(), realm: 'another', tokenHash: session.tokenHash })
    const keys = [budget.key]
    await store.clearAttempts({ ...operation(), realm: 'another', keys, refund: keys })
    assert.deepEqual(await store.findCredential('realm', credential.id), credential)
    assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
    assert.equal(await triesLeft(store, samples, budget), 0)
  }),

  storeCase('ends sessions in the realm of the removed credential only', async (store, samples) => {
    const registration = samples.registration()
    const session = samples.session({ credentialId: registration.credential.id, acr: 'W' })
    for (const realm of ['realm', 'another']) {
      const own = { realm, operationId: samples.unique('operation') }
      await expectOutcome(store.registerCredential({ ...registration, ...own }), 'registered')
      const assertion = samples.authentication(registration.credential, { realm, session })
      await expectOutcome(store.recordAuthentication(assertion), 'recorded')
    }
    await expectOutcome(store.removeCredential(samples.removal(registration.credential)), 'removed')
    assert.equal(await store.findSession('realm', session.tokenHash), undefined)
    assert.deepEqual(await store.findSession('another', session.tokenHash), session)
  }),

  storeCase('compares text exactly: case, spaces and Unicode forms differ', async (store, samples) => {
    const alike = ['é', 'e\u0301', 'É', 'e', 'E', 'e ', ' e', 'e%', 'e_', "e'", 'ﬁ', 'fi', '😀', '']
    for (const text of alike) {
      await registered(store, samples, { id: 'id', account: text, name: text }, { realm: text })
      await registered(store, samples, { id: text, account: text })
      const password = samples.password({ account: text, username: text, displayName: text })
      await expectOutcome(store.savePassword({ ...samples.operation(), password }), 'saved')
    }
    for (const text of alike) {
      assert.equal((await store.findCredential(text, 'id'))?.name, text)
      assert.deepEqual(await idsOf(store, text), [text])
      assert.equal((await store.findCredential('realm', text))?.account, text)
      assert.equal((await store.findPassword('realm', text))?.displayName, text)
    }
  }),

  storeCase('keeps the parts of a key apart, wherever a separator stands', async (store, samples) => {
    for (const separator of [':', '/', '|', '.', ' ', '\u001f']) {
      const [left, right] = [`a${separator}b`, `b${separator}c`]
      const { credential } = await fill(store, samples, left, { id: 'c', account: 'c' })
      assert.equal(await store.findCredential('a', right), undefined)
      const other = await fill(store, samples, 'a', { id: right, account: right })
      assert.deepEqual(await store.findCredential(left, 'c'), credential)
      assert.deepEqual(await store.findCredential('a', right), other.credential)
      assert.deepEqual(await idsOf(store, 'c', left), ['c'])
    }
  }),
]

/** Puts one thing of each kind into a realm; its budget of three is used up. */
async function fill(store: Store, samples: Samples, realm: string, names = { id: 'id', account: 'ada' }) {
  const { id, account } = names
  const credential = await registered(store, samples, { id, account }, { realm })
  const session = samples.session({ tokenHash: id, account })
  await store.startSession({ ...samples.operation(), realm, session })
  const password = samples.password({ account, username: account })
  await expectOutcome(store.savePassword({ ...samples.operation(), realm, password }), 'saved')
  const budget = samples.budget({ key: id })
  assert.equal(await triesLeft(store, samples, budget, { realm }), 3)
  return { credential, session, password, budget }
}
