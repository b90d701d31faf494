import * as schemas from '@keybound/protocol/schemas'
import { encodeStatement, parseStatement, renderStatement } from '@keybound/protocol/transactions'
import { type ApprovedTransaction, standardTypes } from '@keybound/server'
import type { Store, TransactionRecord } from '@keybound/server/store'
import { createMemoryStore } from '@keybound/server/store/memory'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAuthenticator, createKeyPair } from '../support/authenticator.ts'
import { origin, refusal } from '../support/server.ts'
import { amounts, type Bank, common, limitsOn, payment, signTransaction, startBank } from './support/bank.ts'

let bank: Bank
let ledger: ApprovedTransaction[]
beforeEach(async () => {
  ledger = []
  bank = await startBank({
    transactions: { types: standardTypes, within: (approved) => void ledger.push(approved) },
  })
})

/** A payment to a payee of that name. */
const named = (name: string) => ({ ...payment(), payee: { ...payment().payee, name } })

describe('a transaction', () => {
  test('is created, reviewed, signed and carried out, once', async () => {
    const created = await bank.create()
    const { json: open } = await bank.fetchTransaction(bank.token, created.id)
    expect(schemas.transactionAnswer.safeParse(open).error).toBeUndefined()
    expect(open).toMatchObject({ status: 'open', realm: 'test', account: bank.ada, level: 'W' })
    expect(open.options.allowCredentials.map(({ id }) => id)).toEqual([bank.credential.id])
    expect(renderStatement(parseStatement(open.statement)).text).toContain('42.00\u00a0EUR')
    const answer = await bank.approve(bank.authenticator, bank.token, created.id)
    expect(answer.status).toBe(200)
    expect(ledger).toMatchObject([{ id: created.id, account: bank.ada, type: 'payment', fields: payment() }])
    const { json: approved } = await bank.fetchTransaction(bank.token, created.id)
    expect(approved).toMatchObject({ status: 'approved', receipt: answer.json.receipt })
    expect(ledger[0]?.receipt).toBe(answer.json.receipt)
  })

  test('of every standard type can be approved', async () => {
    const fields = {
      payment: { ...payment(), reference: { kind: 'line', text: 'Rent' } },
      'contact.change': {
        what: { kind: 'line', text: 'E-mail' },
        next: { kind: 'code', text: 'ada@example.org' },
      },
      statement: { text: { kind: 'lines', lines: ['I have read it.', 'I agree.'] } },
    } as const
    for (const [type, values] of Object.entries(fields)) {
      const { id } = await bank.create(values, type)
      expect((await bank.approve(bank.authenticator, bank.token, id)).status).toBe(200)
    }
    expect(ledger.map(({ type }) => type)).toEqual(Object.keys(fields))
  })

  test('is created once for one operation, and not for another meaning', async () => {
    const wanted = { account: bank.ada, type: 'payment', fields: payment(), operationId: 'one' }
    const { transactions } = bank.server
    const first = await transactions.create(wanted)
    bank.clock.advance(5)
    expect(await transactions.create(wanted)).toEqual(first)
    await expect(transactions.create({ ...wanted, fields: payment(1) })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    await expect(transactions.create({ ...wanted, account: bank.grace })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  test.each([
    ['transaction_type_unknown', payment(), 'transfer'],
    ['transaction_type_unknown', payment(), 'toString'],
    ['statement_value_unacceptable', { amount: payment().amount }, 'payment'],
    ['statement_value_unacceptable', { ...payment(), note: { kind: 'line', text: 'x' } }, 'payment'],
    ['statement_value_unacceptable', { ...payment(), amount: { kind: 'line', text: '5' } }, 'payment'],
    ['statement_value_unacceptable', payment(2 ** 53), 'payment'],
    ['statement_value_unacceptable', payment(-0), 'payment'],
    ['statement_value_unacceptable', payment(0.5), 'payment'],
    ['statement_value_unacceptable', payment('4e2' as never), 'payment'],
    ['statement_value_unacceptable', payment(1, 'DЕ02120300000000202051' as never), 'payment'],
    ['statement_value_unacceptable', named('Gr\u202eace'), 'payment'],
    ['statement_value_unacceptable', named('Gr\u0430ce'), 'payment'],
    ['statement_value_unacceptable', { ...payment(), __proto__: { note: 'x' }, constructor: 'x' }, 'payment'],
    [
      'statement_value_unacceptable',
      JSON.parse(`{"__proto__":{},${JSON.stringify(payment()).slice(1)}`),
      'payment',
    ],
  ])('E06, F10: that cannot be stated is refused: %s', async (code, fields, type) => {
    await expect(bank.create(fields as never, type)).rejects.toMatchObject({ code })
    expect(ledger).toEqual([])
  })

  test('is worded in the language of the user, or the first', async () => {
    const create = async (language: string) => {
      const { transactions } = bank.server
      const wanted = {
        account: bank.ada,
        type: 'payment',
        fields: payment(),
        operationId: language,
        language,
      }
      return parseStatement((await transactions.create(wanted)).statement).view.language
    }
    expect([await create('de-CH'), await create('en'), await create('fr')]).toEqual(['de', 'en', 'en'])
  })

  test('waits in limited number, and five minutes', async () => {
    for (let index = 0; index < 5; index++) await bank.create()
    await expect(bank.create()).rejects.toMatchObject({ code: 'transaction_open_limit_reached' })
    bank.clock.advance(300)
    expect((await bank.create()).id).toHaveLength(22)
  })
})

describe('nothing moves', () => {
  const open = async () => (await bank.fetchTransaction(bank.token, (await bank.create()).id)).json
  async function unmoved(answer: Promise<unknown>, code: string) {
    expect(await answer).toMatchObject(refusal(code as never))
    expect(ledger).toEqual([])
  }

  test('E06: when a proxy edits the statement, so that the client signs another', async () => {
    const transaction = await open()
    const statement = parseStatement(transaction.statement)
    const edited = encodeStatement({ ...statement, fields: payment(1) })
    const response = await signTransaction(bank.authenticator, { ...transaction, statement: edited })
    await unmoved(bank.postApproval(bank.token, transaction.id, response), 'transaction_mismatch')
  })

  test.each([
    ['another realm', 'realm'],
    ['another account', 'account'],
    ['E03: a nonce of the client’s own', 'nonce'],
  ] as const)('when %s was signed', async (_, member) => {
    const transaction = await open()
    const other = { ...transaction, [member]: member === 'nonce' ? 'A'.repeat(43) : 'other' }
    const response = await signTransaction(bank.authenticator, other)
    await unmoved(bank.postApproval(bank.token, transaction.id, response), 'transaction_mismatch')
  })

  test('F06: when the signature of one transaction is posted to another', async () => {
    const [one, other] = [await open(), await open()]
    const response = await signTransaction(bank.authenticator, one)
    await unmoved(bank.postApproval(bank.token, other.id, response), 'transaction_mismatch')
  })

  test('E02: when a sign-in was signed, nor does an approval sign in', async () => {
    const transaction = await open()
    const options = await bank.authenticationOptions(bank.ada)
    const response = bank.authenticator.authenticate(options)
    await unmoved(bank.postApproval(bank.token, transaction.id, response), 'transaction_mismatch')
    const approval = await signTransaction(bank.authenticator, transaction)
    const signIn = bank.call('POST', '/v1/authentication', { body: { response: approval } })
    await unmoved(signIn, 'challenge_invalid')
  })

  test.each([
    ['E14', 'user_verification_missing', { userVerified: false }],
    ['E14', 'user_presence_missing', { userPresent: false, userVerified: false }],
    ['C07, E15', 'origin_mismatch', { origin: 'https://evil.example' }],
    ['E15', 'rp_id_mismatch', { rpId: 'evil.example' }],
    ['E15', 'client_data_type_mismatch', { type: 'webauthn.create' }],
    ['E15', 'cross_origin_forbidden', { crossOrigin: true, topOrigin: 'https://evil.example' }],
    ['E08', 'signature_invalid', { signWith: createKeyPair().privateKey }],
    ['E16', 'backup_eligibility_changed', { backupEligible: true }],
  ])('%s: %s', async (_, code, knobs) => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction, knobs)
    await unmoved(bank.postApproval(bank.token, transaction.id, response), code)
  })

  test('F07: when another account asks, or signs', async () => {
    const transaction = await open()
    const graces = await bank.register(bank.authenticator, 'grace')
    const grace = await bank.authenticate(bank.authenticator, bank.grace)
    const { token } = grace.session
    expect(await bank.fetchTransaction(token, transaction.id)).toMatchObject(refusal('transaction_unknown'))
    const ours = await signTransaction(bank.authenticator, transaction)
    await unmoved(bank.postApproval(token, transaction.id, ours), 'transaction_unknown')
    const credential = bank.authenticator.credentials.find(({ id }) => id === graces.credential.id)
    const theirs = await signTransaction(bank.authenticator, transaction, credential && { credential })
    await unmoved(bank.postApproval(bank.token, transaction.id, theirs), 'credential_unknown')
  })

  test('of what is sent in place of an id reaches the log', async () => {
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, json)
    await unmoved(bank.postApproval(bank.token, 'forged%0Aline', response), 'transaction_unknown')
    await unmoved(bank.postApproval(bank.token, 'A'.repeat(22), response), 'transaction_unknown')
    const refused = bank.events.filter(({ type }) => type === 'transaction.refused')
    expect(refused.map((event) => 'transaction' in event && event.transaction)).toEqual([
      false,
      'A'.repeat(22),
    ])
  })

  test('E04: when it has expired by the server’s clock', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    bank.clock.advance(300)
    await unmoved(bank.postApproval(bank.token, transaction.id, response), 'transaction_expired')
    expect((await bank.fetchTransaction(bank.token, transaction.id)).json).toMatchObject({
      status: 'expired',
    })
  })

  test('F12: in a session of a password, with or without a signature', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const refused = await bank.postApproval(bank.passwordToken, transaction.id, response)
    await unmoved(Promise.resolve(refused), 'step_up_required')
    expect(refused.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_user_authentication".*acr_values="W L1 L2 R", max_age="900"$/,
    )
    const path = `/v1/transactions/${transaction.id}/approval`
    for (const body of [{}, { password: 'correct horse' }, { response, password: 'x' }]) {
      await unmoved(bank.call('POST', path, { token: bank.passwordToken, body }), 'invalid_request')
    }
    await unmoved(bank.call('POST', path, { body: { response } }), 'session_required')
  })

  test('F06: in a session whose sign-in is too long ago, however it was kept alive', async () => {
    bank.clock.advance(901)
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    await unmoved(bank.postApproval(bank.token, transaction.id, response), 'step_up_required')
  })

  test('F08: with a key that was removed', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const { session } = await bank.authenticate(bank.authenticator)
    await bank.register(bank.authenticator)
    await bank.store.removeCredential({
      realm: 'test',
      operationId: 'removal',
      now: 1_800_000_000,
      account: bank.ada,
      credentialId: bank.credential.id,
    })
    await unmoved(bank.postApproval(session.token, transaction.id, response), 'session_required')
    const fresh = await bank.authenticate(bank.authenticator)
    await unmoved(bank.postApproval(fresh.session.token, transaction.id, response), 'credential_unknown')
  })

  test('E05: because of anything the request says beside the signature', async () => {
    const transaction = await open()
    const response = await signTransaction(bank.authenticator, transaction)
    const body = { response, fields: payment(1), statement: transaction.statement }
    const path = `/v1/transactions/${transaction.id}/approval`
    await unmoved(bank.call('POST', path, { token: bank.token, body }), 'invalid_request')
  })

  test('F15: and then the honest approval still works', async () => {
    const transaction = await open()
    const forged = await signTransaction(bank.authenticator, transaction, {
      signWith: createKeyPair().privateKey,
    })
    await unmoved(bank.postApproval(bank.token, transaction.id, forged), 'signature_invalid')
    const honest = await signTransaction(bank.authenticator, transaction)
    expect((await bank.postApproval(bank.token, transaction.id, honest)).status).toBe(200)
    expect(ledger).toHaveLength(1)
  })
})

