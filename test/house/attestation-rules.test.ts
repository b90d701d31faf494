import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chainRules, keyRules } from '../../packages/attestation/src/android/rules.ts'
import { assertionRules, attestationRules, launchRules } from '../../packages/attestation/src/apple/rules.ts'
import { integrityRules } from '../../packages/attestation/src/play-integrity/rules.ts'
import { root } from '../../scripts/packages.ts'
import { androidHeldRules } from './attestation-rules/android.ts'
import { appleHeldRules } from './attestation-rules/apple.ts'
import { type HeldRule, type Proofs, testFiles } from './attestation-rules/rule.ts'
import { tokenHeldRules } from './attestation-rules/tokens.ts'
import { webauthnHeldRules } from './attestation-rules/webauthn.ts'
import { readSources } from './sources.ts'

/** Every rule that evidence is judged by has a guard that names its source, and tests of both kinds that exist. */

const judged: readonly HeldRule[] = [...androidHeldRules, ...appleHeldRules, ...webauthnHeldRules]
const all: readonly HeldRule[] = [...judged, ...tokenHeldRules]
const guards = readSources()
  .filter(({ package: name }) => name === 'attestation')
  .map(({ text }) => text)
  .join('\n')

const texts = new Map<string, string>()
function textOf(file: keyof typeof testFiles): string {
  const text = texts.get(file) ?? readFileSync(join(root, testFiles[file]), 'utf8')
  texts.set(file, text)
  return text
}

/** Whether the title stands in the code as a text of its own. */
function stands(title: string, code: string): boolean {
  if ([`'${title}'`, `"${title}"`].some((quoted) => code.includes(quoted))) return true
  const filledIn = title.split('…').map((part) => part.replace(/[^\w ]/g, '\\$&'))
  return filledIn.length > 1 && new RegExp(`\`${filledIn.join('\\$\\{[^`]+\\}')}\``).test(code)
}

function missing(proofs: Proofs): string[] {
  return Object.entries(proofs).flatMap(([file, titles]) =>
    titles
      .filter((title) => !stands(title, textOf(file as keyof typeof testFiles)))
      .map((title) => `${file}: ${title}`),
  )
}

describe('every rule of attestation', () => {
  test.each(all)('$id is accepted by a test and refused by a test: $says', ({ accepts, refuses }) => {
    expect(Object.values(accepts).flat()).not.toEqual([])
    expect(Object.values(refuses).flat()).not.toEqual([])
    expect([...missing(accepts), ...missing(refuses)]).toEqual([])
  })

  test.each(judged)('$id is a guard that names its source', ({ cites }) => {
    expect(cites).not.toEqual([])
    expect(cites.filter((source) => !stands(source, guards))).toEqual([])
  })

  test('that a verifier judges is on the list', () => {
    const tables = [chainRules, keyRules, attestationRules, launchRules, assertionRules, integrityRules]
    const names = tables.flatMap((table) => Object.values(table).map(({ name }) => name))
    const cited = new Set(judged.flatMap(({ cites }) => cites))
    expect(names.filter((name) => !cited.has(name))).toEqual([])
  })

  test('of WebAuthn that a guard names is on the list', () => {
    const named = new Set(guards.match(/(?<=['"`])WebAuthn L3 §7\.[12] step \d+(?=['"`])/g))
    const cited = new Set(judged.flatMap(({ cites }) => cites))
    expect([...named].filter((clause) => !cited.has(clause))).toEqual([])
  })

  test('is there once, and every row of the attack table is answered', () => {
    const ids = all.map(({ id }) => id)
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    const rows = new Set(all.flatMap(({ rows = [] }) => rows))
    expect(Array.from({ length: 61 }, (_, at) => at + 1).filter((row) => !rows.has(row))).toEqual([])
    const numbered = (part: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${part}/${at + 1}`).filter(
        (id) => !ids.some((other) => new RegExp(`^${id}[a-z]?$`).test(other)),
      )
    expect([...numbered('A\\.1', 24), ...numbered('A\\.2', 11)]).toEqual([])
  })

  test('would be missed if its test went away', () => {
    expect(missing({ androidChain: ['a test that nobody wrote'] })).toEqual([
      'androidChain: a test that nobody wrote',
    ])
  })
})
