import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeBase64Url } from '@keybound/protocol'
import {
  encodeStatement,
  parseStatement,
  renderStatement,
  type Statement,
  transactionChallenge,
} from '@keybound/protocol/transactions'
import { root } from '../packages.ts'

interface Vector {
  readonly realm: string
  readonly account: string
  readonly nonce: string
  readonly statement: string
}

/**
 * Writes what TypeScript makes of the vectors, amounts of every currency in many languages, and texts that it refuses, for
 * the tests in Kotlin and Swift: `good`, `texts` and `bad`.
 */
export async function writeStatements(file: string): Promise<void> {
  const page = readFileSync(join(root, 'docs/transactions.md'), 'utf8')
  const vectors = JSON.parse(/```json vectors\n([\s\S]*?)```/.exec(page)?.[1] ?? '[]') as readonly Vector[]
  const good = await Promise.all(
    vectors.map(async ({ realm, account, nonce, statement }) => {
      const bytes = new Uint8Array(Buffer.from(nonce, 'hex'))
      const challenge = await transactionChallenge({ realm, account, nonce: bytes, statement }, sha256)
      const words = renderStatement(parseStatement(statement)).text
      return {
        realm,
        account,
        nonce: encodeBase64Url(bytes),
        statement,
        challenge: encodeBase64Url(challenge),
        words,
      }
    }),
  )
  const bad = vectors.flatMap(({ statement }) => spoil(statement)).filter((text) => !isStatement(text))
  writeFileSync(file, JSON.stringify({ good, texts: amounts(), bad }))
}

/** Every currency in a language with a decimal comma and in one with a point, and one currency in many languages. */
function amounts(): readonly { statement: string; words: string }[] {
  const all = Intl.supportedValuesOf('currency').flatMap((currency) =>
    ['en', 'de-CH'].flatMap((language) =>
      [5, 123_456_789_012].map((minor) => ({ currency, language, minor })),
    ),
  )
  const languages = [
    'ar',
    'fr-CA',
    'hi',
    'ja',
    'nb-NO',
    'pt-BR',
    'ru',
    'sr-Latn-RS',
    'tr',
    'vi',
    'zh-Hant-TW',
  ]
  const more = languages.map((language) => ({ currency: 'EUR', language, minor: 9_007_199_254_740_991 }))
  return [...all, ...more].flatMap(({ currency, language, minor }) => {
    const statement: Statement = {
      expiresAt: 1,
      fields: { amount: { kind: 'amount', currency, minor } },
      id: 'AAECAwQFBgcICQoLDA0ODw',
      type: 'payment',
      version: 1,
      view: { language, rows: [{ field: 'amount', label: 'Amount' }], title: 'Pay' },
    }
    try {
      return [{ statement: encodeStatement(statement), words: renderStatement(statement).text }]
    } catch {
      // Intl knows funds, metals and currencies of the past, which are no currency of a statement.
      return []
    }
  })
}

/** One statement spoiled in many ways; some that leave it good are sorted out by who calls. */
function spoil(text: string): readonly string[] {
  const replaced: readonly (readonly [string | RegExp, string])[] = [
    [/4200|3500/, '4200.0'],
    [/4200|3500/, '4e3'],
    [/4200|3500/, '-42'],
    [/4200|3500/, '0'],
    [/4200|3500/, '9007199254740992'],
    [/EUR|JPY/, 'XXX'],
    ['"kind":"payee"', '"kind":"payer"'],
    ['"kind":"amount"', '"kind":"amount","more":"x"'],
    ['"version":1', '"version":2'],
    ['"label":"Amount"', '"label":"Amo\\u0075nt"'],
    ['"label":"To"', '"label":" To"'],
    ['Grace Hopper', 'Grace  Hopper'],
    ['Grace Hopper', 'Grаce Hopper'],
    ['Grace Hopper', 'Grace\u200bHopper'],
    ['Grace Hopper', 'Grace\u00a0Hopper'],
    ['Grace Hopper', 'Grace\u202eHopper'],
    ['Grace Hopper', 'ﬁna'],
    ['Grace Hopper', '١'],
    ['Grace Hopper', 'x\u0315\u0315\u0315'],
    ['Grace Hopper', '\u0338Grace'],
    ['Grace Hopper', 'Grace \u0338Hopper'],
    ['Grace Hopper', 'Grace\u2800Hopper'],
    ['Grace Hopper', 'e\u0301'],
    ['Grace Hopper', 'x'.repeat(71)],
    ['DE02120300000000202051', 'de02120300000000202051'],
    ['DE02120300000000202051', '-DE0'],
    ['JP-0002', 'JP-0001'],
    [/"total":3500/, '"total":3501'],
    ['"language":"en"', '"language":"EN"'],
    ['{"field":"amount","label":"Amount"},', ''],
    ['"field":"payee"', '"field":"amount"'],
    ['"field":"note"', '"field":"batch"'],
    ['"type":"payment', '"type":"Payment'],
    ['AAECAwQFBgcICQoLDA0ODw', 'AAECAwQFBgcICQoLDA0ODx'],
    ['"expiresAt":1800000300', '"expiresAt":-1'],
    ['{"expiresAt"', '{ "expiresAt"'],
    ['"view":{', '"view":{"extra":1,'],
    ['"expiresAt":1800000300', '"expiresAt":1800000300,"expiresAt":1800000300'],
  ]
  const spoiled = replaced.map(([from, to]) => text.replace(from, to)).filter((one) => one !== text)
  return [...spoiled, `${text} `, text.slice(0, -1), '', '[]', '1', `"${'x'.repeat(9)}"`]
}

function isStatement(text: string): boolean {
  try {
    parseStatement(text)
    return true
  } catch {
    return false
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
