import { decodeBase64Url } from '@keybound/protocol/encoding'
import type { FirstReceiptPayload, ReceiptPayload } from '@keybound/protocol/transactions'
import { AttestationError } from '../errors.ts'

/** A payload of either version. */
export type AnyReceiptPayload = ReceiptPayload | FirstReceiptPayload

/** Members of an object, all of them, each with what it must be. */
export type Shape = { readonly [name: string]: Kind | Shape }
type Kind = 'text' | 'text or null' | 'time' | 'time or null' | 'boolean' | 'list'

/** Of the year 9999. */
const lastSecond = 253_402_300_799

/** Requires exactly the members of a shape. Refuses with `receipt_malformed`. */
export function checkShape(place: string, value: unknown, expected: Shape): void {
  const object = requireObject(value)
  const names = Object.keys(expected)
  if (Object.keys(object).length !== names.length)
    throw malformed('shape', `members of ${place}`, names.join(', '))
  for (const [name, kind] of Object.entries(expected)) {
    const member = Object.hasOwn(object, name) ? object[name] : undefined
    if (typeof kind === 'object') checkShape(name, member, kind)
    else if (!isOfKind(member, kind)) throw malformed('shape', `"${name}" of ${place}`, kind)
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

/** What every part of a receipt that does not fit is refused with. */
export function malformed(rule: string, found: string, expected: string, cause?: unknown): AttestationError {
  const message = `Unexpected ${found}, expected ${expected}. Get the receipt again, unchanged.`
  return new AttestationError('receipt_malformed', rule, message, { cause })
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string'
    case 'text or null':
      return typeof value === 'string' || value === null
    case 'time':
      return isTime(value)
    case 'time or null':
      return isTime(value) || value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'list':
      return Array.isArray(value)
  }
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= lastSecond
}
