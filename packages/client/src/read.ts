/** Reads a value from outside; `at` names it, as in `session.token`. Throws an error that does too. */
export type Reader<T> = (value: unknown, at: string) => T

/** Refuses a value. */
export function unexpected(at: string): never {
  throw new Error(`unexpected ${at}`)
}

/** Parses JSON. Its own error, because the parser's quotes what it read, which may be a secret. */
export function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return unexpected('text, expected JSON')
  }
}

/** Reads what the device stored; `undefined` for what is missing or cannot be read. */
export function readStored<T>(reader: Reader<T>, stored: string | undefined): T | undefined {
  try {
    return reader(readJson(stored ?? ''), 'record')
  } catch {
    return undefined
  }
}

/** Text of a pattern. */
export function matching(pattern: RegExp): Reader<string> {
  return (value, at) => (typeof value === 'string' && pattern.test(value) ? value : unexpected(at))
}

/** Text that is not empty. */
export const text = matching(/./s)

/** Base64url without padding. */
export const base64Url = matching(/^[\w-]+$/)

/** A whole number from 0 up. */
export const whole: Reader<number> = (value, at) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : unexpected(at)

/** One of some values. */
export function oneOf<T>(...values: readonly T[]): Reader<T> {
  return (value, at) => (values.includes(value as T) ? (value as T) : unexpected(at))
}

/** An array, each element read. */
export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, at) =>
    Array.isArray(value) ? value.map((element, i) => item(element, `${at}[${i}]`)) : unexpected(at)
}

/** Nothing, or a value read. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (value, at) => (value === undefined ? undefined : reader(value, at))
}

/** `null`, or a value read. */
export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, at) => (value === null ? null : reader(value, at))
}

/** A new object with these members, each read, and no others. Without one of them, what is no object has none. */
export function shape<T>(members: { readonly [K in keyof Required<T>]: Reader<T[K]> }): Reader<T> {
  return (value, at) => {
    const read: Record<string, unknown> = {}
    for (const [name, reader] of Object.entries<Reader<unknown>>(members)) {
      const member = reader((value as Record<string, unknown> | null | undefined)?.[name], `${at}.${name}`)
      if (member !== undefined) read[name] = member
    }
    return read as T
  }
}

/** The value as it came, with all its members, once it reads as `T`. */
export function whatever<T extends Seen, Seen>(reader: Reader<Seen>): Reader<T> {
  return (value, at) => {
    reader(value, at)
    return value as T
  }
}
