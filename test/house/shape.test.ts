import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readSources, withoutComments } from './sources.ts'

const longest = 300

/**
 * Files that read a clock by themselves, and why each may. Everywhere else clock and randomness are passed in; as the
 * default of an option (`now = Date.now`) the clock may be named, not read.
 */
const ambientAllowed: Readonly<Record<string, string>> = {
  'packages/cli/src/keybound.ts': 'is the command: it gives the rest its surroundings',
  'packages/web/src/web-platform.ts': 'is the platform: it gives the client its clock',
}

const sources = readSources()

describe('the shape of the house', () => {
  test(`no file is longer than ${longest} lines`, () => {
    const long = sources
      .map((source) => `${source.path}: ${source.text.trimEnd().split('\n').length}`)
      .filter((line) => Number(line.split(': ')[1]) > longest)
    expect(long).toEqual([])
  })

  test('file names are kebab-case', () => {
    // The code generator of React Native reads files that begin with `Native`.
    const generated = 'packages/react-native/src/specs/NativeKeybound.ts'
    const odd = sources.filter(
      ({ path }) => path !== generated && !/^[a-z0-9]+([.-][a-z0-9]+)*\.(ts|tsx|mjs)$/.test(basename(path)),
    )
    expect(odd.map((source) => source.path)).toEqual([])
  })

  test('packages take clock and randomness from their caller', () => {
    const ambient = sources
      .filter((source) => source.package !== undefined && !(source.path in ambientAllowed))
      .filter((source) =>
        /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\(/.test(
          withoutComments(source.text),
        ),
      )
    expect(ambient.map((source) => source.path)).toEqual([])
  })

  test('every file that may read a clock is still there', () => {
    const paths = sources.map((source) => source.path)
    expect(Object.keys(ambientAllowed).filter((path) => !paths.includes(path))).toEqual([])
  })
})
