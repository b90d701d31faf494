import { type CanonicalValue, encodeCanonicalJson } from '../encoding/canonical-json.ts'
import { parseStrictJson } from '../encoding/json.ts'
import { KeyboundError } from '../errors/keybound-error.ts'
import { checkFieldValue, checkList, checkMembers, isObject } from './field-values.ts'
import { matches } from './matches.ts'
import type { Statement } from './statement.ts'
import { checkText } from './text.ts'
import { unacceptable } from './unacceptable.ts'

/** Most characters of a statement in its canonical text. */
export const maxStatementLength = 32_768

const longestLabel = 70
const mostFields = 20

/**
 * Writes a statement in its one canonical text, which is what is hashed and signed.
 * Refuses with `statement_value_unacceptable`, naming the place.
 */
export function encodeStatement(statement: Statement): string {
  checkStatement(statement)
  const text = encodeCanonicalJson(statement as unknown as CanonicalValue)
  if (text.length > maxStatementLength) {
    throw unacceptable('statement', 'length', `at most ${maxStatementLength} characters`)
  }
  return text
}

/**
 * Reads a statement. Only the canonical text is one: another order, another spelling of a number or a character, a
 * member twice, missing or more are refused with `statement_malformed`, so that one statement has one hash.
 */
export function parseStatement(text: string): Statement {
  try {
    const bytes = new TextEncoder().encode(text)
    const value: unknown = parseStrictJson(bytes, { maxBytes: 4 * maxStatementLength, maxDepth: 8 })
    if (encodeStatement(value as Statement) === text) return value as Statement
  } catch (cause) {
    throw malformedStatement(cause)
  }
  throw malformedStatement(undefined)
}

function malformedStatement(cause: unknown): KeyboundError {
  const message =
    'Unexpected statement, expected one in its canonical form. Do not show or sign it; fetch it again.'
  return new KeyboundError('statement_malformed', message, { cause })
}

function checkStatement(statement: Statement): void {
  checkMembers('statement', statement, ['expiresAt', 'fields', 'id', 'type', 'version', 'view'])
  const { expiresAt, fields, id, type, version } = statement
  if (version !== 1) throw unacceptable('version', 'number', '1')
  if (!matches(/^[A-Za-z0-9_-]{21}[AQgw]$/, id)) {
    throw unacceptable('id', 'id', '16 bytes as base64url')
  }
  if (!matches(/^[a-z0-9.-]{1,32}$/, type)) {
    throw unacceptable('type', 'name', '1 to 32 of a-z 0-9 . -')
  }
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0)
    throw unacceptable('expiresAt', 'time', 'epoch seconds')
  const names = checkFields(fields)
  checkView(statement.view, names)
}

function checkFields(fields: unknown): readonly string[] {
  if (!isObject(fields)) throw unacceptable('fields', 'kind of value', 'an object')
  const entries = Object.entries(fields)
  if (entries.length === 0 || entries.length > mostFields) {
    throw unacceptable('fields', 'number of fields', `1 to ${mostFields}`)
  }
  for (const [name, value] of entries) {
    if (!matches(/^[a-z][A-Za-z0-9]{0,31}$/, name)) throw unacceptable('fields', 'name', 'letters and digits')
    checkFieldValue(`fields.${name}`, value)
  }
  return entries.map(([name]) => name)
}

/** Every field is shown, once: nothing hidden is signed, nothing unsigned is shown (attack E06). */
function checkView(view: unknown, names: readonly string[]): void {
  checkMembers('view', view, ['language', 'rows', 'title'])
  const { language, rows, title } = view
  if (!matches(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, language)) {
    throw unacceptable('view.language', 'language', 'a tag of BCP 47, such as en')
  }
  checkText('view.title', title, longestLabel)
  const shown = checkList('view.rows', rows, mostFields).map((row, index) => {
    checkMembers(`view.rows.${index}`, row, ['field', 'label'])
    checkText(`view.rows.${index}.label`, row.label, longestLabel)
    return row.field
  })
  if (shown.length === names.length && names.every((name) => shown.includes(name))) return
  throw unacceptable('view.rows', 'rows', 'one row for each field')
}
