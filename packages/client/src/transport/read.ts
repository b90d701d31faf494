/** What a read value is not; `at` names it, as in `session.token`. */
export class Unexpected extends Error {
  readonly at: string

  constructor(at: string, expected: string) {
    super(`Unexpected ${at}, expected ${expected}`)
    this.at = at
  }
}

/** A plain object, as far as JSON makes them. */
export function object(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unexpected(at, 'an object')
  return value as Record<string, unknown>
}

/** Text that is not empty. */
export function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value === '') throw new Unexpected(at, 'text')
  return value
}

/** Base64url without padding, of at least `characters` characters. */
export function base64Url(value: unknown, at: string, characters = 1): string {
  if (typeof value !== 'string' || value.length < characters || !/^[\w-]+$/.test(value)) {
    throw new Unexpected(at, `at least ${characters} characters of base64url`)
  }
  return value
}

/** A whole number from 0 to `most`. */
export function whole(value: unknown, at: string, most = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most) {
    throw new Unexpected(at, `a whole number from 0 to ${most}`)
  }
  return value as number
}

/** Exactly one of some values. */
export function oneOf<T>(value: unknown, at: string, values: readonly T[]): T {
  if (!values.includes(value as T)) throw new Unexpected(at, values.join(' or '))
  return value as T
}

/** An array, each element read. */
export function list<T>(value: unknown, at: string, item: (value: unknown, at: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw new Unexpected(at, 'an array')
  return value.map((element, index) => item(element, `${at}[${index}]`))
}
