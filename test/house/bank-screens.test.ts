import { describe, expect, test } from 'vitest'
import { readSources, withoutComments } from './sources.ts'

const longest = 149

/** What a screen is made of: React, the platform, the packages' front doors, and the app's own parts. */
const frontDoors: readonly RegExp[] = [
  /^react$/,
  /^react-native$/,
  /^@keybound\/(react|web)$/,
  /^\.\.?\/[\w./-]+$/,
]

const screens = readSources().filter(({ path }) => path.startsWith('apps/bank/app/screens/'))

describe('the screens of the bank read like an example', () => {
  test('there are some', () => {
    expect(screens.length).toBeGreaterThan(8)
  })

  test(`none is longer than ${longest} lines`, () => {
    const lines = screens.map(({ path, text }) => [path, text.trimEnd().split('\n').length] as const)
    expect(lines.filter(([, count]) => count > longest)).toEqual([])
  })

  test('they import nothing of Keybound but its front doors', () => {
    const others = screens.flatMap(({ path, imports }) =>
      imports.filter((name) => !frontDoors.some((door) => door.test(name))).map((name) => `${path}: ${name}`),
    )
    expect(others).toEqual([])
  })

  test('they know nothing of tokens, nonces, challenges, credentials or stored records', () => {
    const internals = /\b(dpop|jwt|nonce|challenge|credential|assertion|indexedDB|crypto\.|base64|fetch\()/i
    const telling = screens.flatMap(({ path, text }) =>
      withoutComments(text)
        .split('\n')
        .filter((line) => internals.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    )
    expect(telling).toEqual([])
  })
})
