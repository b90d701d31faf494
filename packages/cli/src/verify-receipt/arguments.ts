import { parseArgs } from 'node:util'
import type { AssuranceLevel } from '@keybound/protocol'
import { oneOf, onlyInput, parsed } from '../arguments.ts'

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

const options = {
  keys: { type: 'string' },
  level: { type: 'string' },
  roots: { type: 'string' },
  'test-roots': { type: 'boolean' },
  status: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command line; `help` when that is all that is wanted. Throws `UsageError`. */
export function readArguments(args: readonly string[]): VerifyReceiptArguments | 'help' {
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...args], options, allowPositionals: true }),
  )
  if (values.help) return 'help'
  return {
    file: onlyInput(positionals),
    keysFile: values.keys,
    level: values.level === undefined ? undefined : oneOf('--level', values.level, levels),
    rootsFile: values.roots,
    hasTestRoots: values['test-roots'] === true,
    statusFile: values.status,
    isJson: values.json === true,
  }
}
