import { KeyboundError } from '@keybound/protocol'

/** Refuses an option of the plugin: `configuration_invalid`, naming it, what it was, and what was expected. */
export function refuse(option: string, found: unknown, expected: string): never {
  const what = JSON.stringify(found) ?? String(found)
  throw invalid(
    `Unexpected ${option} ${what}, expected ${expected}. Correct the options of @keybound/react-native in app.json.`,
  )
}

/** For what the plugin cannot do as asked. The message says what was found, what was expected and what to do. */
export function invalid(message: string): KeyboundError {
  return new KeyboundError('configuration_invalid', message)
}

/** An object with no other members than these: a misspelt option must not pass for one left out. */
export function record(
  option: string,
  value: unknown,
  members: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(option, value, `an object of ${members.join(', ')}`)
  }
  for (const name of Object.keys(value)) {
    if (!members.includes(name)) refuse(`member of ${option}`, name, `one of ${members.join(', ')}`)
  }
  return value as Readonly<Record<string, unknown>>
}

/** A list of at least one. */
export function list(option: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value
  return refuse(option, value, 'a list of at least one')
}

/** A text that is not blank. */
export function text(option: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  return refuse(option, value, 'a text')
}

/** Reads a value that may be left out. */
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value)
}
