import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApprovedTransaction, standardTypes } from '@keybound/server'
import type { Store } from '@keybound/server/store'
import { createMemoryStore } from '@keybound/server/store/memory'
import { createSqliteStore, type SqliteDatabase } from '@keybound/server/store/sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { origin, refusal } from '../support/server.ts'
import { common, limitsOn, payment, signTransaction, startBank } from './support/bank.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('of two limits in one currency', () => {
  const narrow = { each: 100, total: 150 }
  const lists = [
    [narrow, common],
    [common, narrow],
    [
      { ...common, each: narrow.each },
      { ...common, total: narrow.total },
    ],
  ].map((list) => list.map((limit) => ({ currency: 'EUR', ...limit })))

  test.each(lists)('the strictest counts, whatever their order: %j and %j', async (...list) => {
    const { newDevice, transactions } = limitsOn({ W: common, probation: common, newPayee: common })
    const onKeys = list.map((limit) => ({ on: 'W' as const, ...limit }))
    const others = transactions.limits.filter(({ on }) => on !== 'W')
    for (const policy of [
      { newDevice, transactions: { limits: [...onKeys, ...others] } },
      { newDevice: { limits: list }, transactions },
    ]) {
      const bank = await startBank({ policy })
      const pay = async (minor: number) =>
        bank.approve(bank.authenticator, bank.token, (await bank.create(payment(minor))).id)
      expect(await pay(101)).toMatchObject(refusal('transaction_limit_exceeded'))
      expect((await pay(100)).status).toBe(200)
      expect(await pay(51)).toMatchObject(refusal('transaction_limit_exceeded'))
      expect((await pay(50)).status).toBe(200)
    }
  })
})

describe('a delivery', () => {
  test('is made by one process at a time, however slow the host is', async () => {
    const made: string[] = []
    let isUp = false
    const wide = { each: 1e6, total: 1e6 }
    const { newDevice, transactions } = limitsOn({ W: wide, probation: wide, newPayee: wide })
    const bank = await startBank({
      policy: { newDevice, transactions: { ...transactions, open: 20 } },
      transactions: {
        types: standardTypes,
        async deliver({ id }: ApprovedTransaction) {
          if (!isUp) throw new Error('down')
          made.push(id)
          // Each within its lease, and all together longer.
          bank.clock.advance(10)
          await turn()
        },
      },
    })
    for (let index = 0; index < 16; index++)
      await bank.approve(bank.authenticator, bank.token, (await bank.create()).id)
    await expect
      .poll(() => bank.events.filter(({ type }) => type === 'transaction.undelivered').length)
      .toBe(16)
    bank.clock.advance(60)
    isUp = true
    const first = bank.server.transactions.deliverDue()
    let delivered = 0
    // What another process does meanwhile: it takes whatever is due.
    while (made.length < 16) {
      delivered += await bank.server.transactions.deliverDue()
      await turn()
    }
    expect((await first) + delivered).toBe(16)
    expect([made.length, new Set(made).size]).toEqual([16, 16])
  })
})

describe('closing the server', () => {
  test.each(['an approval', 'the host'])(
    'waits for the delivery under way, and begins none of those that wait: of %s',
    async (whose) => {
      const store = createMemoryStore()
      const made: string[] = []
      let isUp = false
      let end = () => {}
      const transactions = {
        types: standardTypes,
        async deliver({ id }: ApprovedTransaction) {
          if (!isUp) throw new Error('down')
          await new Promise<void>((resolve) => {
            end = resolve
          })
          made.push(id)
        },
      }
      const bank = await startBank({ store, transactions })
      const approve = async () => bank.approve(bank.authenticator, bank.token, (await bank.create()).id)
      for (let index = 0; index < 3; index++) await approve()
      await expect
        .poll(() => bank.events.filter(({ type }) => type === 'transaction.undelivered').length)
        .toBe(3)
      bank.clock.advance(60)
      isUp = true
      if (whose === 'the host') void bank.server.transactions.deliverDue()
      else await approve()
      await turn()
      let isClosed = false
      const closed = bank.server.close().then(() => {
        isClosed = true
      })
      await turn()
      expect(isClosed).toBe(false)
      end()
      await closed
      expect(made).toHaveLength(1)
      // The rest is due at once for whoever comes next.
      const due = await store.takeDeliveries({
        realm: 'test',
        now: bank.clock.now() / 1000,
        lease: 60,
        most: 9,
      })
      expect(due).toHaveLength(whose === 'the host' ? 2 : 3)
    },
  )
})

describe('an async effect within the commit', () => {
  /** What comes after the first `await` would be booked, although the approval is refused for it. */
  const booked: string[] = []
  const within = async ({ id }: ApprovedTransaction) => {
    await turn()
    booked.push(id)
  }
  const refused = { code: 'configuration_invalid' }

  test('is refused at start, and for one approval, before it runs', async () => {
    await expect(startBank({ transactions: { types: standardTypes, within } })).rejects.toMatchObject(refused)
    const bank = await startBank()
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, json)
    const session = { account: bank.ada, acr: 'W', authTime: bank.clock.now() / 1000 } as const
    const approval = { id: json.id, session, response }
    await expect(bank.server.transactions.approve({ ...approval, within })).rejects.toMatchObject(refused)
    await turn()
    expect(booked).toEqual([])
    expect((await bank.fetchTransaction(bank.token, json.id)).json.status).toBe('open')
  })
})

