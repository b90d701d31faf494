import { decodeBase64Url } from '@keybound/protocol/encoding'
import { AttestationError } from '../errors.ts'

/** Refuses a value of the wrong shape with `receipt_malformed`; `place` is its name in the message. */
export type Check = (value: unknown, place: string) => void

/** The error for every part of a receipt that has the wrong shape. */
export function malformed(rule: string, found: string, expected: string, cause?: unknown): AttestationError {
  const message = `Unexpected ${found}, expected ${expected}. Get the receipt again, unchanged.`
  return new AttestationError('receipt_malformed', rule, message, { cause })
}

/** Of the year 9999. */
const lastSecond = 253_402_300_799

export const text = kind('text', (value) => typeof value === 'string')
export const boolean = kind('true or false', (value) => typeof value === 'boolean')
export const integer = kind('a whole number', Number.isSafeInteger)
export const time = kind(
  'seconds since 1970',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= lastSecond,
)

/** Exactly one of these values. */
export function oneOf(...values: readonly unknown[]): Check {
  return kind(values.join(', '), (value) => values.includes(value))
}

export function orNull(check: Check): Check {
  return (value, place) => {
    if (value !== null) check(value, place)
  }
}

/** A list of `least` to `most` items, each of which passes the check. */
export function listOf(check: Check, least: number, most: number): Check {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      throw malformed('shape', place, `a list of ${least} to ${most}`)
    for (const item of value) check(item, place)
  }
}

/** An object with exactly these members. */
export function shape(members: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(members)
  return (value, place) => {
    const object = requireObject(value)
    if (Object.keys(object).length !== names.length)
      throw malformed('shape', `members of ${place}`, names.join(', '))
    for (const name of names) members[name]?.(Object.hasOwn(object, name) ? object[name] : undefined, name)
  }
}

/** An object, else `receipt_malformed`. */
export function requireObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw malformed('shape', 'kind of value', 'an object')
}

/** Base64url in its one spelling, else `receipt_malformed`. */
export function readBytes(text: string, place: string): Uint8Array {
  try {
    return decodeBase64Url(text)
  } catch {
    throw malformed('RFC 4648 §5', `text of the ${place}`, 'base64url without padding')
  }
}

function kind(name: string, isOne: (value: unknown) => boolean): Check {
  return (value, place) => {
    if (!isOne(value)) throw malformed('shape', `"${place}"`, name)
  }
}
