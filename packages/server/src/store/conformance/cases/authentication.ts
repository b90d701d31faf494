import assert from 'node:assert/strict'
import { storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, registered } from '../internal/steps.ts'

export const authenticationCases = [
  storeCase('records an assertion: counter, backup state, last use and session', async (store, samples) => {
    const credential = await registered(store, samples, { signCount: 7 })
    const input = samples.authentication(credential, { signCount: 8, backedUp: true, now: noon + 60 })
    await expectOutcome(store.recordAuthentication(input), 'recorded')
    assert.deepEqual(await store.findCredential('realm', credential.id), {
      ...credential,
      signCount: 8,
      backedUp: true,
      lastUsedAt: noon + 60,
    })
    assert.deepEqual(await store.findSession('realm', input.session.tokenHash), input.session)
  }),

  storeCase('opens the session for the account and credential of the assertion', async (store, samples) => {
    const credential = await registered(store, samples)
    const session = samples.session({ account: 'grace', acr: 'W', credentialId: 'another' })
    await expectOutcome(
      store.recordAuthentication(samples.authentication(credential, { session })),
      'recorded',
    )
    assert.deepEqual(await store.findSession('realm', session.tokenHash), {
      ...session,
      account: 'ada',
      credentialId: credential.id,
    })
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'removed')
    assert.equal(await store.findSession('realm', session.tokenHash), undefined)
  }),

  storeCase(
    'uses a challenge for one assertion, and changes nothing when it refuses',
    async (store, samples) => {
      const credential = await registered(store, samples)
      const challenge = samples.singleUse()
      const first = samples.authentication(credential, { challenge, signCount: 1 })
      await expectOutcome(store.recordAuthentication(first), 'recorded')
      const again = samples.authentication(credential, {
        challenge,
        signCount: 2,
        now: noon + 9,
        backedUp: true,
      })
      await expectOutcome(store.recordAuthentication(again), 'challengeUsed')
      const stored = { ...credential, signCount: 1, lastUsedAt: noon }
      assert.deepEqual(await store.findCredential('realm', credential.id), stored)
      assert.equal(await store.findSession('realm', again.session.tokenHash), undefined)
    },
  ),

  storeCase('uses a challenge once over registrations and assertions together', async (store, samples) => {
    const challenge = samples.singleUse()
    const credential = await registered(store, samples, {}, { challenge })
    const assertion = samples.authentication(credential, { challenge })
    await expectOutcome(store.recordAuthentication(assertion), 'challengeUsed')
    const fresh = samples.authentication(credential)
    await expectOutcome(store.recordAuthentication(fresh), 'recorded')
    const registration = samples.registration({}, { challenge: fresh.challenge })
    await expectOutcome(store.registerCredential(registration), 'challengeUsed')
  }),

  storeCase(
    'knows a credential only by its own account, and burns no challenge on others',
    async (store, samples) => {
      const credential = await registered(store, samples)
      const right = samples.authentication(credential)
      const stranger = { ...right, operationId: samples.unique('operation'), account: 'grace' }
      const missing = { ...right, operationId: samples.unique('operation'), credentialId: 'another' }
      await expectOutcome(store.recordAuthentication(stranger), 'credentialUnknown')
      await expectOutcome(store.recordAuthentication(missing), 'credentialUnknown')
      assert.equal(await store.findSession('realm', right.session.tokenHash), undefined)
      await expectOutcome(store.recordAuthentication(right), 'recorded')
    },
  ),

  storeCase('refuses a counter that does not rise, and burns no challenge on it', async (store, samples) => {
    const credential = await registered(store, samples, { signCount: 5 })
    const challenge = samples.singleUse()
    const at = (signCount: number) =>
      store.recordAuthentication(samples.authentication(credential, { challenge, signCount }))
    for (const signCount of [5, 4, 0]) await expectOutcome(at(signCount), 'signCountReplayed', `${signCount}`)
    assert.deepEqual(await store.findCredential('realm', credential.id), credential)
    await expectOutcome(at(6), 'recorded')
  }),

  storeCase(
    'accepts zero again and again from an authenticator that has no counter',
    async (store, samples) => {
      const credential = await registered(store, samples)
      for (const signCount of [0, 0, 1]) {
        const input = samples.authentication(credential, { signCount })
        await expectOutcome(store.recordAuthentication(input), 'recorded')
      }
      const zero = samples.authentication(credential, { signCount: 0 })
      await expectOutcome(store.recordAuthentication(zero), 'signCountReplayed')
    },
  ),

  storeCase('keeps the higher counter when the policy accepts a lower one', async (store, samples) => {
    const credential = await registered(store, samples, { signCount: 5 })
    const input = samples.authentication(credential, { signCount: 3, acceptReplayedCount: true })
    await expectOutcome(store.recordAuthentication(input), 'recorded')
    assert.equal((await store.findCredential('realm', credential.id))?.signCount, 5)
    assert.ok(await store.findSession('realm', input.session.tokenHash))
  }),

  storeCase('does not move the last use back when a clock is behind', async (store, samples) => {
    const credential = await registered(store, samples)
    for (const now of [noon + 60, noon + 30]) {
      await expectOutcome(store.recordAuthentication(samples.authentication(credential, { now })), 'recorded')
    }
    assert.equal((await store.findCredential('realm', credential.id))?.lastUsedAt, noon + 60)
  }),
]
