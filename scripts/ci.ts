import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Tally } from './closing-line.ts'
import { longTests } from './long-tests.ts'
import { sampledTests } from './sampled-tests.ts'

/** One thing that must hold besides the tests: a command that exits with 0. */
interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
}

const source = '--conditions=keybound-source'

const checks: readonly Check[] = [
  { name: 'types', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'no unused files, exports or dependencies', command: ['knip'] },
  { name: 'size and graph of the browser client', command: ['node', source, 'scripts/check-size.ts'] },
  {
    name: 'larger samples and long tests',
    command: ['vitest', 'run', ...new Set([...sampledTests(), ...longTests])],
    env: { KEYBOUND_SAMPLE: 'large' },
  },
  { name: 'the Swift of iPhones (test:ios)', command: ['node', source, 'scripts/ios/lane.ts'] },
  { name: 'mistakes in the Swift are seen', command: ['node', source, 'scripts/ios/try-mistakes.ts'] },
  { name: 'the Kotlin of Android (test:android)', command: ['node', source, 'scripts/android/lane.ts'] },
  { name: 'mistakes in the Kotlin are seen', command: ['node', source, 'scripts/android/try-mistakes.ts'] },
  {
    name: 'new apps from templates (test:templates)',
    command: ['node', source, 'scripts/templates/lane.ts'],
  },
  { name: 'benchmarks run', command: ['node', source, 'bench/run.ts', '--smoke'] },
]

/** Runs the checks one after the other, each to its end, and closes with one line that counts tests and checks. */
function main(): number {
  const { values } = parseArgs({ options: { tally: { type: 'string' }, 'tests-exit': { type: 'string' } } })
  const tests = readTally(values.tally)
  const failures: string[] = []
  if (tests.failed > 0) failures.push(`${tests.failed} tests`)
  if (tests.skipped > 0) failures.push(`${tests.skipped} tests were skipped`)
  // A run that ended badly although no test failed, or that ran nothing, is one failure more.
  const brokeOutside = Number(values['tests-exit']) !== 0 && tests.failed === 0
  if (brokeOutside || tests.passed + tests.failed === 0) failures.push('npm test itself')

  let checksPassed = 0
  for (const check of checks) {
    if (run(check)) checksPassed++
    else failures.push(check.name)
  }
  const failed = tests.failed + tests.skipped + (failures.includes('npm test itself') ? 1 : 0)
  const total = failed + checks.length - checksPassed
  if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`)
  console.log(`\n${tests.passed + checksPassed} passed, ${total} failed`)
  return total === 0 ? 0 : 1
}

function readTally(file: string | undefined): Tally {
  const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text === '' ? { passed: 0, failed: 0, skipped: 0 } : (JSON.parse(text) as Tally)
}

/** Many times what the longest takes; a check that hangs must not hold the others. */
const deadline = 30 * 60_000

/** Prints what a check says only when it fails. */
function run(check: Check): boolean {
  const started = performance.now()
  const [program, ...args] = check.command
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...check.env },
    maxBuffer: 256 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadline,
    killSignal: 'SIGKILL',
  })
  const passed = result.status === 0
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${passed ? 'pass' : 'FAIL'}  ${check.name}  (${seconds} s)`)
  if (!passed) console.log(`${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
  return passed
}

process.exitCode = main()
