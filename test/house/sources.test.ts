import { expect, test } from 'vitest'
import { readSources } from './sources.ts'

test('reads the imports of every form, and none out of comments', () => {
  const own = readSources().find((source) => source.path === 'scripts/build.ts')
  expect(own?.imports).toEqual(['node:child_process', 'node:fs', 'node:os', 'node:path', './packages.ts'])
  const schemas = readSources().find((source) => source.path === 'packages/protocol/src/index.ts')
  expect(schemas?.imports).toContain('./wire/api.ts')
})