describe('an effect in SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-edges-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** A bank whose effect runs a statement, and how an approval by the host's own route ends. */
  async function approving(sql: () => string) {
    const store = createSqliteStore({ path: join(folder, `${randomUUID()}.db`) })
    const within = (_: ApprovedTransaction, connection: unknown) =>
      void (connection as SqliteDatabase).exec(sql())
    const bank = await startBank({ store, transactions: { types: standardTypes, within } })
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, json)
    const session = { account: bank.ada, acr: 'W', authTime: bank.clock.now() / 1000 } as const
    const approve = () => bank.server.transactions.approve({ id: json.id, session, response })
    const status = async () => (await bank.fetchTransaction(bank.token, json.id)).json.status
    return { approve, status }
  }

  test.each([
    ['a table that is missing', 'INSERT INTO ledger VALUES (1)', 'transaction_refused'],
    ['a transaction that it begins', 'BEGIN', 'transaction_refused'],
    ['the end of the transaction', 'ROLLBACK', 'configuration_invalid'],
  ])('with %s is a mistake of the host’s: told as that, and nothing is used up', async (_, mistake, code) => {
    let sql = mistake
    const { approve, status } = await approving(() => sql)
    for (let times = 0; times < 2; times++) {
      await expect(approve()).rejects.toMatchObject({ code, cause: expect.any(Error) })
      expect(await status()).toBe('open')
    }
    sql = 'CREATE TABLE ledger (id TEXT)'
    await approve()
    expect(await status()).toBe('approved')
  })
})

describe('what no transaction can be made of', () => {
  test.each([
    ['an amount below zero', payment(-1)],
    ['an amount that is no number', payment(Number.NaN)],
    ['text for an amount', payment('4200' as never)],
    ['an amount that is null', { ...payment(), amount: null }],
    ['a missing field', { amount: payment().amount }],
    ['a further field', { ...payment(), note: { kind: 'line', text: 'x' } }],
    ['a list', []],
    ['nothing', null],
  ])('is foreseen and created alike, with one code: %s', async (_, fields) => {
    const bank = await startBank()
    const wanted = { account: bank.ada, type: 'payment', fields: fields as never, operationId: 'order' }
    const refused = { code: 'statement_value_unacceptable' }
    await expect(bank.server.transactions.foresee(wanted)).rejects.toMatchObject(refused)
    await expect(bank.server.transactions.create(wanted)).rejects.toMatchObject(refused)
  })

  test('does not hang on the language: one that is none gets the first wording', async () => {
    const bank = await startBank()
    const wanted = { account: bank.ada, type: 'payment', fields: payment(), operationId: 'order' }
    for (const language of [5, null, {}, '', '__proto__']) {
      const operationId = `order ${JSON.stringify(language)}`
      const { statement } = await bank.server.transactions.create({
        ...wanted,
        operationId,
        language: language as never,
      })
      expect(statement).toContain('"language":"en"')
    }
  })
})

describe('an approval', () => {
  test.each([0, 1])(
    'that arrives again while it is committed finds it settled, not a cloned key: after read %i',
    async (held) => {
      const store = createMemoryStore()
      let reads = -1
      let release = () => {}
      const committed = new Promise<void>((resolve) => {
        release = resolve
      })
      /** From when the copy is watched, the read of that number waits until the first has been committed. */
      const watched =
        <A extends unknown[], T>(read: (...asked: A) => Promise<T>) =>
        async (...asked: A) => {
          if (reads >= 0 && reads++ === held) await committed
          return read(...asked)
        }
      const slow: Store = {
        ...store,
        findCredential: watched(store.findCredential),
        findTransaction: watched(store.findTransaction),
      }
      const bank = await startBank({ store: slow })
      const counting = createAuthenticator({ origin, signCount: 'rising' })
      await bank.register(counting)
      const { token } = (await bank.authenticate(counting)).session
      const { json } = await bank.fetchTransaction(token, (await bank.create()).id)
      const response = await signTransaction(counting, json)
      reads = 0
      const copy = bank.postApproval(token, json.id, response)
      await expect.poll(() => reads).toBeGreaterThan(held)
      reads = -1
      expect((await bank.postApproval(token, json.id, response)).status).toBe(200)
      release()
      expect(await copy).toMatchObject(refusal('transaction_settled'))
    },
  )

  test('that a route of the host passes on as it came is refused, not a mistake of the server’s', async () => {
    const bank = await startBank()
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, json)
    const session = { account: bank.ada, acr: 'W', authTime: bank.clock.now() / 1000 } as const
    const long = { ...response.response, clientDataJSON: 'A'.repeat(400_000) }
    for (const strange of [
      { id: json.id },
      { id: json.id, response: null },
      { id: json.id, response: {} },
      { id: json.id, response: { ...response, id: 5 } },
      { id: json.id, response: { ...response, response: {} } },
      { id: json.id, response: { ...response, response: { ...response.response, signature: ['AA'] } } },
      { id: json.id, response: { ...response, response: long } },
      { id: { toString: 'x' }, response },
      { response },
    ])
      await expect(
        bank.server.transactions.approve({ session, ...strange } as never),
        JSON.stringify(strange).slice(0, 200),
      ).rejects.toMatchObject({ code: 'invalid_request' })
    expect((await bank.server.transactions.approve({ id: json.id, session, response })).receipt).toBeTypeOf(
      'string',
    )
  })
})
