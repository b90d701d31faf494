import assert from 'node:assert/strict'
import type { AndroidFindings, DeviceEvidence, EvidenceVerdict } from '../../evidence-contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, registered } from '../internal/steps.ts'

const android: AndroidFindings = {
  securityLevel: 'strongbox',
  attestationVersion: 300,
  provisioning: 'remote',
  root: 'Ω root',
  testOnly: false,
  findings: [{ rule: 'validity', source: 'RFC 5280', found: 'in “time”', expected: 'in time', passed: true }],
}
const full: EvidenceVerdict = {
  format: 'android-key',
  attestationType: 'basic',
  level: 'L2',
  refusedBy: null,
  suspends: false,
  android,
  device: { development: false, sealing: android, proof: android, app: null },
}
const ofAndroid: DeviceEvidence = {
  platform: 'android',
  sealing: { chain: ['AAEC', 'AwQF'], challenge: 'BgcI' },
  proof: { chain: ['CQoL'], challenge: 'DA0O' },
}
const refused: EvidenceVerdict = { ...full, level: 'W', refusedBy: 'attestation_revoked' }
const suspending: EvidenceVerdict = { ...refused, suspends: true }

export const evidenceCases = [
  storeCase('gives evidence back exactly as it was committed with its credential', async (store, samples) => {
    const plain = samples.evidence()
    const rich = samples.evidence({
      attestationObject: Uint8Array.from({ length: 65_536 }, (_, index) => index % 251),
      device: ofAndroid,
      issuedAt: noon + 1,
      judgedAt: noon + 2,
      verdict: full,
    })
    const ofIos = samples.evidence({ device: { platform: 'ios', appAttest: null } })
    for (const evidence of [plain, rich, ofIos]) {
      const { id, account } = await registered(store, samples, { account: 'grace' }, { evidence })
      const expected = { ...evidence, credentialId: id, account }
      assert.deepEqual(await store.findEvidence('realm', id), expected)
      assert.deepEqual(await store.listEvidence('realm', { after: `${id.slice(0, -1)}`, limit: 1 }), [
        expected,
      ])
    }
    assert.equal(await store.findEvidence('realm', 'another'), undefined)
  }),

  storeCase('keeps no evidence of a registration it refuses', async (store, samples) => {
    const first = await registered(store, samples)
    const evidence = await store.findEvidence('realm', first.id)
    const again = samples.registration({ id: first.id, account: 'grace' })
    await expectOutcome(store.registerCredential(again), 'credentialExists')
    assert.deepEqual(await store.findEvidence('realm', first.id), evidence)
    const beyond = samples.registration({}, { limit: 1 })
    await expectOutcome(store.registerCredential(beyond), 'limitReached')
    assert.equal(await store.findEvidence('realm', beyond.credential.id), undefined)
  }),

  storeCase('lists evidence in pages, in the order of the credential ids', async (store, samples) => {
    const ids = ['m', 'Z', 'a', '_', '0', '-'].map((letter) => letter.repeat(43))
    for (const [index, id] of ids.entries())
      await registered(store, samples, { id, account: `account ${index % 2}` })
    const page = async (limit: number, after?: string) => {
      const records = await store.listEvidence('realm', after === undefined ? { limit } : { limit, after })
      return records.map(({ credentialId }) => credentialId)
    }
    const ordered = ids.toSorted()
    assert.deepEqual(await page(1000), ordered)
    assert.deepEqual(await page(4), ordered.slice(0, 4))
    assert.deepEqual(await page(4, ordered[3]), ordered.slice(4))
    assert.deepEqual(await page(4, ordered[5]), [])
    // A page goes on behind a credential that was removed since.
    assert.deepEqual(await page(1, `${ordered[2]}!`), ordered.slice(3, 4))
  }),

  storeCase('replaces verdict, level and suspension together, and nothing else', async (store, samples) => {
    const evidence = samples.evidence({ verdict: full })
    const [credential, other] = [
      await registered(store, samples, { level: 'L2' }, { evidence }),
      await registered(store, samples, { level: 'L2' }),
    ]
    const { id, account } = credential
    const steps = [
      [refused, 'W', null],
      [suspending, 'W', 'attestation_revoked'],
      [full, 'L2', null],
    ] as const
    for (const [index, [verdict, level, suspendedBy]] of steps.entries()) {
      const judgedAt = noon + index
      await expectOutcome(store.recordJudgement(samples.judgement(id, { judgedAt, verdict })), 'recorded')
      assert.deepEqual(await store.findCredential('realm', id), { ...credential, level, suspendedBy })
      const expected = { ...evidence, judgedAt, verdict, credentialId: id, account }
      assert.deepEqual(await store.findEvidence('realm', id), expected)
    }
    assert.deepEqual(await store.findCredential('realm', other.id), other)
  }),

  storeCase('records no judgement of evidence that is gone or not the one judged', async (store, samples) => {
    const { id } = await registered(store, samples)
    const before = await store.findEvidence('realm', id)
    const judge = (credentialId: string, issuedAt: number) =>
      store.recordJudgement(
        samples.judgement(credentialId, { issuedAt, judgedAt: noon + 9, verdict: refused }),
      )
    await expectOutcome(judge('another', noon), 'unknown')
    for (const issuedAt of [noon - 1, noon + 1]) await expectOutcome(judge(id, issuedAt), 'unknown')
    assert.deepEqual(await store.findEvidence('realm', id), before)
    await expectOutcome(judge(id, noon), 'recorded')
  }),

  storeCase('records no judgement that is older than the one it has', async (store, samples) => {
    const { id } = await registered(store, samples)
    const judge = (judgedAt: number, verdict: EvidenceVerdict) =>
      store.recordJudgement(samples.judgement(id, { judgedAt, verdict }))
    await expectOutcome(judge(noon - 1, refused), 'outdated')
    await expectOutcome(judge(noon + 5, suspending), 'recorded')
    await expectOutcome(judge(noon + 4, full), 'outdated')
    assert.equal((await store.findCredential('realm', id))?.suspendedBy, 'attestation_revoked')
    assert.equal((await store.findEvidence('realm', id))?.judgedAt, noon + 5)
  }),

  storeCase('records a judgement once under its id', async (store, samples) => {
    const { id } = await registered(store, samples)
    const first = samples.judgement(id, { judgedAt: noon + 1, verdict: refused })
    await expectOutcome(store.recordJudgement(first), 'recorded')
    const second = samples.judgement(id, { judgedAt: noon + 2, verdict: full })
    await expectOutcome(store.recordJudgement(second), 'recorded')
    await expectOutcome(store.recordJudgement(first), 'recorded')
    assert.equal((await store.findCredential('realm', id))?.level, 'L2')
  }),

  storeCase('removes evidence with its credential', async (store, samples) => {
    const [credential, other] = [await registered(store, samples), await registered(store, samples)]
    await expectOutcome(store.removeCredential(samples.removal(credential)), 'removed')
    assert.equal(await store.findEvidence('realm', credential.id), undefined)
    const left = await store.listEvidence('realm', { limit: 10 })
    assert.deepEqual(
      left.map(({ credentialId }) => credentialId),
      [other.id],
    )
    await expectOutcome(store.recordJudgement(samples.judgement(credential.id)), 'unknown')
  }),

  storeCase('keeps the evidence of each realm to itself', async (store, samples) => {
    const [here, there] = [samples.evidence(), samples.evidence()]
    const { id } = await registered(store, samples, {}, { evidence: here })
    assert.equal(await store.findEvidence('other', id), undefined)
    assert.deepEqual(await store.listEvidence('other', { limit: 10 }), [])
    await registered(store, samples, { id }, { realm: 'other', evidence: there })
    const judgement = samples.judgement(id, { realm: 'other', verdict: suspending })
    await expectOutcome(store.recordJudgement(judgement), 'recorded')
    assert.deepEqual((await store.findEvidence('realm', id))?.verdict, here.verdict)
    assert.deepEqual((await store.findEvidence('other', id))?.attestationObject, there.attestationObject)
    assert.equal((await store.findCredential('realm', id))?.suspendedBy, null)
  }),

  raceCase('lets the latest of 64 judgements at once stand', async (stores, samples) => {
    const [store] = stores
    const { id } = await registered(store, samples)
    // The latest is neither the first nor the last to be asked.
    const times = Array.from({ length: 64 }, (_, index) => noon + ((index * 37) % 64))
    const verdictAt = (judgedAt: number) => (judgedAt % 2 === 0 ? full : suspending)
    await race(stores, 64, (each, index) => {
      const judgedAt = times[index] ?? noon
      return each.recordJudgement(samples.judgement(id, { judgedAt, verdict: verdictAt(judgedAt) }))
    })
    const [evidence, credential] = [
      await store.findEvidence('realm', id),
      await store.findCredential('realm', id),
    ]
    assert.equal(evidence?.judgedAt, noon + 63)
    assert.deepEqual(evidence.verdict, verdictAt(noon + 63))
    assert.deepEqual([credential?.level, credential?.suspendedBy], ['W', 'attestation_revoked'])
  }),
]
