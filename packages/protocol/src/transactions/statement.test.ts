import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeStatement,
  type FieldValue,
  parseStatement,
  renderStatement,
  type Statement,
  transactionChallenge,
} from './index.ts'

const unacceptable = expect.objectContaining({ code: 'statement_value_unacceptable' })
const malformed = expect.objectContaining({ code: 'statement_malformed' })
const amount = { kind: 'amount', currency: 'EUR', minor: 123_456 } as const
const payee = { kind: 'payee', account: 'DE02120300000000202051', name: 'Grace Hopper' } as const

function statementOf(fields: Record<string, unknown>, parts: Partial<Statement> = {}): Statement {
  return {
    version: 1,
    id: 'AAECAwQFBgcICQoLDA0ODw',
    type: 'payment',
    expiresAt: 1_800_000_300,
    fields: fields as Record<string, FieldValue>,
    view: {
      language: 'en',
      title: 'Approve a payment',
      rows: Object.keys(fields).map((field) => ({ field, label: `The ${field}` })),
    },
    ...parts,
  }
}
const payment = statementOf({ amount, payee })
const encodeField = (value: unknown) => encodeStatement(statementOf({ field: value }))

describe('a statement', () => {
  const name = fc.string({ unit: fc.constantFrom(...'abcdÄéß'), minLength: 1, maxLength: 12 })
  const minor = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'USD')
  const account = fc.stringMatching(/^[A-Z0-9]{4,20}$/)
  const fieldValue = fc.oneof(
    fc.record({ kind: fc.constant('amount'), currency, minor }),
    fc.record({ kind: fc.constant('payee'), account, name }),
    fc.record({ kind: fc.constant('line'), text: name }),
    fc.record({ kind: fc.constant('lines'), lines: fc.array(name, { minLength: 1, maxLength: 4 }) }),
    fc.record({ kind: fc.constant('code'), text: fc.stringMatching(/^[!-~]{1,20}$/) }),
  )
  const anyStatement = fc
    .dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,8}$/), fieldValue, { minKeys: 1, maxKeys: 6 })
    .map((fields) => statementOf({ ...fields }))

  test('reads back as what was written', () => {
    fc.assert(
      fc.property(anyStatement, (statement) => {
        const text = encodeStatement(statement)
        expect(parseStatement(text)).toEqual(statement)
        expect(encodeStatement(parseStatement(text))).toBe(text)
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  test('is refused once any character of it is another, or it is another statement that is shown', () => {
    fc.assert(
      fc.property(
        anyStatement,
        fc.nat(),
        fc.constantFrom('0', 'e', '"', ' ', '\u202e', 'а'),
        (statement, pick, put) => {
          const text = encodeStatement(statement)
          const at = pick % text.length
          const edited = text.slice(0, at) + put + text.slice(at + 1)
          let read: Statement
          try {
            read = parseStatement(edited)
          } catch (error) {
            expect(error).toMatchObject({ code: 'statement_malformed' })
            return
          }
          // What is accepted is canonical: equal sight of equal meaning is equal text.
          expect(encodeStatement(read)).toBe(edited)
        },
      ),
      { seed: 4, numRuns: 500 },
    )
  })

  test('in another spelling is none', () => {
    const text = encodeStatement(payment)
    expect(parseStatement(text)).toEqual(payment)
    const spellings = [
      text.replace('123456', '1.23456e5'),
      text.replace('123456', '123456.0'),
      text.replace('123456', '-0'),
      text.replace('123456', '9007199254740992'),
      text.replace('123456', '"123456"'),
      text.replace('"minor":123456', '"minor":123456,"minor":1'),
      text.replace('"minor":123456', '"minor":123456,"note":1'),
      text.replace('"currency":"EUR",', ''),
      text.replace('Grace', '\\u0047race'),
      text.replace('Grace', 'Gr\u202eace'),
      text.replace('Grace', 'Gr\u0430ce'),
      text.replace('"version":1', '"version":2'),
      JSON.stringify(payment),
      ` ${text}`,
      `${text}\n`,
      '',
      'null',
      '[]',
    ]
    for (const spelling of spellings) {
      expect(spelling).not.toBe(text)
      expect(() => parseStatement(spelling)).toThrow(malformed)
    }
  })

  test('shows every field exactly once', () => {
    const rows = payment.view.rows
    const withRows = (other: unknown) =>
      encodeStatement({ ...payment, view: { ...payment.view, rows: other as Statement['view']['rows'] } })
    expect(withRows(rows)).toContain('Grace')
    expect(() => withRows(rows.slice(1))).toThrow(unacceptable)
    expect(() => withRows([...rows, rows[0]])).toThrow(unacceptable)
    expect(() => withRows([rows[0], rows[0]])).toThrow(unacceptable)
    expect(() => withRows([rows[0], { field: 'other', label: 'Other' }])).toThrow(unacceptable)
    expect(() => withRows('amount')).toThrow(unacceptable)
  })

  test.each([
    ['id', { id: 'short' }],
    ['type', { type: 'Payment!' }],
    ['version', { version: 2 }],
    ['expiresAt', { expiresAt: 0.5 }],
    ['fields', { fields: {} }],
    ['name of a field', { fields: { 'a b': amount } }],
    ['further member', { note: 1 }],
    ['language', { view: { ...payment.view, language: '../en' } }],
    ['title', { view: { ...payment.view, title: '' } }],
    ['label', { view: { ...payment.view, rows: [{ field: 'amount', label: 'A\u202e' }] } }],
  ])('with a wrong %s is refused', (_, parts) => {
    expect(() => encodeStatement({ ...payment, ...(parts as object) })).toThrow(unacceptable)
  })
})

describe('a value', () => {
  test.each([
    ['an amount', amount],
    ['an amount of one yen', { ...amount, currency: 'JPY', minor: 1 }],
    ['the largest amount', { ...amount, minor: Number.MAX_SAFE_INTEGER }],
    ['a payee', payee],
    ['a payee in Cyrillic', { ...payee, name: 'Софья Ковалевская' }],
    ['a payee in Japanese', { ...payee, name: '株式会社キーバウンド' }],
    ['a payee in two scripts, word by word', { ...payee, name: 'ООО Siemens' }],
    ['a line', { kind: 'line', text: 'Rent for May, № 3…' }],
    ['lines', { kind: 'lines', lines: ['One', 'Two'] }],
    ['an address', { kind: 'code', text: 'ada@example.org' }],
  ])('%s is accepted', (_, value) => {
    expect(encodeField(value)).toContain((value as { kind: string }).kind)
  })

  const names: readonly (readonly [string, unknown])[] = [
    ['Cyrillic а in a Latin word', 'Pаypal'],
    ['Greek ο in a Latin word', 'Bοb'],
    ['a right-to-left override', 'abc\u202edef'],
    ['a zero-width space', 'a\u200bb'],
    ['a ligature', 'ﬁrm'],
    ['full-width letters', 'Ａda'],
    ['other digits', 'Ada ٣'],
    ['a space in front', ' Ada'],
    ['two spaces', 'Ada  Lovelace'],
    ['a pile of marks', 'a\u0323\u0324\u0325'],
    ['a mark on nothing', '\u0338Ada'],
    ['a mark on a space', 'Ada \u0338Lovelace'],
    ['a Braille pattern without dots', '\u2800'],
    ['nothing', ''],
    ['more than 70 characters', 'a'.repeat(71)],
    ['a number', 5],
  ]
  test.each(names)('a name with %s is refused', (_, name) => {
    expect(() => encodeField({ ...payee, name })).toThrow(unacceptable)
  })

  test.each([
    ['zero', { ...amount, minor: 0 }],
    ['a negative amount', { ...amount, minor: -1 }],
    ['negative zero', { ...amount, minor: -0 }],
    ['a fraction', { ...amount, minor: 0.5 }],
    ['2^53', { ...amount, minor: 2 ** 53 }],
    ['text for an amount', { ...amount, minor: '1e3' }],
    ['no currency', { kind: 'amount', minor: 1 }],
    ['an unknown currency', { ...amount, currency: 'EUX' }],
    ['a currency in lower case', { ...amount, currency: 'eur' }],
    ['a further member', { ...amount, note: 'x' }],
    ['no kind', { currency: 'EUR', minor: 1 }],
    ['an unknown kind', { kind: 'toString' }],
    ['an account in lower case', { ...payee, account: 'de02120300000000202051' }],
    ['an account with look-alikes', { ...payee, account: 'DЕ02120300000000202051' }],
    ['a code with a space', { kind: 'code', text: 'a b' }],
    ['no lines', { kind: 'lines', lines: [] }],
    ['a list', []],
    ['null', null],
  ])('%s is refused', (_, value) => {
    expect(() => encodeField(value)).toThrow(unacceptable)
  })

  const part = (account: string, minor: number) => ({ account, minor, name: 'Grace Hopper' })
  const batch = (total: unknown, ...payees: unknown[]) => ({ kind: 'batch', currency: 'EUR', payees, total })
  test('a batch is its total and its payees', () => {
    expect(encodeField(batch(30, part('AAAA', 10), part('BBBB', 20)))).toContain('"total":30')
    const most = Number.MAX_SAFE_INTEGER
    for (const wrong of [
      batch(31, part('AAAA', 10), part('BBBB', 20)),
      batch(20, part('AAAA', 10), part('AAAA', 10)),
      batch(most, part('AAAA', most), part('BBBB', 1)),
      batch(most + 1, part('AAAA', most), part('BBBB', 1)),
      batch(10, { ...part('AAAA', 10), note: 1 }),
      batch(10, { account: 'AAAA', minor: 10 }),
      batch(0),
      batch(10, part('AAAA', -10), part('BBBB', 20)),
    ]) {
      expect(() => encodeField(wrong)).toThrow(unacceptable)
    }
  })
})

describe('what is shown', () => {
  test('comes from the statement alone, in its language', () => {
    expect(renderStatement(payment).text).toBe(
      'Approve a payment\nThe amount: 1\u00a0234.56\u00a0EUR\nThe payee:\n  Grace Hopper\n  DE02120300000000202051',
    )
    const german = { ...payment, view: { ...payment.view, language: 'de-CH' } }
    expect(renderStatement(german).rows[0]?.value).toEqual(['1\u00a0234,56\u00a0EUR'])
  })

  test.each([
    [1, 'EUR', '0.01 EUR'],
    [100, 'EUR', '1.00 EUR'],
    [1_000_000, 'JPY', '1 000 000 JPY'],
    [1_234_567, 'KWD', '1 234.567 KWD'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90 071 992 547 409.91 EUR'],
  ])('%d minor units of %s are %s', (minor, currency, shown) => {
    const statement = statementOf({ amount: { kind: 'amount', currency, minor } })
    expect(renderStatement(statement).rows[0]?.value).toEqual([shown.replaceAll(' ', '\u00a0')])
  })

  test('differs wherever statements of one type and language differ', () => {
    const values = fc.record({
      minor: fc.integer({ min: 1, max: 2_000 }),
      currency: fc.constantFrom('EUR', 'USD', 'JPY'),
      name: fc.constantFrom('Ada', 'Adà', 'Ada L', 'Grace'),
      account: fc.constantFrom('AAAA', 'AAAB', 'AAA-A'),
    })
    const made = ({
      minor,
      currency,
      name,
      account,
    }: {
      minor: number
      currency: string
      name: string
      account: string
    }) =>
      statementOf({ amount: { kind: 'amount', currency, minor }, payee: { kind: 'payee', account, name } })
    fc.assert(
      fc.property(values, values, (one, other) => {
        const shown = [one, other].map((value) => renderStatement(made(value)).text)
        expect(shown[0] === shown[1]).toBe(encodeStatement(made(one)) === encodeStatement(made(other)))
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('the challenge of a transaction', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const nonce = new Uint8Array(32).fill(0xaa)
  const binding = { realm: 'bank', account: 'acct-1', nonce, statement: encodeStatement(payment) }
  const challenge = async (parts: Partial<typeof binding> = {}) =>
    Buffer.from(await transactionChallenge({ ...binding, ...parts }, sha256)).toString('base64url')

  test('is that of the documented vectors', async () => {
    const page = readFileSync(new URL('../../../../docs/transactions.md', import.meta.url), 'utf8')
    const vectors = JSON.parse(/```json vectors\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as {
      realm: string
      account: string
      nonce: string
      statement: string
      challenge: string
    }[]
    expect(vectors.length).toBeGreaterThan(1)
    for (const { realm, account, nonce, statement, challenge: expected } of vectors) {
      expect(encodeStatement(parseStatement(statement))).toBe(statement)
      expect(await challenge({ realm, account, nonce: Buffer.from(nonce, 'hex'), statement })).toBe(expected)
    }
  })

  test('is another for another realm, account, nonce or statement, wherever the border lies', async () => {
    const all = await Promise.all([
      challenge(),
      challenge({ realm: 'banka', account: 'cct-1' }),
      challenge({ realm: 'ban', account: 'kacct-1' }),
      challenge({ realm: 'other' }),
      challenge({ account: 'acct-2' }),
      challenge({ nonce: new Uint8Array(32).fill(0xab) }),
      challenge({ statement: encodeStatement({ ...payment, expiresAt: 1 }) }),
    ])
    expect(new Set(all).size).toBe(all.length)
  })

  test('takes nonces of 32 bytes only', async () => {
    const refused = expect.objectContaining({ code: 'malformed_encoding' })
    await expect(challenge({ nonce: new Uint8Array(31) })).rejects.toEqual(refused)
    await expect(challenge({ account: 'a'.repeat(1025) })).rejects.toEqual(refused)
  })
})
