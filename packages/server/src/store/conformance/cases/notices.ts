import assert from 'node:assert/strict'
import type { Store } from '../../contract.ts'
import { storeCase } from '../internal/case.ts'
import { noon } from '../internal/samples.ts'
import { expectOutcome, registered } from '../internal/steps.ts'

const idsOfNotices = async (store: Store, reader: string, account = 'ada', realm = 'realm') =>
  (await store.listNotices(realm, account, reader)).map(({ id }) => id)

const acknowledgement = (notice: string, account = 'ada') => ({
  realm: 'realm',
  account,
  notice,
  reader: 'phone',
})

export const noticeCases = [
  storeCase(
    'tells of registrations and removals in order, exactly as they were committed',
    async (store, samples) => {
      const [first, second, third] = [
        samples.notice(),
        samples.notice(),
        samples.notice({ platform: 'ios', name: '📱' }),
      ]
      const credential = await registered(store, samples, {}, { notices: [first, second] })
      await expectOutcome(
        store.removeCredential(samples.removal(credential, { notices: [third] })),
        'removed',
      )
      const expected = [first, second, third].map(({ causedBy: _, ...notice }) => ({
        ...notice,
        account: 'ada',
      }))
      assert.deepEqual(await store.listNotices('realm', 'ada', 'phone'), expected)
      assert.deepEqual(await idsOfNotices(store, 'phone', 'grace'), [])
      assert.deepEqual(await idsOfNotices(store, 'phone', 'ada', 'elsewhere'), [])
    },
  ),

  storeCase('tells nobody of what was refused', async (store, samples) => {
    const { id, account } = await registered(store, samples)
    const notices = [samples.notice()]
    await expectOutcome(
      store.registerCredential(samples.registration({ id }, { notices })),
      'credentialExists',
    )
    const credential = samples.credential({ account })
    await expectOutcome(store.removeCredential(samples.removal(credential, { notices })), 'unknown')
    assert.deepEqual(await idsOfNotices(store, 'phone'), [])
  }),

  storeCase('does not tell whoever caused it', async (store, samples) => {
    const notice = samples.notice({ causedBy: ['phone', 'new phone'] })
    await registered(store, samples, {}, { notices: [notice] })
    assert.deepEqual(await idsOfNotices(store, 'phone'), [])
    assert.deepEqual(await idsOfNotices(store, 'new phone'), [])
    assert.deepEqual(await idsOfNotices(store, 'tablet'), [notice.id])
  }),

  storeCase(
    'tells a reader no more of what that acknowledged, and the others still',
    async (store, samples) => {
      const notices = [samples.notice(), samples.notice()] as const
      await registered(store, samples, {}, { notices })
      const input = acknowledgement(notices[0].id)
      for (let times = 0; times < 2; times++)
        await expectOutcome(store.acknowledgeNotice(input), 'acknowledged')
      assert.deepEqual(await idsOfNotices(store, 'phone'), [notices[1].id])
      assert.deepEqual(
        await idsOfNotices(store, 'tablet'),
        notices.map(({ id }) => id),
      )
    },
  ),

  storeCase('acknowledges no notice of another account', async (store, samples) => {
    const notice = samples.notice()
    await registered(store, samples, {}, { notices: [notice] })
    await expectOutcome(store.acknowledgeNotice(acknowledgement(notice.id, 'grace')), 'unknown')
    await expectOutcome(store.acknowledgeNotice(acknowledgement('another')), 'unknown')
    assert.deepEqual(await idsOfNotices(store, 'phone'), [notice.id])
  }),

  storeCase('forgets notices when they have expired', async (store, samples) => {
    const [old, young] = [samples.notice({ expiresAt: noon }), samples.notice({ expiresAt: noon + 1 })]
    await registered(store, samples, {}, { notices: [old, young] })
    await store.prune(noon + 600)
    assert.deepEqual(await idsOfNotices(store, 'phone'), [young.id])
  }),
]
