import { type AssuranceLevel, KeyboundError } from '@keybound/protocol'
import {
  encodeStatement,
  type FieldKind,
  type FieldValue,
  minorDigits,
} from '@keybound/protocol/transactions'
import type { TransactionOptions, TransactionType } from './declaration.ts'
import { moneyOf } from './facts.ts'
import { levels } from './required-level.ts'
import { viewOf } from './statement-of.ts'
import { requireSynchronous } from './synchronous.ts'

/** Some value of each kind, to try a declaration with. */
const samples: { readonly [K in FieldKind]: FieldValue } = {
  amount: { kind: 'amount', currency: 'EUR', minor: 1 },
  payee: { kind: 'payee', account: 'AAAA', name: 'A' },
  batch: { kind: 'batch', currency: 'EUR', payees: [{ account: 'AAAA', minor: 1, name: 'A' }], total: 1 },
  line: { kind: 'line', text: 'A' },
  lines: { kind: 'lines', lines: ['A'] },
  code: { kind: 'code', text: 'A' },
}

/** Refuses declarations from which no statement could be made, at start: `configuration_invalid`. */
export function checkTransactionOptions({ types, within, deliver }: TransactionOptions): void {
  if (within !== undefined) requireSynchronous(within)
  if (within !== undefined && deliver !== undefined) {
    throw invalid('transactions.within with transactions.deliver', 'one of the two')
  }
  if (Object.keys(types).length === 0) throw invalid('transactions.types', 'at least one type')
  for (const [name, type] of Object.entries(types)) checkType(name, type)
}

function checkType(name: string, type: TransactionType): void {
  const place = `transactions.types["${name}"]`
  const names = Object.keys(type.fields)
  const kinds = Object.values(type.fields)
  if (!kinds.every((kind) => Object.hasOwn(samples, kind))) throw invalid(`${place}.fields`, 'known kinds')
  if (kinds.filter((kind) => kind === 'amount' || kind === 'batch').length > 1) {
    throw invalid(`${place}.fields`, 'at most one amount or batch')
  }
  if (!(type.optional ?? []).every((field) => names.includes(field)))
    throw invalid(`${place}.optional`, 'fields')
  if (![type.level, ...(type.levelsAbove ?? []).map(({ level }) => level)].every(isLevel)) {
    throw invalid(`${place}.level`, levels.join(', '))
  }
  for (const { currency, minor } of type.levelsAbove ?? []) {
    if (minorDigits(currency) === undefined || !Number.isSafeInteger(minor) || minor < 0) {
      throw invalid(`${place}.levelsAbove`, 'minor units of ISO 4217 currencies')
    }
  }
  if (Object.keys(type.wording).length === 0) throw invalid(`${place}.wording`, 'at least one language')
  for (const language of Object.keys(type.wording)) tryWording(place, name, type, language)
}

/** Makes a statement of every wording: what could not be shown or signed is found now. */
function tryWording(place: string, name: string, type: TransactionType, language: string): void {
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([field, kind]) => [field, samples[kind]]),
  )
  try {
    moneyOf(fields)
    encodeStatement({
      version: 1,
      id: 'AAAAAAAAAAAAAAAAAAAAAA',
      type: name,
      expiresAt: 0,
      fields,
      view: viewOf(type, language, fields),
    })
  } catch (cause) {
    throw invalid(`${place}.wording.${language}`, 'names, labels and a title for every field', cause)
  }
}

function isLevel(level: AssuranceLevel): boolean {
  return levels.includes(level)
}

function invalid(what: string, expected: string, cause?: unknown): KeyboundError {
  const message = `Unexpected ${what}, expected ${expected}. Correct the server options.`
  return new KeyboundError('configuration_invalid', message, { cause })
}
