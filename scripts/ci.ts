import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Tally } from './closing-line.ts'
import { longTests } from './long-tests.ts'
import { sampledTests } from './sampled-tests.ts'

/** One thing that must hold besides the tests: a command that exits with 0. */
interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  /** It is a run of tests, whose skips count as failures. */
  readonly counts?: boolean
}

const source = '--conditions=keybound-source'

/** Checks one after the other. */
type Series = readonly Check[]

/**
 * Rounds follow each other; the series of a round run beside each other. What measures or drives a browser has the
 * machine to itself; the native lanes and the templates, which compile and wait for registries, share it.
 */
const rounds: readonly (readonly Series[])[] = [
  [
    [{ name: 'types', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] }],
    [
      { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
      { name: 'no unused files, exports or dependencies', command: ['knip'] },
      { name: 'size and graph of the browser client', command: ['node', source, 'scripts/check-size.ts'] },
    ],
  ],
  [
    [
      {
        name: 'larger samples and long tests',
        command: ['vitest', 'run', ...new Set([...sampledTests(), ...longTests])],
        env: { KEYBOUND_SAMPLE: 'large' },
        counts: true,
      },
    ],
  ],
  [
    [
      { name: 'the Swift of iPhones (test:ios)', command: ['node', source, 'scripts/ios/lane.ts'] },
      { name: 'mistakes in the Swift are seen', command: ['node', source, 'scripts/ios/try-mistakes.ts'] },
      { name: 'the Kotlin of Android (test:android)', command: ['node', source, 'scripts/android/lane.ts'] },
      {
        name: 'mistakes in the Kotlin are seen',
        command: ['node', source, 'scripts/android/try-mistakes.ts'],
      },
    ],
    [
      {
        name: 'new apps from templates (test:templates)',
        command: ['node', source, 'scripts/templates/lane.ts'],
      },
    ],
  ],
  [[{ name: 'benchmarks run', command: ['node', source, 'bench/run.ts', '--smoke'] }]],
]

/** Runs the checks, each to its end, and closes with one line that counts tests and checks. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { tally: { type: 'string' }, 'tests-exit': { type: 'string' } } })
  const outcomes = [outcomeOfTests(readTally(values.tally), Number(values['tests-exit']))]
  for (const round of rounds) {
    outcomes.push(...(await Promise.all(round.map(runSeries))).flat())
  }
  const sum = (count: (outcome: Outcome) => number) =>
    outcomes.reduce((total, each) => total + count(each), 0)
  const failures = outcomes.flatMap(({ failures }) => failures)
  const failed = sum((outcome) => outcome.failed)
  if (failures.length > 0) console.log(`\nfailed: ${failures.join(', ')}`)
  console.log(`\n${sum((outcome) => outcome.passed)} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** What one check, or `npm test`, adds to the closing line. */
interface Outcome {
  readonly passed: number
  readonly failed: number
  readonly failures: readonly string[]
}

/** A skip is a failure here. So is a run that ended badly although no test failed, or that ran nothing. */
function outcomeOfTests(tests: Tally, exit: number): Outcome {
  const broken = (exit !== 0 && tests.failed === 0) || tests.passed + tests.failed === 0
  const failures: string[] = []
  if (tests.failed > 0) failures.push(`${tests.failed} tests`)
  if (tests.skipped > 0) failures.push(`${tests.skipped} tests were skipped`)
  if (broken) failures.push('npm test itself')
  return { passed: tests.passed, failed: tests.failed + tests.skipped + (broken ? 1 : 0), failures }
}

function readTally(file: string | undefined): Tally {
  const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : ''
  return text === '' ? { passed: 0, failed: 0, skipped: 0 } : (JSON.parse(text) as Tally)
}

async function runSeries(series: Series): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const check of series) outcomes.push(check.counts ? await runTests(check) : await runCheck(check))
  return outcomes
}

async function runCheck(check: Check): Promise<Outcome> {
  return (await run(check))
    ? { passed: 1, failed: 0, failures: [] }
    : { passed: 0, failed: 1, failures: [check.name] }
}

/** A check that is a run of tests: the check counts as one, and each test that it skips as a failure. */
async function runTests(check: Check): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-ci-'))
  try {
    const tally = join(folder, 'tally.json')
    const outcome = await runCheck({ ...check, env: { ...check.env, KEYBOUND_TALLY: tally } })
    const { skipped } = readTally(tally)
    const skips = skipped > 0 ? [`${skipped} tests were skipped in ${check.name}`] : []
    return { ...outcome, failed: outcome.failed + skipped, failures: [...outcome.failures, ...skips] }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Many times what the longest takes; a check that hangs must not hold the others. */
const deadline = 30 * 60_000

/** Prints what a check says only when it fails. */
async function run(check: Check): Promise<boolean> {
  const started = performance.now()
  const [program, ...args] = check.command
  const child = spawn(program, args, {
    env: { ...process.env, NO_COLOR: '1', ...check.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadline,
    killSignal: 'SIGKILL',
  })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk))
  const passed = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      said.push(Buffer.from(error.message))
      resolve(false)
    })
    child.once('close', (code) => resolve(code === 0))
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${passed ? 'pass' : 'FAIL'}  ${check.name}  (${seconds} s)`)
  if (!passed) console.log(Buffer.concat(said).toString())
  return passed
}

process.exitCode = await main()