/** Statements that read two ways, show less than they hold, or mean something else than they seem to. */
const spellings: readonly [what: string, find: string, put: string][] = [
  ['an exponent', '4200', '42e2'],
  ['a fraction', '4200', '4200.0'],
  ['negative zero', '4200', '-0'],
  ['2^53', '4200', '9007199254740992'],
  ['a right-to-left override', 'Grace', 'Gr\u202eace'],
  ['a look-alike', 'Grace', 'Gr\u0430ce'],
  ['a missing member', '"currency":"EUR",', ''],
  ['a further member', '"minor":4200', '"hidden":1,"minor":4200'],
  ['a member twice', '"minor":4200', '"minor":1,"minor":4200'],
  ['a field that is not shown', '{"field":"amount","label":"Amount"},', ''],
]

describe('a row that was edited in the database', () => {
  const cheaper = (statement: string) => statement.replace('"minor":4200', '"minor":1')
  test.each<[string, (row: TransactionRecord) => Partial<TransactionRecord>]>([
    ['its statement', ({ statement }) => ({ statement: cheaper(statement) })],
    [
      'its statement with its sum',
      ({ statement }) => ({ statement: cheaper(statement), money: { currency: 'EUR', minor: 1 } }),
    ],
    ['a statement that is none', () => ({ statement: '{}' })],
    ...spellings.map(
      ([what, find, put]): [string, (row: TransactionRecord) => Partial<TransactionRecord>] => [
        what,
        ({ statement }) => ({ statement: statement.replace(find, put) }),
      ],
    ),
    ['its sum', () => ({ money: { currency: 'EUR', minor: 1 } })],
    ['its payees', () => ({ payees: [] })],
    ['its end', ({ expiresAt }) => ({ expiresAt: expiresAt + 600 })],
    ['its nonce', () => ({ nonce: 'A'.repeat(43) })],
    ['its type', () => ({ type: 'statement' })],
  ])('E06: moves nothing: %s', async (_, edit) => {
    const right = createMemoryStore()
    let isEdited = false
    const store: Store = {
      ...right,
      findTransaction: async (realm, id) => {
        const row = await right.findTransaction(realm, id)
        return row && isEdited ? { ...row, ...edit(row) } : row
      },
    }
    const within = (approved: ApprovedTransaction) => void ledger.push(approved)
    bank = await startBank({ store, transactions: { types: standardTypes, within } })
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, json)
    isEdited = true
    const row = await store.findTransaction('test', json.id)
    expect(row).not.toEqual(await right.findTransaction('test', json.id))
    expect(await bank.postApproval(bank.token, json.id, response)).toMatchObject(
      refusal('transaction_mismatch'),
    )
    expect(ledger).toEqual([])
    isEdited = false
    expect((await bank.postApproval(bank.token, json.id, response)).status).toBe(200)
  })
})

