import assert from 'node:assert/strict'
import { storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'

export const sessionCases = [
  storeCase('starts, finds and ends a session', async (store, samples) => {
    const [session, other] = [samples.session(), samples.session({ account: 'grace' })]
    await store.startSession({ ...samples.operation(), session })
    await store.startSession({ ...samples.operation(), session: other })
    assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
    assert.equal(await store.findSession('realm', 'another'), undefined)
    await store.endSession({ ...samples.operation(), tokenHash: session.tokenHash })
    assert.equal(await store.findSession('realm', session.tokenHash), undefined)
    assert.deepEqual(await store.findSession('realm', other.tokenHash), other)
  }),

  storeCase('does nothing when a session to end is not there', async (store, samples) => {
    const session = samples.session()
    await store.startSession({ ...samples.operation(), session })
    await store.endSession({ ...samples.operation(), tokenHash: 'another' })
    assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
  }),

  storeCase('gives an expired session until it is pruned', async (store, samples) => {
    const session = samples.session({ expiresAt: noon - 1 })
    await store.startSession({ ...samples.operation(), session })
    assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
  }),

  storeCase(
    'never takes over a token hash in use, and that failure undoes nothing else',
    async (store, samples) => {
      const session = samples.session()
      await store.startSession({ ...samples.operation(), session })
      const thief = { ...samples.session({ account: 'grace' }), tokenHash: session.tokenHash }
      const others = Array.from({ length: 6 }, () => samples.session())
      const started = [...others.slice(0, 3), thief, ...others.slice(3)]
      const results = await Promise.allSettled(
        started.map((each) => store.startSession({ ...samples.operation(), session: each })),
      )
      assert.deepEqual(
        results.map((result) => result.status),
        started.map((each) => (each === thief ? 'rejected' : 'fulfilled')),
      )
      assert.deepEqual(await store.findSession('realm', session.tokenHash), session)
      for (const each of others) assert.deepEqual(await store.findSession('realm', each.tokenHash), each)
    },
  ),

  storeCase(
    'changes nothing when an assertion would open a session under a token hash in use',
    async (store, samples) => {
      const session = samples.session()
      await store.startSession({ ...samples.operation(), session })
      const registration = samples.registration()
      await store.registerCredential(registration)
      const { credential } = registration
      const input = samples.authentication(credential, { signCount: 1 })
      const clash = {
        ...input,
        operationId: samples.unique('operation'),
        session: { ...input.session, tokenHash: session.tokenHash },
      }
      await assert.rejects(store.recordAuthentication(clash), { code: 'internal' })
      assert.deepEqual(await store.findCredential('realm', credential.id), credential)
      assert.deepEqual(await store.recordAuthentication(input), { outcome: 'recorded' })
    },
  ),
]
