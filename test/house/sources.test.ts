import { expect, test } from 'vitest'
import { importsOf, readSources } from './sources.ts'

test('reads the imports of every form, and none out of comments', () => {
  const text = [
    "import { a } from 'one'",
    "import type { B } from './two.ts'",
    "import './three.ts'",
    "export * from 'four/sub'",
    'export { type C } from "five"',
    "const six = await import('six')",
    "// import 'no'",
    "/** as in `import x from 'neither'` */",
    "const words = 'taken from here'",
  ].join('\n')
  expect(importsOf(text)).toEqual(['one', './two.ts', './three.ts', 'four/sub', 'five', 'six'])
})

test('finds the files of the house, and none that is built or installed', () => {
  const paths = readSources().map((source) => source.path)
  expect(paths).toContain('packages/protocol/src/index.ts')
  expect(paths).toContain('scripts/setup.mjs')
  expect(paths.filter((path) => /node_modules|dist\/|\.test\.ts/.test(path))).toEqual([])
})