describe('a signature moves once', () => {
  test('E01, F02: among 64 approvals at once, and when it is sent again', async () => {
    const { json: transaction } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    const response = await signTransaction(bank.authenticator, transaction)
    const send = () => bank.postApproval(bank.token, transaction.id, response)
    const answers = await Promise.all(Array.from({ length: 64 }, send))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ json }) => json.code === 'transaction_settled')).toHaveLength(63)
    expect(await send()).toMatchObject(refusal('transaction_settled'))
    expect(ledger).toHaveLength(1)
  })
})

describe('a batch of payments', () => {
  const batchOf = (...minors: readonly number[]) => ({
    batch: {
      kind: 'batch' as const,
      currency: 'EUR',
      payees: minors.map((minor, index) => ({ account: `DE0${index}`, minor, name: 'Grace Hopper' })),
      total: minors.reduce((sum, minor) => sum + minor, 0),
    },
  })
  const types = {
    ...standardTypes,
    'payment.batch': { ...standardTypes['payment.batch'], level: 'W' },
  } as const
  const send = async (fields: ReturnType<typeof batchOf>) => {
    const { id } = await bank.create(fields, 'payment.batch')
    return bank.approve(bank.authenticator, bank.token, id)
  }

  test('is approved as a whole: its total and each payee are in the statement and carried out', async () => {
    bank = await startBank({ transactions: { types, within: (approved) => void ledger.push(approved) } })
    const { id } = await bank.create(batchOf(100, 250), 'payment.batch')
    const { json } = await bank.fetchTransaction(bank.token, id)
    const { text } = renderStatement(parseStatement(json.statement))
    for (const words of ['3.50\u00a0EUR', 'DE00', 'DE01', '1.00\u00a0EUR', '2.50\u00a0EUR'])
      expect(text).toContain(words)
    expect((await bank.approve(bank.authenticator, bank.token, id)).status).toBe(200)
    expect(ledger).toMatchObject([{ id, fields: batchOf(100, 250) }])
  })

  test('counts with its total, whatever its parts are', async () => {
    bank = await startBank({ transactions: { types, within: (approved) => void ledger.push(approved) } })
    expect(await send(batchOf(4000, 4000, 4000))).toMatchObject(refusal('transaction_limit_exceeded'))
    expect(ledger).toEqual([])
  })

  test('whose total is not the sum, or that pays one account twice, cannot be stated', async () => {
    const { batch } = batchOf(100, 250)
    const twice = { ...batch, payees: batch.payees.map((payee) => ({ ...payee, account: 'DE00' })) }
    for (const wrong of [{ ...batch, total: 349 }, twice, { ...batch, payees: [] }])
      await expect(bank.create({ batch: wrong }, 'payment.batch')).rejects.toMatchObject({
        code: 'statement_value_unacceptable',
      })
  })

  test('needs a stronger key than a browser’s, as the standard type says', async () => {
    expect(await send(batchOf(1))).toMatchObject(refusal('transaction_level_insufficient'))
    expect(ledger).toEqual([])
  })
})

