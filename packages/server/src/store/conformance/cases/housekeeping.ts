import assert from 'node:assert/strict'
import { clockTolerance, operationKeptFor, type SingleUse } from '../../contract.ts'
import { raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, registered, triesLeft } from '../internal/steps.ts'

export const housekeepingCases = [
  storeCase('prunes sessions once they expired longer ago than clocks may differ', async (store, samples) => {
    const realms = ['realm', 'another']
    const session = samples.session({ expiresAt: noon + 100 })
    const longer = samples.session({ expiresAt: noon + 101 })
    for (const realm of realms) {
      await store.startSession({ ...samples.operation(), realm, session })
      await store.startSession({ ...samples.operation(), realm, session: longer })
    }
    await store.prune(noon + 100 + clockTolerance - 1)
    for (const realm of realms) assert.ok(await store.findSession(realm, session.tokenHash))
    await store.prune(noon + 100 + clockTolerance)
    for (const realm of realms) {
      assert.equal(await store.findSession(realm, session.tokenHash), undefined)
      assert.deepEqual(await store.findSession(realm, longer.tokenHash), longer)
    }
  }),

  storeCase(
    'remembers a used challenge and grant while any clock may take them for valid',
    async (store, samples) => {
      const { challenge, grant } = samples.registration()
      const credential = await registered(store, samples, {}, { challenge, grant })
      await store.prune(challenge.expiresAt + clockTolerance - 1)
      const assertion = samples.authentication(credential, { challenge })
      await expectOutcome(store.recordAuthentication(assertion), 'challengeUsed')
      await expectOutcome(store.registerCredential(samples.registration({}, { grant })), 'grantUsed')
    },
  ),

  storeCase('still refuses a challenge and grant after they were pruned', async (store, samples) => {
    const { challenge, grant } = samples.registration()
    const credential = await registered(store, samples, {}, { challenge, grant })
    const now = challenge.expiresAt + clockTolerance
    await store.prune(now)
    const assertion = samples.authentication(credential, { challenge, now })
    await expectOutcome(store.recordAuthentication(assertion), 'challengeUsed')
    const fresh = { hash: samples.unique('hash'), expiresAt: now + 300 }
    const registration = samples.registration({}, { challenge: fresh, grant, now })
    await expectOutcome(store.registerCredential(registration), 'grantUsed')
  }),

  storeCase(
    'forgets used challenges and grants some day after nobody can take them for valid',
    async (store, samples) => {
      // Only visible with an expiry that no caller would send again: this is about growing for ever, not about safety.
      const { challenge, grant } = samples.registration()
      const credential = await registered(store, samples, {}, { challenge, grant })
      const assertion = samples.authentication(credential)
      await expectOutcome(store.recordAuthentication(assertion), 'recorded')
      await store.prune(noon + 7 * operationKeptFor)
      const later = (thing: SingleUse) => ({ ...thing, expiresAt: noon + 8 * operationKeptFor })
      await registered(store, samples, {}, { challenge: later(challenge), grant: later(grant) })
      await registered(store, samples, {}, { challenge: later(assertion.challenge) })
    },
  ),

  storeCase('prunes no attempt bucket that still counts', async (store, samples) => {
    const budget = samples.budget({ limit: 2, delay: 300, maxDelay: 300, forgetAfter: 600 })
    assert.equal(await triesLeft(store, samples, budget), 2)
    await store.prune(noon + 600 + clockTolerance - 1)
    assert.equal(await triesLeft(store, samples, budget, { now: noon + 299 }), 0)
    await store.prune(noon + 600 + clockTolerance)
    assert.equal(await triesLeft(store, samples, budget, { now: noon + 299 }), 2)
  }),

  storeCase('prunes no credential and no password, however old', async (store, samples) => {
    const credential = await registered(store, samples)
    const password = samples.password()
    await expectOutcome(store.savePassword({ ...samples.operation(), password }), 'saved')
    await store.prune(noon + 1e9)
    assert.deepEqual(await store.findCredential('realm', credential.id), credential)
    assert.deepEqual(await store.findPassword('realm', 'ada'), password)
  }),

  storeCase('prunes more than one step of anything', async (store, samples) => {
    const sessions = Array.from({ length: 1200 }, () => samples.session({ expiresAt: noon }))
    await Promise.all(sessions.map((session) => store.startSession({ ...samples.operation(), session })))
    await store.prune(noon + clockTolerance)
    const left = await Promise.all(sessions.map(({ tokenHash }) => store.findSession('realm', tokenHash)))
    assert.equal(left.filter((session) => session !== undefined).length, 0)
  }),

  raceCase('keeps a store of production from demos, for ever', async ([store, second], samples) => {
    for (let times = 0; times < 2; times++) assert.equal(await store.openAs('production'), 'opened')
    await registered(store, samples)
    await store.prune(noon + 1e9)
    for (const each of [store, second ?? store]) {
      assert.equal(await each.openAs('demo'), 'markedProduction')
      assert.equal(await each.openAs('production'), 'opened')
    }
  }),

  raceCase('marks a store that was opened as a demo, for ever', async ([store, second], samples) => {
    for (let times = 0; times < 2; times++) assert.equal(await store.openAs('demo'), 'opened')
    await registered(store, samples)
    await store.prune(noon + 1e9)
    for (const each of [store, second ?? store]) {
      assert.equal(await each.openAs('production'), 'markedDemo')
      assert.equal(await each.openAs('demo'), 'opened')
    }
  }),

  storeCase('cannot be changed through what it was given or gave', async (store, samples) => {
    const input = samples.registration()
    const { credential } = input
    const original = structuredClone(credential)
    await expectOutcome(store.registerCredential(input), 'registered')
    const scribble = (record: typeof credential | undefined) => {
      record?.publicKey.fill(0)
      ;(record?.transports as string[] | undefined)?.push('usb')
    }
    scribble(credential)
    scribble(await store.findCredential('realm', credential.id))
    for (const listed of await store.listCredentials('realm', 'ada')) scribble(listed)
    assert.deepEqual(await store.findCredential('realm', credential.id), original)
  }),

  storeCase('gives plain objects and bytes', async (store, samples) => {
    const credential = await registered(store, samples)
    const found = await store.findCredential('realm', credential.id)
    assert.equal(Object.getPrototypeOf(found), Object.prototype)
    assert.equal(Object.getPrototypeOf(found?.publicKey), Uint8Array.prototype)
    const session = samples.session()
    await store.startSession({ ...samples.operation(), session })
    const given = await store.findSession('realm', session.tokenHash)
    assert.equal(Object.getPrototypeOf(given), Object.prototype)
  }),

  storeCase('settles what was asked before it closes, then takes nothing', async (store, samples) => {
    const settled = store.registerCredential(samples.registration())
    await store.close()
    await expectOutcome(settled, 'registered')
    await store.close()
    for (const call of [
      () => store.findCredential('realm', 'id'),
      () => store.registerCredential(samples.registration()),
      () => store.openAs('production'),
      () => store.prune(noon),
    ]) {
      await assert.rejects(call, { name: 'KeyboundError', code: 'store_unavailable' })
    }
  }),
]
