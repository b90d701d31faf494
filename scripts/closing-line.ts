import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** How a run of tests ended, in numbers. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * Closes a test run with one plain line, `tests: N passed, N failed, N skipped`, that people and scripts read alike.
 * With KEYBOUND_TALLY set, the numbers are also written as JSON to the file it names.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tally = tallyOf(modules, unhandled.length)
    console.log(`\ntests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`)
    const file = process.env.KEYBOUND_TALLY
    if (file) writeFileSync(file, JSON.stringify(tally))
  }
}

/**
 * Counts tests, and as a failure each thing that broke outside of any test: a file that did not load, a hook that
 * threw, an error nobody caught.
 */
export function tallyOf(modules: readonly TestModule[], unhandled: number): Tally {
  let passed = 0
  let skipped = 0
  let failed = unhandled
  for (const module of modules) {
    failed += module.errors().length
    for (const suite of module.children.allSuites()) failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') passed++
      else if (state === 'failed') failed++
      else skipped++
    }
  }
  return { passed, failed, skipped }
}