describe('limits', () => {
  /** Pays, and expects that the server foresaw what it then says. */
  const pay = async (minor: number, type = 'payment') => {
    const fields = payment(minor)
    const { id } = await bank.create(fields, type)
    const foreseen = await bank.server.transactions.foresee({ account: bank.ada, type, fields })
    const answer = await bank.approve(bank.authenticator, bank.token, id)
    expect(foreseen).toBe(answer.status === 200 ? undefined : (answer.json as { code?: string }).code)
    return answer
  }

  test('of a W key: of one payment, and of all in a day', async () => {
    expect(await pay(10_001)).toMatchObject(refusal('transaction_limit_exceeded'))
    for (let index = 0; index < 5; index++) expect((await pay(10_000)).status).toBe(200)
    expect(await pay(1)).toMatchObject(refusal('transaction_limit_exceeded'))
    bank.clock.advance(86_400)
    const { session } = await bank.authenticate(bank.authenticator)
    const { id } = await bank.create(payment(10_000))
    expect((await bank.approve(bank.authenticator, session.token, id)).status).toBe(200)
    expect(ledger).toHaveLength(6)
  })

  test.each(['W', 'probation', 'newPayee'] as const)('%s without one moves nothing', async (on) => {
    const { [on]: _, ...others } = amounts
    bank = await startBank({ policy: limitsOn(others) })
    const code = on === 'newPayee' ? 'transaction_payee_new' : 'transaction_limit_exceeded'
    expect(await pay(1)).toMatchObject(refusal(code))
  })

  test('F09: on probation end with it; those on new payees when the payee is known', async () => {
    const small = { each: 100, total: 100 }
    const large = { each: 1000, total: 2000 }
    const all = { W: large, probation: large, newPayee: large }
    for (const [on, code] of [
      ['probation', 'transaction_limit_exceeded'],
      ['newPayee', 'transaction_payee_new'],
    ] as const) {
      bank = await startBank({ policy: limitsOn({ ...all, [on]: small }) })
      expect(await pay(101)).toMatchObject(refusal(code))
      expect((await pay(100)).status).toBe(200)
      expect(await pay(1)).toMatchObject(refusal(code))
      bank.clock.advance(86_400)
      const { session } = await bank.authenticate(bank.authenticator)
      const { id } = await bank.create(payment(101))
      expect((await bank.approve(bank.authenticator, session.token, id)).status).toBe(200)
    }
  })

  test('of levels: by type and by amount, and for currencies without a rule', async () => {
    const type = {
      ...standardTypes.payment,
      levelsAbove: [{ currency: 'EUR', minor: 100, level: 'L2' }],
    } as const
    bank = await startBank({ transactions: { types: { payment: type, strict: { ...type, level: 'R' } } } })
    expect((await pay(100)).status).toBe(200)
    const { id } = await bank.create(payment(101))
    const { json } = await bank.fetchTransaction(bank.token, id)
    expect([json.level, json.options.allowCredentials]).toEqual(['L2', []])
    expect(await pay(101)).toMatchObject(refusal('transaction_level_insufficient'))
    const dollars = await bank.create({ ...payment(), amount: { kind: 'amount', currency: 'USD', minor: 1 } })
    expect(await bank.approve(bank.authenticator, bank.token, dollars.id)).toMatchObject(
      refusal('transaction_level_insufficient'),
    )
    expect(await pay(1, 'strict')).toMatchObject(refusal('transaction_level_insufficient'))
  })

  test('are foreseen for the key that is named, else for whichever of the account may', async () => {
    bank = await startBank({ policy: limitsOn({ W: common, newPayee: common }) })
    const { transactions } = bank.server
    const asked = { account: bank.ada, type: 'payment', fields: payment(1) }
    expect(await transactions.foresee(asked)).toBe('transaction_limit_exceeded')
    bank.clock.advance(86_400)
    const { credential: fresh } = await bank.register(createAuthenticator({ origin }))
    expect(await transactions.foresee(asked)).toBeUndefined()
    expect(await transactions.foresee({ ...asked, credentialId: fresh.id })).toBe(
      'transaction_limit_exceeded',
    )
    expect(await transactions.foresee({ ...asked, account: bank.grace })).toBeUndefined()
  })

  test('are foreseen by keys that could sign: not by suspended ones, those of others, or for unknown types', async () => {
    bank = await startBank({ policy: limitsOn({ W: common, newPayee: common }) })
    const { transactions, evidence } = bank.server
    const asked = { account: bank.ada, type: 'payment', fields: payment(1) }
    const named = { ...asked, credentialId: bank.credential.id }
    bank.clock.advance(86_400)
    expect(await transactions.foresee(asked)).toBeUndefined()
    expect(await transactions.foresee(named)).toBeUndefined()
    const suspendOn = ['attestation_required'] as const
    await evidence.judgeAgain({
      policy: { registration: { attestation: 'trusted' }, evidence: { suspendOn } },
    })
    expect(await transactions.foresee(asked)).toBeUndefined()
    await expect(transactions.foresee(named)).rejects.toMatchObject({ code: 'attestation_required' })
    // On probation, for which nothing is allowed: the older key no longer counts.
    await bank.register(createAuthenticator({ origin }))
    expect(await transactions.foresee(asked)).toBe('transaction_limit_exceeded')
    for (const other of [{ account: bank.grace }, { credentialId: 'AAAA' }])
      await expect(transactions.foresee({ ...named, ...other })).rejects.toMatchObject({
        code: 'credential_unknown',
      })
    await expect(transactions.foresee({ ...asked, type: 'toString' })).rejects.toMatchObject({
      code: 'transaction_type_unknown',
    })
  })
})

