import { parseArgs } from 'node:util'
import type { AssuranceLevel } from '@keybound/protocol'
import { UsageError } from '../surroundings.ts'

/** The command line, read but with no file opened. */
export interface VerifyReceiptArguments {
  /** Path of the receipt; `-` is standard input. */
  readonly file: string
  readonly keysFile: string | undefined
  /** Lowest level that the evidence must prove; undefined: the one the server told. */
  readonly level: AssuranceLevel | undefined
  readonly rootsFile: string | undefined
  readonly hasTestRoots: boolean
  readonly statusFile: string | undefined
  readonly isJson: boolean
}

const levels: readonly AssuranceLevel[] = ['W', 'L1', 'L2', 'R']

/** Reads the command line; `help` when that is all that is wanted. Throws {@link UsageError}. */
export function readArguments(args: readonly string[]): VerifyReceiptArguments | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) {
    throw new UsageError(`Unexpected ${positionals.length} inputs, expected one FILE or -.`)
  }
  return {
    file,
    keysFile: values.keys,
    level: values.level === undefined ? undefined : readLevel(values.level),
    rootsFile: values.roots,
    hasTestRoots: values['test-roots'] === true,
    statusFile: values.status,
    isJson: values.json === true,
  }
}

function parse(args: readonly string[]) {
  try {
    const options = {
      keys: { type: 'string' },
      level: { type: 'string' },
      roots: { type: 'string' },
      'test-roots': { type: 'boolean' },
      status: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}

function readLevel(text: string): AssuranceLevel {
  const level = levels.find((known) => known === text)
  if (level !== undefined) return level
  throw new UsageError(`Unexpected --level ${JSON.stringify(text)}, expected ${levels.join(', ')}.`)
}
