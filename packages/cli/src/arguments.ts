import { UsageError } from './surroundings.ts'

/** What `parseArgs` of Node read; what it refuses is a mistake of the caller. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}

/** The one input of a command: the path of a file, or `-`. */
export function onlyInput(positionals: readonly string[]): string {
  const [file, ...more] = positionals
  if (file !== undefined && more.length === 0) return file
  throw new UsageError(`Unexpected ${positionals.length} inputs, expected one FILE or -.`)
}

/** The value of an option that takes one of a few. */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value)
  if (found !== undefined) return found
  throw new UsageError(`Unexpected ${option} ${JSON.stringify(value)}, expected ${allowed.join(', ')}.`)
}
