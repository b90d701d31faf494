import assert from 'node:assert/strict'
import { clockTolerance } from '../../contract.ts'
import type { FamilyRecord } from '../../token-contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { count, expectOutcome, registered, started } from '../internal/steps.ts'

export const familyCases = [
  storeCase('starts a family with the assertion that opened it', async (store, samples) => {
    const credential = await registered(store, samples)
    const input = samples.familyStart(credential, { signCount: 4, backedUp: true, now: noon + 5 })
    await expectOutcome(store.startFamily(input), 'recorded')
    assert.deepEqual(await store.findFamily('realm', input.family.id), input.family)
    const found = await store.findCredential('realm', credential.id)
    assert.deepEqual([found?.signCount, found?.backedUp, found?.lastUsedAt], [4, true, noon + 5])
    const again = samples.authentication(credential, { challenge: input.challenge, signCount: 5 })
    await expectOutcome(store.recordAuthentication(again), 'challengeUsed')
  }),

  storeCase(
    'starts no family, and uses nothing up, when the assertion is refused',
    async (store, samples) => {
      const credential = await registered(store, samples, { signCount: 7 })
      const used = samples.familyStart(credential, { signCount: 8 })
      await expectOutcome(store.startFamily(used), 'recorded')
      const challenge = samples.singleUse()
      const refused = {
        challengeUsed: { challenge: used.challenge },
        credentialUnknown: { challenge, account: 'grace' },
        signCountReplayed: { challenge, signCount: 8 },
        proofUsed: { challenge, proofs: [samples.singleUse(), ...used.proofs] },
      }
      const [fresh] = refused.proofUsed.proofs
      for (const [outcome, parts] of Object.entries(refused)) {
        const input = samples.familyStart(credential, { signCount: 9, ...parts })
        await expectOutcome(store.startFamily(input), outcome)
        assert.equal(await store.findFamily('realm', input.family.id), undefined)
      }
      assert.equal((await store.findCredential('realm', credential.id))?.signCount, 8)
      const proofs = [fresh ?? samples.singleUse()]
      const input = samples.familyStart(credential, { signCount: 9, challenge, proofs })
      await expectOutcome(store.startFamily(input), 'recorded')
    },
  ),

  storeCase('answers a repeated start of a family with its first result', async (store, samples) => {
    const credential = await registered(store, samples)
    const input = samples.familyStart(credential)
    await expectOutcome(store.startFamily(input), 'recorded')
    await store.revokeFamilies({ realm: 'realm', now: noon, of: { family: input.family.id } })
    await expectOutcome(store.startFamily(input), 'recorded')
    assert.equal((await store.findFamily('realm', input.family.id))?.revokedAt, noon)
  }),

  storeCase(
    'lists the families of an account that were not revoked, newest first',
    async (store, samples) => {
      const families = [
        await started(store, samples),
        await started(store, samples),
        await started(store, samples),
      ]
      await started(store, samples, { account: 'grace' })
      await store.revokeFamilies({ realm: 'realm', now: noon, of: { family: families[1]?.id ?? '' } })
      assert.deepEqual(await store.listFamilies('realm', 'ada'), [families[2], families[0]])
      assert.deepEqual(await store.listFamilies('realm', 'nobody'), [])
    },
  ),

  storeCase('ends one family, those of a credential, or all of an account', async (store, samples) => {
    const credential = await registered(store, samples)
    const device = [samples.familyStart(credential), samples.familyStart(credential)]
    for (const input of device) await expectOutcome(store.startFamily(input), 'recorded')
    const one = await started(store, samples)
    const other = await started(store, samples)
    const grace = await started(store, samples, { account: 'grace' })
    const revoke = (of: Parameters<typeof store.revokeFamilies>[0]['of'], now = noon + 1) =>
      store.revokeFamilies({ realm: 'realm', now, of })

    assert.equal(await revoke({ family: one.id }), 1)
    assert.equal(await revoke({ family: one.id }, noon + 2), 0)
    assert.equal(await revoke({ account: 'grace', credentialId: credential.id }), 0)
    assert.equal(await revoke({ account: 'ada', credentialId: credential.id }), 2)
    assert.deepEqual(await store.listFamilies('realm', 'ada'), [other])
    assert.equal(await revoke({ account: 'ada' }), 1)
    assert.deepEqual(await store.listFamilies('realm', 'ada'), [])
    assert.deepEqual(await store.listFamilies('realm', 'grace'), [grace])
    assert.deepEqual(await store.findFamily('realm', one.id), { ...one, revokedAt: noon + 1 })
  }),

  storeCase('ends the opaque sessions of an account together with its families', async (store, samples) => {
    const [ada, grace] = [samples.session(), samples.session({ account: 'grace' })]
    for (const session of [ada, grace]) await store.startSession({ ...samples.operation(), session })
    const family = await started(store, samples)
    const of = { account: 'ada', credentialId: family.credentialId ?? '' }
    await store.revokeFamilies({ realm: 'realm', now: noon, of })
    assert.deepEqual(await store.findSession('realm', ada.tokenHash), ada)
    await store.revokeFamilies({ realm: 'realm', now: noon, of: { account: 'ada' } })
    assert.equal(await store.findSession('realm', ada.tokenHash), undefined)
    assert.deepEqual(await store.findSession('realm', grace.tokenHash), grace)
  }),

  storeCase('ends the families that a removed credential opened, and no others', async (store, samples) => {
    const [removed, kept] = [await registered(store, samples), await registered(store, samples)]
    const [ended, live] = [samples.familyStart(removed), samples.familyStart(kept)]
    for (const input of [ended, live]) await expectOutcome(store.startFamily(input), 'recorded')
    await expectOutcome(store.removeCredential(samples.removal(removed, { now: noon + 3 })), 'removed')
    assert.equal((await store.findFamily('realm', ended.family.id))?.revokedAt, noon + 3)
    assert.deepEqual(await store.listFamilies('realm', 'ada'), [live.family])
  }),

  storeCase('moves the last activity forward, never back', async (store, samples) => {
    const family = await started(store, samples)
    const record = (now: number) => store.recordActivity({ realm: 'realm', family: family.id, now })
    await record(noon + 50)
    await record(noon + 20)
    assert.equal((await store.findFamily('realm', family.id))?.lastActiveAt, noon + 50)
    await store.recordActivity({ realm: 'realm', family: 'another', now: noon })
    assert.equal(await store.findFamily('realm', 'another'), undefined)
  }),

  storeCase('keeps the families of each realm to itself', async (store, samples) => {
    const family = await started(store, samples)
    const twin = await started(store, samples, { id: family.id }, { realm: 'another' })
    assert.equal(await store.findFamily('third', family.id), undefined)
    assert.deepEqual(await store.listFamilies('third', 'ada'), [])
    const input = samples.refresh(family)
    await expectOutcome(store.rotateRefreshToken({ ...input, realm: 'another' }), 'rotated')
    assert.equal((await store.findFamily('realm', family.id))?.generation, 0)
    await store.recordActivity({ realm: 'another', family: family.id, now: noon + 9 })
    for (const named of [{ family: family.id }, { account: 'ada' }]) {
      await store.revokeFamilies({ realm: 'another', now: noon, of: named })
    }
    assert.deepEqual(await store.findFamily('realm', family.id), family)
    assert.deepEqual(await store.listFamilies('realm', 'ada'), [family])
    assert.deepEqual(await store.listFamilies('another', twin.account), [])
  }),

  storeCase('prunes families once they expired longer ago than clocks may differ', async (store, samples) => {
    const family = await started(store, samples, { expiresAt: noon + 100 })
    const longer = await started(store, samples, { expiresAt: noon + 101 })
    await store.prune(noon + 100 + clockTolerance - 1)
    assert.deepEqual(await store.findFamily('realm', family.id), family)
    await store.prune(noon + 100 + clockTolerance)
    assert.equal(await store.findFamily('realm', family.id), undefined)
    assert.deepEqual(await store.findFamily('realm', longer.id), longer)
  }),

  raceCase('lets one of 64 family starts at once use a challenge', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const challenge = samples.singleUse()
    const results = await race(stores, 64, (store) =>
      store.startFamily(samples.familyStart(credential, { challenge })),
    )
    assert.equal(count(results, 'recorded'), 1)
    assert.equal(count(results, 'challengeUsed'), 63)
    assert.equal((await stores[0].listFamilies('realm', 'ada')).length, 1)
  }),

  raceCase(
    'leaves no family alive of an account that was revoked among refreshes',
    async (stores, samples) => {
      const families: FamilyRecord[] = []
      for (let made = 0; made < 16; made++) families.push(await started(stores[0], samples))
      await race(stores, 64, async (store, index) => {
        if (index === 20) await store.revokeFamilies({ realm: 'realm', now: noon, of: { account: 'ada' } })
        else await store.rotateRefreshToken(samples.refresh(families[index % 16] ?? assert.fail()))
      })
      assert.deepEqual(await stores[0].listFamilies('realm', 'ada'), [])
      for (const family of families) {
        await expectOutcome(stores[0].rotateRefreshToken(samples.refresh(family)), 'refused')
      }
    },
  ),
]
