import { minorDigits } from './currencies.ts'
import { matches } from './matches.ts'
import type { FieldKind, FieldValue } from './statement.ts'
import { checkCode, checkText } from './text.ts'
import { unacceptable } from './unacceptable.ts'

const longestName = 70
const longestLine = 140

type Members = Readonly<Record<string, unknown>>

/** The members of each kind besides `kind`, and what they must hold. */
const kinds: { readonly [K in FieldKind]: readonly [members: readonly string[], check: Check] } = {
  amount: [
    ['currency', 'minor'],
    (place, { currency, minor }) => {
      checkCurrency(place, currency)
      checkMinor(`${place}.minor`, minor)
    },
  ],
  payee: [['account', 'name'], checkPayee],
  batch: [['currency', 'payees', 'total'], checkBatch],
  line: [['text'], (place, { text }) => checkText(`${place}.text`, text, longestLine)],
  lines: [
    ['lines'],
    (place, { lines }) => {
      const checked = checkList(`${place}.lines`, lines, 40)
      for (const [index, line] of checked.entries()) checkText(`${place}.lines.${index}`, line, longestLine)
    },
  ],
  code: [['text'], (place, { text }) => checkCode(`${place}.text`, text)],
}

type Check = (place: string, members: Members) => void

/** Refuses with `statement_value_unacceptable` what is not exactly one value of its kind. */
export function checkFieldValue(place: string, value: unknown): asserts value is FieldValue {
  const kind = isObject(value) ? value.kind : undefined
  if (!isObject(value) || typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    throw unacceptable(place, 'kind of value', `one of ${Object.keys(kinds).join(', ')}`)
  }
  const [members, check] = kinds[kind as FieldKind]
  checkMembers(place, value, ['kind', ...members])
  check(place, value)
}

/** Exactly these members: none missing, none more. */
export function checkMembers(
  place: string,
  value: unknown,
  members: readonly string[],
): asserts value is Members {
  if (!isObject(value)) throw unacceptable(place, 'kind of value', 'an object')
  const missing = members.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) throw unacceptable(place, `absence of "${missing}"`, members.join(', '))
  if (Object.keys(value).length !== members.length)
    throw unacceptable(place, 'further member', members.join(', '))
}

function checkPayee(place: string, { account, name }: Members): void {
  if (!matches(/^[A-Z0-9][A-Z0-9-]{3,63}$/, account)) {
    throw unacceptable(`${place}.account`, 'account', '4 to 64 of A-Z 0-9 -')
  }
  checkText(`${place}.name`, name, longestName)
}

function checkBatch(place: string, { currency, payees, total }: Members): void {
  checkCurrency(place, currency)
  checkMinor(`${place}.total`, total)
  const accounts = new Set<unknown>()
  let sum = 0
  for (const [index, payee] of checkList(`${place}.payees`, payees, 100).entries()) {
    const here = `${place}.payees.${index}`
    checkMembers(here, payee, ['account', 'minor', 'name'])
    checkPayee(here, payee)
    checkMinor(`${here}.minor`, payee.minor)
    accounts.add(payee.account)
    sum += payee.minor
    if (accounts.size !== index + 1)
      throw unacceptable(here, 'second payment to one account', 'each account once')
  }
  // Every part is safe and positive, so a sum that equals a safe number was never rounded.
  if (sum !== total) throw unacceptable(`${place}.total`, 'total', 'the sum of the payments')
}

function checkCurrency(place: string, currency: unknown): void {
  if (typeof currency === 'string' && minorDigits(currency) !== undefined) return
  throw unacceptable(`${place}.currency`, 'currency', 'an active code of ISO 4217, such as EUR')
}

function checkMinor(place: string, minor: unknown): asserts minor is number {
  if (Number.isSafeInteger(minor) && (minor as number) > 0) return
  throw unacceptable(place, 'number', 'whole minor units from 1 to 2^53 − 1')
}

/** Refuses what is not a list of 1 to `most` entries. */
export function checkList(place: string, list: unknown, most: number): readonly unknown[] {
  if (Array.isArray(list) && list.length > 0 && list.length <= most) return Array.from(list as unknown[])
  throw unacceptable(place, 'list', `1 to ${most} entries`)
}

/** Whether the value has members by name. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
