import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './packages.ts'

/** The test files whose amount of work follows KEYBOUND_SAMPLE, from the root of the checkout. */
export function sampledTests(): readonly string[] {
  const tests = globSync('{packages,apps,test,scripts,bench}/**/*.test.ts', {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist)(\/|$)/.test(path),
  })
  return tests.filter((path) => readFileSync(join(root, path), 'utf8').includes('support/sample.ts')).sort()
}
