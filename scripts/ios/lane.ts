import { parseArgs } from 'node:util'
import { type ConformanceResult, casesOf, formatReport, runCase, summary } from '@keybound/phone/conformance'
import { writeStatements } from './statements.ts'
import { packageFiles, swift, writePackage } from './swift-package.ts'
import { makeSwift } from './swift-subject.ts'
import { installToolchain, missingForToolchain } from './toolchain.ts'

/**
 * `npm run test:ios`: compiles the module's Swift against modules with the names and signatures of Apple's, runs its unit
 * tests, and the conformance cases on virtual iPhones.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, report: { type: 'boolean' } },
  })
  const missing = missingForToolchain()
  if (missing !== undefined) {
    console.log(missing)
    return 1
  }
  installToolchain()
  writePackage(packageFiles())
  await writeStatements()
  const built = step('compile, warnings as errors', () => swift('swift', 'build', '--build-tests', '--quiet'))
  if (!built) return 1
  const tested = step('unit tests', () => swift('swift', 'test', '--skip-build'))
  const results: ConformanceResult[] = []
  for (const one of casesOf('ios')) {
    if (values.only !== undefined && !values.only.includes(one.id)) continue
    results.push(await runCase(one, { platform: 'ios', make: makeSwift, patience: 30_000 }))
  }
  const failed = results.filter(({ outcome }) => outcome === 'failed')
  for (const { case: one, reason } of failed) console.log(`FAIL  ${one.id}  ${one.proves}\n      ${reason}`)
  if (values.report === true) console.log(formatReport(results))
  console.log(`conformance: ${summary(results)}`)
  return tested && failed.length === 0 && results.length > 0 ? 0 : 1
}

function step(name: string, run: () => ReturnType<typeof swift>): boolean {
  const started = performance.now()
  const result = run()
  const passed = result.status === 0
  console.log(
    `${passed ? 'pass' : 'FAIL'}  ${name}  (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  )
  const said = `${result.stdout}${result.stderr}${result.error?.message ?? ''}`
  if (!passed) console.log(said.replace(/^\[\d+\/\d+\] .*\n/gm, ''))
  else for (const line of said.match(/^.*Executed \d+ tests.*$/gm) ?? []) console.log(line.trim())
  return passed
}

process.exitCode = await main()
