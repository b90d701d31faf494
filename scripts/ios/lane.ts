import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ConformanceResult, casesOf, formatReport, runCase } from '@keybound/phone/conformance'
import { writeVectors } from '../native/vectors.ts'
import { checkPublishedNames } from './published-names.ts'
import { lintSwift, packageFiles, swift, work, writePackage } from './swift-package.ts'
import { makeSwift } from './swift-subject.ts'
import { installToolchain, missingForToolchain } from './toolchain.ts'

/**
 * `npm run test:ios`: holds the module's Swift to its format, compiles it against modules with the names and signatures of
 * Apple's, compares those with what Apple published, and runs its unit tests and the conformance cases on virtual iPhones.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true } },
  })
  const missing = missingForToolchain()
  if (missing !== undefined) {
    console.log(missing)
    return 1
  }
  installToolchain()
  writePackage(packageFiles())
  await writeVectors(work)
  const formed = step('format and lint (swift-format, strict)', lintSwift)
  const named = step('names, parameters and values of the doubles are Apple’s', compareNames)
  const built = step('compile, warnings as errors', () => swift('swift', 'build', '--build-tests', '--quiet'))
  if (!built) return 1
  const tested = step('unit tests', () => swift('swift', 'test', '--skip-build'))
  const conforms = await conform(values.only)
  return formed && named && tested && conforms ? 0 : 1
}

/** Prints which row each case proves, and what only a device can. */
async function conform(only: readonly string[] | undefined): Promise<boolean> {
  const started = performance.now()
  const results: ConformanceResult[] = []
  for (const one of casesOf('ios')) {
    if (only !== undefined && !only.includes(one.id)) continue
    results.push(await runCase(one, { platform: 'ios', make: makeSwift, patience: 60_000 }))
  }
  const passed = results.length > 0 && results.every(({ outcome }) => outcome !== 'failed')
  console.log(
    `${passed ? 'pass' : 'FAIL'}  conformance cases on virtual iPhones  (${secondsSince(started)} s)`,
  )
  console.log(formatReport(results))
  return passed
}

interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  readonly error?: Error | undefined
}

function compareNames(): Outcome {
  const { checked, faults } = checkPublishedNames(join(work, 'Fakes'))
  return {
    status: faults.length === 0 ? 0 : 1,
    stdout: [`${checked} names`, ...faults].join('\n'),
    stderr: '',
  }
}

function step(name: string, run: () => Outcome): boolean {
  const started = performance.now()
  const result = run()
  const passed = result.status === 0
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name}  (${secondsSince(started)} s)`)
  const said = `${result.stdout}${result.stderr}${result.error?.message ?? ''}`
  if (!passed) console.log(said.replace(/^\[\d+\/\d+\] .*\n/gm, ''))
  else for (const line of said.match(/^(\d+ names|.*Executed \d+ tests.*)$/gm) ?? []) console.log(line.trim())
  return passed
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1)
}

process.exitCode = await main()
