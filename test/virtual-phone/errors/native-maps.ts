import { readFileSync } from 'node:fs'
import type { ErrorRow } from './row.ts'

const folder = new URL('../../../packages/react-native/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8')
const kotlin = 'android/src/main/kotlin/dev/keybound/'

/** The native modules' error maps, and Apple's headers as far as our stand-ins have them. */
export const nativeSources = {
  promptErrors: read(`${kotlin}failure/PromptErrors.kt`),
  keystoreErrors: read(`${kotlin}failure/KeystoreErrors.kt`),
  failureCodes: read(`${kotlin}failure/FailureCode.kt`),
  keyMaker: read(`${kotlin}keys/KeyMaker.kt`),
  systemErrors: read('ios/Errors/SystemErrors.swift'),
  vaultPairs: read('ios/Vault/VaultPairs.swift'),
  localAuthentication: read('ios/Tests/Fakes/LocalAuthentication/LocalAuthentication.swift'),
  tokens: read('ios/Tests/Fakes/CryptoTokenKit/CryptoTokenKit.swift'),
  deviceCheck: read('ios/Tests/Fakes/DeviceCheck/DeviceCheck.swift'),
  security: read('ios/Tests/Fakes/Security/Constants.swift'),
} as const

export type NativeSources = Readonly<Record<keyof typeof nativeSources, string>>

/** Every match's groups. Refuses a file in which there is none: then its form changed, and nothing would be checked. */
function matches(text: string, pattern: RegExp, what: string): readonly (readonly string[])[] {
  const found = [...text.matchAll(pattern)].map(([, ...groups]) => groups.map((group) => group ?? ''))
  if (found.length === 0) throw new Error(`Unexpected form of ${what}, expected ${pattern}. Adapt the test.`)
  return found
}

const words = (text: string, pattern: RegExp, what: string) =>
  matches(text, pattern, what).map(([word = '']) => word)

/** The code of a program: no comments, no texts. */
const code = (text: string) =>
  text
    .replace(/"""[\s\S]*?"""/g, '""')
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*/g, '')

/** What the Kotlin module knows and no row is about; and what a row says otherwise. */
export function missingOnAndroid(sources: NativeSources, rows: readonly ErrorRow[]): readonly string[] {
  const wire = new Map(
    matches(sources.failureCodes, /^ +([A-Z_]+)\("(\w+)"\)/gm, 'FailureCode.kt').map(([name, value]) => [
      name,
      value,
    ]),
  )
  const has = (domain: string, number: string, meaning?: string) =>
    rows.some(
      (row) => row.domain === domain && row.number === Number(number) && (meaning ?? row.code) === row.code,
    )
  const prompts = matches(code(sources.promptErrors), /(-?\d+) to FailureCode\.([A-Z_]+)/g, 'PromptErrors.kt')
  // Every number in that file is of the key store, but the bound on causes and an index.
  const numbers = words(
    code(sources.keystoreErrors)
      .replace(/MOST_CAUSES = \d+/, '')
      .replace(/\[\d+\]/g, ''),
    /(?<![\w.])(-?\d+)\b/g,
    'KeystoreErrors.kt',
  )
  const exceptions = [sources.keystoreErrors, sources.keyMaker].flatMap((text) =>
    words(text, /(?:\bis|catch \(\w+:) (\w+Exception)\b/g, 'what Kotlin catches'),
  )
  return [
    ...prompts
      .filter(([number = '', name]) => !has('BiometricPrompt', number, wire.get(name) ?? name))
      .map(([number, name]) => `BiometricPrompt ${number} ${name}`),
    ...numbers
      .filter((number) => !has('KeyStoreException', number))
      .map((number) => `KeyStoreException ${number}`),
    ...exceptions.filter(
      // Superclass of all of java.security's, which the rows name one by one.
      (name) => name !== 'GeneralSecurityException' && !rows.some(({ domain }) => domain === name),
    ),
  ]
}

/** What the Swift module or Apple's headers know and no row is about, by name and number. */
export function missingOnIos(sources: NativeSources, rows: readonly ErrorRow[]): readonly string[] {
  const known = (domain: string, names: readonly string[]) =>
    names
      .filter((name) => !rows.some((row) => row.domain === domain && row.name === name))
      .map((name) => `${domain} ${name}`)
  const numbered = (domain: string, constants: readonly (readonly string[])[]) =>
    constants
      .filter(
        ([name, number]) =>
          !rows.some((row) => row.domain === domain && row.name === name && row.number === Number(number)),
      )
      .map(([name, number]) => `${domain} ${name} ${number}`)
  const swift = code(sources.systemErrors)
  const [, local = '', token = ''] = swift.split(/(?=func meaning\(of(?:LocalAuthentication|Token))/)
  const cases = (text: string, what: string) =>
    words(text, /case (\.\w[^:]*):/g, what).flatMap((list) =>
      words(list.replace(/ where .*/, ''), /\.(\w+)/g, what),
    )
  const enumCases = (text: string, what: string) =>
    matches(code(text), /case ([a-z]\w+) = (-\d+|\d+)(?![\w.])/g, what)
  const errors = (text: string) =>
    text.slice(text.indexOf('Error: Error'), text.indexOf('\n}', text.indexOf('Error: Error')))
  return [
    ...known(
      'LAError',
      cases(local.slice(0, local.indexOf('private static func')), 'the switch over LAError'),
    ),
    ...known('TKError', cases(token, 'the switch over TKError')),
    ...known('OSStatus', words(swift + code(sources.vaultPairs), /\b(errSec\w+)/g, 'errSec… in Swift')),
    ...numbered('LAError', enumCases(errors(sources.localAuthentication), 'LAError.Code')),
    ...numbered('TKError', enumCases(errors(sources.tokens), 'TKError.Code')),
    ...numbered('DCError', enumCases(errors(sources.deviceCheck), 'DCError.Code')),
    ...numbered(
      'OSStatus',
      matches(sources.security, /let (errSec\w+): OSStatus = (-\d+)/g, 'errSec… constants'),
    ),
  ]
}
