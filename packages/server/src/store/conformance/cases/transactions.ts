import assert from 'node:assert/strict'
import type { CredentialRecord, Store } from '../../contract.ts'
import type { ApprovalLimits, ApproveTransaction, TransactionRecord } from '../../transaction-contract.ts'
import { race, raceCase, storeCase } from '../internal/case.ts'
import { noon, type Samples } from '../internal/samples.ts'
import { count, expectOutcome, registered } from '../internal/steps.ts'

const limit = Number.MAX_SAFE_INTEGER

export const transactionCases = [
  storeCase('keeps a transaction as it was created, in its realm', async (store, samples) => {
    const transaction = await created(store, samples)
    const still = await created(store, samples, { money: null, payees: [] })
    assert.deepEqual(await store.findTransaction('realm', transaction.id), transaction)
    assert.deepEqual(await store.findTransaction('realm', still.id), still)
    assert.equal(await store.findTransaction('another', transaction.id), undefined)
  }),

  storeCase('creates one transaction for one operation', async (store, samples) => {
    const operation = samples.operation()
    const transactions = [samples.transaction(), samples.transaction()]
    for (const transaction of transactions) {
      const result = await store.createTransaction({ ...operation, transaction, openLimit: 1 })
      assert.deepEqual(result, { outcome: 'created', id: transactions[0]?.id })
    }
    assert.equal(await store.findTransaction('realm', transactions[1]?.id ?? ''), undefined)
  }),

  storeCase(
    'holds an account to its open transactions: not those settled, expired or of others',
    async (store, samples) => {
      const credential = await registered(store, samples)
      const first = await created(store, samples, { expiresAt: noon + 10 })
      const second = await created(store, samples)
      const create = (now: number, account = 'ada') =>
        store.createTransaction({
          ...samples.operation(),
          now,
          transaction: samples.transaction({ account }),
          openLimit: 2,
        })
      await expectOutcome(create(noon), 'openLimitReached')
      await expectOutcome(create(noon, 'grace'), 'created')
      await expectOutcome(create(noon + 9), 'openLimitReached')
      await expectOutcome(create(first.expiresAt), 'created')
      await expectOutcome(store.approveTransaction(samples.approval(second, credential)), 'approved')
      await expectOutcome(create(first.expiresAt), 'created')
    },
  ),

  storeCase('approves a transaction once, with counter, time, key and receipt', async (store, samples) => {
    const credential = await registered(store, samples, { signCount: 4 })
    const transaction = await created(store, samples)
    const approval = samples.approval(transaction, credential, { now: noon + 5, signCount: 5 })
    await expectOutcome(store.approveTransaction(approval), 'approved')
    await expectOutcome(store.approveTransaction(approval), 'approved', 'the same operation')
    assert.deepEqual(await store.findTransaction('realm', transaction.id), {
      ...transaction,
      approvedAt: noon + 5,
      credentialId: credential.id,
      receipt: 'receipt',
    })
    const { signCount, lastUsedAt } = (await store.findCredential('realm', credential.id)) ?? assert.fail()
    assert.deepEqual([signCount, lastUsedAt], [5, noon + 5])
    const again = { ...approval, operationId: samples.unique('operation'), signCount: 6 }
    await expectOutcome(store.approveTransaction(again), 'challengeUsed')
    const fresh = samples.approval(transaction, credential, { signCount: 6 })
    await expectOutcome(store.approveTransaction(fresh), 'settled')
  }),

  storeCase('refuses an approval that is not in order, and changes nothing', async (store, samples) => {
    const credential = await registered(store, samples, { signCount: 4 })
    const transaction = await created(store, samples)
    const foreign = await created(store, samples, { account: 'grace' })
    let ran = 0
    const approve = (parts: Partial<ApproveTransaction>) =>
      store.approveTransaction(
        samples.approval(transaction, credential, {
          signCount: 5,
          deliver: true,
          effect: () => void ran++,
          ...parts,
        }),
      )
    await expectOutcome(approve({ credentialId: 'none' }), 'credentialUnknown')
    await expectOutcome(approve({ account: 'grace' }), 'credentialUnknown')
    await expectOutcome(approve({ signCount: 4 }), 'signCountReplayed')
    await expectOutcome(approve({ transaction: 'none' }), 'unknown')
    await expectOutcome(approve({ transaction: foreign.id }), 'unknown')
    await expectOutcome(approve({ now: transaction.expiresAt }), 'expired')
    await expectOutcome(approve({ limits: { total: { since: 0, most: 999 } } }), 'limitExceeded')
    await expectOutcome(
      approve({ limits: { newPayees: { knownBefore: noon, since: 0, most: 999 } } }),
      'payeeNew',
    )
    assert.equal(ran, 0)
    assert.deepEqual(await store.findTransaction('realm', transaction.id), transaction)
    assert.deepEqual(await store.findCredential('realm', credential.id), credential)
    assert.deepEqual(await store.takeDeliveries({ realm: 'realm', now: noon, lease: 1, most: 9 }), [])
    await expectOutcome(approve({}), 'approved')
    assert.equal(ran, 1)
  }),

  storeCase('undoes the approval when the application refuses', async (store, samples) => {
    const credential = await registered(store, samples)
    const transaction = await created(store, samples)
    const approval = samples.approval(transaction, credential, { deliver: true })
    const effect = () => {
      throw new Error('the balance is too low')
    }
    await assert.rejects(store.approveTransaction({ ...approval, effect }), { code: 'transaction_refused' })
    const later = async () => {}
    await assert.rejects(store.approveTransaction({ ...approval, effect: later }), {
      code: 'configuration_invalid',
    })
    assert.deepEqual(await store.findTransaction('realm', transaction.id), transaction)
    assert.deepEqual(await store.takeDeliveries({ realm: 'realm', now: noon, lease: 1, most: 9 }), [])
    await expectOutcome(store.approveTransaction(approval), 'approved')
  }),

  storeCase('counts what the account approved lately in the currency', async (store, samples) => {
    const pay = await payer(store, samples)
    const limits = { total: { since: noon, most: 2000 } }
    await expectOutcome(pay({ limits, now: noon }), 'approved', 'at or before since: not counted')
    await expectOutcome(pay({ limits, now: noon + 1 }), 'approved')
    await expectOutcome(pay({ limits, now: noon + 1 }, { account: 'grace' }), 'approved')
    await expectOutcome(
      pay({ limits, now: noon + 1 }, { money: { currency: 'USD', minor: 2000 } }),
      'approved',
    )
    await expectOutcome(pay({ limits, now: noon + 1 }), 'approved')
    await expectOutcome(pay({ limits, now: noon + 1 }), 'limitExceeded')
    await expectOutcome(pay({ limits, now: noon + 1 }, { money: null }), 'approved')
  }),

  storeCase('takes a payee for new until some time after the first approval', async (store, samples) => {
    const pay = await payer(store, samples)
    const limits = (knownBefore: number): ApprovalLimits => ({
      newPayees: { knownBefore, since: noon - 1, most: 1500 },
    })
    await expectOutcome(pay({ limits: limits(noon - 10) }, { payees: ['old', 'new'] }), 'approved')
    await expectOutcome(pay({ limits: limits(noon - 1) }, { payees: ['old'] }), 'payeeNew', 'still new')
    await expectOutcome(
      pay({ limits: limits(noon - 1) }, { payees: ['other'] }),
      'payeeNew',
      'all new ones together',
    )
    await expectOutcome(pay({ limits: limits(noon) }, { payees: ['old', 'new'] }), 'approved', 'known now')
    await expectOutcome(pay({ limits: limits(noon) }, { payees: ['old', 'other'] }), 'payeeNew')
    await expectOutcome(
      pay({ limits: limits(noon) }, { payees: ['old'], account: 'grace' }),
      'approved',
      'of grace',
    )
  }),

  storeCase(
    'delivers until it is told that it was done, and leases what it gives',
    async (store, samples) => {
      const pay = await payer(store, samples)
      await expectOutcome(pay({ deliver: true }), 'approved')
      await expectOutcome(pay({ deliver: true, now: noon + 1 }), 'approved')
      await expectOutcome(pay({ deliver: false }), 'approved')
      const take = (now: number, most = 9, realm = 'realm') =>
        store.takeDeliveries({ realm, now, lease: 30, most })
      assert.deepEqual(await take(noon + 1, 9, 'another'), [])
      const [oldest, ...none] = await take(noon + 1, 1)
      assert.deepEqual([oldest?.tries, oldest?.transaction.receipt, none], [1, 'receipt', []])
      const [second, ...others] = await take(noon + 1)
      assert.deepEqual([second?.tries, others], [1, []])
      assert.deepEqual(await take(noon + 30), [])
      await store.finishDelivery({ realm: 'realm', transaction: second?.transaction.id ?? '' })
      const again = await take(noon + 31)
      assert.deepEqual(again, [{ ...oldest, tries: 2 }])
      await store.finishDelivery({ realm: 'realm', transaction: oldest?.transaction.id ?? '' })
      assert.deepEqual(await take(noon + 1000), [])
    },
  ),

  storeCase('forgets transactions nobody approved, and keeps the others', async (store, samples) => {
    const credential = await registered(store, samples)
    const [approved, waiting] = [await created(store, samples), await created(store, samples)]
    await expectOutcome(store.approveTransaction(samples.approval(approved, credential)), 'approved')
    await store.prune(waiting.expiresAt + 599)
    assert.deepEqual(await store.findTransaction('realm', waiting.id), waiting)
    await store.prune(waiting.expiresAt + 600)
    assert.equal(await store.findTransaction('realm', waiting.id), undefined)
    assert.equal((await store.findTransaction('realm', approved.id))?.receipt, 'receipt')
  }),

  raceCase('approves a transaction once among 64 approvals at once', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const transaction = await created(stores[0], samples)
    const challenge = samples.singleUse()
    const results = await race(stores, 64, (store) =>
      store.approveTransaction(samples.approval(transaction, credential, { challenge, deliver: true })),
    )
    assert.equal(count(results, 'approved'), 1)
    assert.equal(count(results, 'challengeUsed'), 63)
    const deliveries = await stores[0].takeDeliveries({ realm: 'realm', now: noon, lease: 1, most: 99 })
    assert.equal(deliveries.length, 1)
  }),

  raceCase('holds an account to its limit among 64 approvals at once', async (stores, samples) => {
    const credential = await registered(stores[0], samples)
    const transactions: TransactionRecord[] = []
    for (let made = 0; made < 64; made++) transactions.push(await created(stores[0], samples))
    const limits = { total: { since: 0, most: 5999 } }
    const results = await race(stores, 64, (store, index) =>
      store.approveTransaction(
        samples.approval(transactions[index] ?? assert.fail(), credential, { limits }),
      ),
    )
    assert.equal(count(results, 'approved'), 5)
    assert.equal(count(results, 'limitExceeded'), 59)
  }),

  raceCase('gives a delivery to one of 64 takers at once', async (stores, samples) => {
    const pay = await payer(stores[0], samples)
    await expectOutcome(pay({ deliver: true }), 'approved')
    const taken = await race(stores, 64, (store) =>
      store.takeDeliveries({ realm: 'realm', now: noon, lease: 30, most: 9 }),
    )
    assert.equal(taken.flat().length, 1)
  }),
]

async function created(
  store: Store,
  samples: Samples,
  parts?: Partial<TransactionRecord>,
): Promise<TransactionRecord> {
  const transaction = samples.transaction(parts)
  const result = await store.createTransaction({ ...samples.operation(), transaction, openLimit: limit })
  assert.deepEqual(result, { outcome: 'created', id: transaction.id })
  return transaction
}

/** Creates transactions over 10.00 EUR and approves them, with a key of the account for each account. */
async function payer(store: Store, samples: Samples) {
  const keys = new Map<string, CredentialRecord>()
  for (const account of ['ada', 'grace']) keys.set(account, await registered(store, samples, { account }))
  return async (parts: Partial<ApproveTransaction>, transaction?: Partial<TransactionRecord>) => {
    const made = await created(store, samples, transaction)
    const approval = samples.approval(made, keys.get(made.account) ?? assert.fail(), parts)
    const { limits } = approval
    const foreseen = await store.findExceededLimit({ ...made, realm: 'realm', limits })
    const result = await store.approveTransaction(approval)
    const { outcome } = result
    const over = outcome === 'limitExceeded' || outcome === 'payeeNew' ? outcome : undefined
    assert.equal(foreseen, over, 'what was foreseen')
    return result
  }
}
