import { type EpochSeconds, KeyboundError } from '@keybound/protocol'
import {
  encodeStatement,
  type FieldValue,
  type Statement,
  type StatementView,
} from '@keybound/protocol/transactions'
import type { NewTransaction, TransactionType } from './declaration.ts'

/** What a statement is made from. */
type Wanted = Pick<NewTransaction, 'type' | 'fields' | 'language'>

/** Makes the statement of a new transaction. Refuses with `statement_value_unacceptable` other fields than declared. */
export function statementOf(
  { type: name, fields, language }: Wanted,
  type: TransactionType,
  id: string,
  expiresAt: EpochSeconds,
): Statement {
  checkFields(fields, type)
  const view = viewOf(type, languageOf(type, language), fields)
  return { version: 1, id, type: name, expiresAt, fields, view }
}

/** Refuses what no statement could be made of, as creating it would: `statement_value_unacceptable`. */
export function checkWanted(wanted: Wanted, type: TransactionType): void {
  encodeStatement(statementOf(wanted, type, 'AAAAAAAAAAAAAAAAAAAAAA', 0))
}

/** The words of a language for the fields that are there, in the order of the labels. */
export function viewOf(
  { wording }: TransactionType,
  language: string,
  fields: Readonly<Record<string, FieldValue>>,
): StatementView {
  const { title, labels } = wording[language] ?? { title: '', labels: {} }
  const rows = Object.entries(labels)
    .filter(([field]) => Object.hasOwn(fields, field))
    .map(([field, label]) => ({ field, label }))
  return { language, title, rows }
}

/** The wording in the user's language, else in the language without its region, else the first. */
function languageOf({ wording }: TransactionType, wanted: string | undefined): string {
  const [first = ''] = Object.keys(wording)
  if (typeof wanted !== 'string') return first
  return [wanted, wanted.split('-')[0] ?? ''].find((language) => Object.hasOwn(wording, language)) ?? first
}

function checkFields(fields: Readonly<Record<string, FieldValue>>, type: TransactionType): void {
  if (typeof fields !== 'object' || fields === null) throw unacceptable('kind of fields', 'an object')
  const missing = Object.keys(type.fields).find(
    (field) => !Object.hasOwn(fields, field) && type.optional?.includes(field) !== true,
  )
  if (missing !== undefined) throw unacceptable(`absence of the field "${missing}"`, 'every declared field')
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(type.fields, field)) throw unacceptable('further field', 'declared fields only')
    if (value?.kind !== type.fields[field]) {
      throw unacceptable(`kind of the field "${field}"`, `${type.fields[field]}`)
    }
  }
}

function unacceptable(found: string, expected: string): KeyboundError {
  const message = `Unexpected ${found}, expected ${expected}. Compare with the declaration of the type.`
  return new KeyboundError('statement_value_unacceptable', message)
}
