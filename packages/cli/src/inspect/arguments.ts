import { parseArgs } from 'node:util'
import type { AndroidApplication, AppleApp, KeyRole, ValidationCategory } from '@keybound/attestation'
import { readAppText, readBytesText, readTimeText } from '@keybound/attestation/inspect'
import type { AssuranceLevel } from '@keybound/protocol'
import { oneOf, onlyInput, parsed } from '../arguments.ts'
import { UsageError } from '../surroundings.ts'

/** The command line, read but with no file opened. */
export interface InspectArguments {
  /** Path of the input; `-` is standard input. */
  readonly file: string
  readonly challenge: Uint8Array | undefined
  readonly clientDataFile: string | undefined
  readonly androidApps: readonly AndroidApplication[]
  readonly appleApps: readonly AppleApp[]
  readonly keyId: string | undefined
  readonly origins: readonly string[]
  readonly rpId: string | undefined
  readonly level: AssuranceLevel
  readonly role: KeyRole | undefined
  readonly isDevelopment: boolean
  readonly categories: readonly ValidationCategory[]
  readonly bundleVersions: readonly string[]
  readonly date: Date | 'created' | undefined
  readonly statusFile: string | undefined
  readonly rootsFile: string | undefined
  readonly hasTestRoots: boolean
  readonly isJson: boolean
  readonly color: 'auto' | 'always' | 'never'
}

const roles: readonly KeyRole[] = ['signing', 'sealing', 'proof']
const categories: readonly ValidationCategory[] = [
  'osExecutable',
  'testFlight',
  'development',
  'appStore',
  'enterprise',
  'developerId',
  'other',
]

const options = {
  challenge: { type: 'string' },
  'client-data': { type: 'string' },
  app: { type: 'string', multiple: true },
  'key-id': { type: 'string' },
  origin: { type: 'string', multiple: true },
  'rp-id': { type: 'string' },
  policy: { type: 'string' },
  role: { type: 'string' },
  development: { type: 'boolean' },
  category: { type: 'string', multiple: true },
  'bundle-version': { type: 'string', multiple: true },
  date: { type: 'string' },
  status: { type: 'string' },
  roots: { type: 'string' },
  'test-roots': { type: 'boolean' },
  json: { type: 'boolean' },
  color: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Reads the command line; `help` when that is all that is wanted. Throws {@link UsageError}. */
export function readArguments(args: readonly string[]): InspectArguments | 'help' {
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...args], options, allowPositionals: true }),
  )
  if (values.help) return 'help'
  const file = onlyInput(positionals)
  const apps = (values.app ?? []).map(readApp)
  return {
    file,
    challenge: values.challenge === undefined ? undefined : readValue(values.challenge),
    clientDataFile: values['client-data'],
    androidApps: apps.filter((app) => 'packageName' in app),
    appleApps: apps.filter((app) => 'teamId' in app),
    keyId: values['key-id'],
    origins: values.origin ?? [],
    rpId: values['rp-id'],
    level: oneOf('--policy', values.policy ?? 'W', ['W', 'L1', 'L2', 'R']),
    role: values.role === undefined ? undefined : oneOf('--role', values.role, roles),
    isDevelopment: values.development === true,
    categories: (values.category ?? []).map((name) => oneOf('--category', name, categories)),
    bundleVersions: values['bundle-version'] ?? [],
    date: values.date === undefined ? undefined : readDate(values.date),
    statusFile: values.status,
    rootsFile: values.roots,
    hasTestRoots: values['test-roots'] === true,
    isJson: values.json === true,
    color: oneOf('--color', values.color ?? 'auto', ['auto', 'always', 'never']),
  }
}

function readApp(text: string): AndroidApplication | AppleApp {
  const expected = 'TEAMID1234.bundle.id or package.name=SHA-256 of its signing certificate'
  return understood('--app', text, expected, readAppText(text))
}

function readValue(text: string): Uint8Array {
  return understood('--challenge', text, 'base64url, hex:… or text:…', readBytesText(text))
}

function readDate(text: string): Date | 'created' {
  return understood('--date', text, '2026-11-22T12:00:00Z or created', readTimeText(text))
}

function understood<T>(option: string, text: string, expected: string, value: T | undefined): T {
  if (value !== undefined) return value
  throw new UsageError(`Unexpected ${option} ${JSON.stringify(text)}, expected ${expected}.`)
}