describe('what is refused says what to do next', () => {
  const small = { each: 100, total: 100 }

  test.each<[string, string, RegExp]>([
    ['W', 'transaction_limit_exceeded', /Use a stronger or older key, or wait/],
    ['probation', 'transaction_limit_exceeded', /Use a stronger or older key, or wait/],
    ['newPayee', 'transaction_payee_new', /Send less, or wait until the cooling-off is over/],
  ])('above the limit on %s', async (on, code, next) => {
    bank = await startBank({
      policy: limitsOn({ ...amounts, [on]: small }),
      transactions: { types: standardTypes, within: (approved) => void ledger.push(approved) },
    })
    const { id } = await bank.create(payment(101))
    const refused = await bank.approve(bank.authenticator, bank.token, id)
    expect(refused).toMatchObject({ status: 403, ...refusal(code as never) })
    expect(refused.json.detail).toMatch(next)
    expect(ledger).toEqual([])
  })

  test('in a session of the password, and in one that is too old', async () => {
    const { id } = await bank.create()
    const { json } = await bank.fetchTransaction(bank.passwordToken, id)
    expect(json.stepUp).toBe(true)
    const response = await signTransaction(bank.authenticator, json)
    const byPassword = await bank.postApproval(bank.passwordToken, id, response)
    bank.clock.advance(901)
    const other = await bank.create()
    const tooOld = await bank.approve(bank.authenticator, bank.token, other.id)
    for (const refused of [byPassword, tooOld]) {
      expect(refused).toMatchObject({ status: 401, ...refusal('step_up_required') })
      expect(refused.json.detail).toMatch(/Sign in with the key, then approve/)
    }
    expect(ledger).toEqual([])
  })
})

