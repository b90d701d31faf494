import assert from 'node:assert/strict'
import { clockTolerance } from '../../contract.ts'
import { storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, idsOf, registered } from '../internal/steps.ts'

export const registrationCases = [
  storeCase('gives a registered credential back exactly as it was committed', async (store, samples) => {
    const plain = await registered(store, samples)
    const full = await registered(store, samples, {
      account: 'grace',
      level: 'L2',
      platform: 'ios',
      proofJkt: 'proof key',
      appAttestKey: 'App Attest key',
      expiresAt: noon + 86_400,
      signCount: 4_294_967_295,
      backupEligible: false,
      backedUp: true,
      transports: [],
      format: 'packed',
      lastUsedAt: noon + 1,
    })
    for (const credential of [plain, full]) {
      assert.deepEqual(await store.findCredential('realm', credential.id), credential)
      assert.deepEqual(await store.listCredentials('realm', credential.account), [credential])
    }
  }),

  storeCase('knows no credential that was never registered', async (store, samples) => {
    await registered(store, samples)
    assert.equal(await store.findCredential('realm', 'another'), undefined)
    assert.deepEqual(await store.listCredentials('realm', 'another'), [])
  }),

  storeCase(
    'lists credentials in the order of commit, whatever their dates and ids',
    async (store, samples) => {
      const ids = ['m', 'z', 'a', 'b'].map((letter) => letter.repeat(43))
      for (const [index, id] of ids.entries())
        await registered(store, samples, { id, createdAt: noon - index })
      const [first] = await store.listCredentials('realm', 'ada')
      assert.ok(first)
      await expectOutcome(store.recordAuthentication(samples.authentication(first)), 'recorded')
      assert.deepEqual(await idsOf(store, 'ada'), ids)
    },
  ),

  storeCase('uses a challenge for one registration', async (store, samples) => {
    const challenge = samples.singleUse()
    await registered(store, samples, {}, { challenge })
    const again = samples.registration({}, { challenge })
    await expectOutcome(store.registerCredential(again), 'challengeUsed')
    assert.equal(await store.findCredential('realm', again.credential.id), undefined)
    await registered(store, samples, {}, { grant: again.grant })
  }),

  storeCase('uses a grant for one registration', async (store, samples) => {
    const grant = samples.singleUse()
    await registered(store, samples, {}, { grant })
    const again = samples.registration({}, { grant })
    await expectOutcome(store.registerCredential(again), 'grantUsed')
    assert.equal(await store.findCredential('realm', again.credential.id), undefined)
    await registered(store, samples, {}, { challenge: again.challenge })
  }),

  storeCase('takes challenges and grants for things of different kinds', async (store, samples) => {
    const { challenge, grant } = samples.registration()
    await registered(store, samples, {}, { challenge, grant })
    await registered(store, samples, {}, { challenge: grant, grant: challenge })
  }),

  storeCase(
    'registers a credential id once, for one account, and uses up nothing else',
    async (store, samples) => {
      const { id } = await registered(store, samples)
      for (const account of ['ada', 'grace']) {
        const again = samples.registration({ id, account, name: 'Another' })
        await expectOutcome(store.registerCredential(again), 'credentialExists')
        await registered(store, samples, {}, { challenge: again.challenge, grant: again.grant })
      }
      assert.equal((await store.findCredential('realm', id))?.account, 'ada')
    },
  ),

  storeCase('holds an account to its limit, and uses up nothing when it refuses', async (store, samples) => {
    const first = await registered(store, samples, {}, { limit: 2 })
    await registered(store, samples, {}, { limit: 2 })
    const third = samples.registration({}, { limit: 2 })
    await expectOutcome(store.registerCredential(third), 'limitReached')
    await registered(store, samples, { account: 'grace' }, { limit: 2 })
    await expectOutcome(store.removeCredential(samples.removal(first)), 'removed')
    const { challenge, grant } = third
    await registered(store, samples, {}, { limit: 2, challenge, grant })
    assert.equal((await idsOf(store, 'ada')).length, 2)
  }),

  storeCase('judges refusals of a registration in the order of their type', async (store, samples) => {
    const { challenge, grant, credential } = samples.registration()
    await registered(store, samples, credential, { challenge, grant })
    const wrong = { challenge, grant, limit: 1 }
    const fresh = samples.singleUse()
    const attempts = [
      [wrong, 'challengeUsed'],
      [{ ...wrong, challenge: fresh }, 'grantUsed'],
      [{ limit: 1, challenge: fresh, grant: samples.singleUse() }, 'credentialExists'],
    ] as const
    for (const [parts, outcome] of attempts) {
      await expectOutcome(store.registerCredential(samples.registration(credential, parts)), outcome)
    }
  }),

  storeCase(
    'takes a single-use thing for used when its trace may have been forgotten',
    async (store, samples) => {
      const credential = await registered(store, samples)
      const forgotten = { hash: samples.unique('hash'), expiresAt: noon - clockTolerance }
      const remembered = { hash: samples.unique('hash'), expiresAt: noon - clockTolerance + 1 }
      const late = (parts: object) => store.registerCredential(samples.registration({}, parts))
      await expectOutcome(late({ challenge: forgotten }), 'challengeUsed')
      await expectOutcome(late({ grant: forgotten }), 'grantUsed')
      await expectOutcome(late({ challenge: remembered }), 'registered')
      const assertion = samples.authentication(credential, { challenge: forgotten })
      await expectOutcome(store.recordAuthentication(assertion), 'challengeUsed')
    },
  ),
]