describe('the effect', () => {
  test('refuses for the application, and nothing is left of the approval', async () => {
    let balance = 0
    bank = await startBank({
      transactions: {
        types: standardTypes,
        within: () => {
          if (balance < 4200) throw new Error('too low')
          balance -= 4200
        },
      },
    })
    const { id } = await bank.create()
    expect(await bank.approve(bank.authenticator, bank.token, id)).toMatchObject(
      refusal('transaction_refused'),
    )
    balance = 5000
    expect((await bank.approve(bank.authenticator, bank.token, id)).status).toBe(200)
    expect(balance).toBe(800)
  })

  test('of one approval can be its own', async () => {
    const own: string[] = []
    const { json } = await bank.fetchTransaction(bank.token, (await bank.create()).id)
    await bank.server.transactions.approve({
      id: json.id,
      session: { account: bank.ada, acr: 'W', authTime: 1_800_000_000 },
      response: await signTransaction(bank.authenticator, json),
      within: (approved) => void own.push(approved.id),
    })
    expect([own, ledger]).toEqual([[json.id], []])
  })

  test('is delivered until it succeeds, and not again', async () => {
    const delivered: string[] = []
    let failures = 2
    const deliver = async ({ id }: ApprovedTransaction) => {
      if (failures-- > 0) throw new Error('unreachable')
      delivered.push(id)
    }
    const store = createMemoryStore()
    bank = await startBank({ store, transactions: { types: standardTypes, deliver } })
    const { id } = await bank.create()
    expect((await bank.approve(bank.authenticator, bank.token, id)).status).toBe(200)
    const { deliverDue } = bank.server.transactions
    expect(await deliverDue()).toBe(0)
    for (const made of [0, 1, 0]) {
      bank.clock.advance(60)
      expect(await deliverDue()).toBe(made)
    }
    expect(delivered).toEqual([id])
    await bank.server.close()
    expect(bank.events.filter(({ type }) => type === 'transaction.undelivered')).toMatchObject([
      { tries: 1 },
      { tries: 2 },
    ])
  })
})

describe('declarations are refused at start', () => {
  const base = standardTypes.payment
  test.each([
    ['no type', {}],
    ['an unknown kind', { payment: { ...base, fields: { amount: 'money' } } }],
    ['two amounts', { payment: { ...base, fields: { ...base.fields, more: 'amount' } } }],
    ['a field without label', { payment: { ...base, fields: { ...base.fields, more: 'line' } } }],
    ['a label without field', { payment: { ...base, fields: { amount: 'amount' } } }],
    ['an unknown level', { payment: { ...base, level: 'L9' } }],
    ['an unknown optional field', { payment: { ...base, optional: ['other'] } }],
    ['a bad name', { 'Pay me': base }],
    [
      'hidden characters',
      { payment: { ...base, wording: { en: { ...base.wording.en, title: 'Pay\u202e' } } } },
    ],
    ['no wording', { payment: { ...base, wording: {} } }],
  ])('%s', async (_, types) => {
    await expect(startBank({ transactions: { types: types as never } })).rejects.toMatchObject({
      code: 'configuration_invalid',
    })
  })

  test('within and deliver together, and transactions that are not declared', async () => {
    const both = { types: standardTypes, within: () => {}, deliver: () => {} }
    await expect(startBank({ transactions: both })).rejects.toMatchObject({ code: 'configuration_invalid' })
    const { transactions: _, ...none } = { transactions: undefined }
    const without = await startBank({ ...none, transactions: undefined as never })
    await expect(without.create()).rejects.toMatchObject({ code: 'configuration_invalid' })
    expect(await without.fetchTransaction(without.token, 'x')).toMatchObject(refusal('not_found'))
  })
})
