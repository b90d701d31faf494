import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { runConformance } from '@keybound/phone/conformance'
import { type Mistake, seenByCompiler, tryEach, withMistake } from '../native/mistake.ts'
import {
  type Classes,
  classesOfSources,
  compileMain,
  compileProvided,
  compileTests,
  librariesOf,
  mainSources,
} from './build.ts'
import { compilerOnDemand, type KotlinCompiler } from './compiler.ts'
import { startHarness, subjectsOf } from './harness.ts'
import { findLevelFaults } from './levels.ts'
import { mistakes } from './mistakes.ts'
import { installPrograms } from './programs.ts'
import { readToolchain, type Toolchain, work } from './toolchain.ts'
import { startTestRunner, type TestRunner, wholeRun } from './unit-tests.ts'

interface Lane {
  readonly tools: Toolchain
  readonly classes: Classes
  readonly compiler: KotlinCompiler
  readonly tests: TestRunner
}

/**
 * `npm run test:android:mistakes`: makes each deliberate mistake by itself, compiled over the module as it is; what none of
 * the lane's parts sees has failed.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
  const missing = installPrograms()
  if (missing !== undefined) {
    console.log(`${missing}\n\n0 passed, 1 failed`)
    return 1
  }
  const lane = await startLane()
  try {
    return (await tryEach(mistakes, values.only, (mistake) => seenBy(mistake, lane))) ? 0 : 1
  } finally {
    lane.tests.close()
    lane.compiler.close()
  }
}

async function startLane(): Promise<Lane> {
  const tools = readToolchain()
  const classes = classesOfSources()
  const compiler = compilerOnDemand(tools)
  await compileProvided(tools, classes)
  await compileMain(tools, compiler, classes)
  await compileTests(tools, compiler, classes)
  const tests = await startTestRunner(tools, classes)
  const { failed } = await tests.run()
  if (failed.length > 0) throw new Error(`Without a mistake these fail: ${failed.join(', ')}`)
  return { tools, classes, compiler, tests }
}

async function seenBy(mistake: Mistake, lane: Lane): Promise<string | undefined> {
  const folder = join(work, `mistake-${process.pid}`)
  try {
    const source = join(folder, 'source', mistake.file)
    const output = join(folder, 'classes')
    mkdirSync(dirname(source), { recursive: true })
    const text = readFileSync(join(mainSources, 'dev/keybound', mistake.file), 'utf8')
    writeFileSync(source, withMistake(mistake, text))
    return await judge(mistake, lane, source, output)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function judge(
  mistake: Mistake,
  { tools, classes, compiler, tests }: Lane,
  source: string,
  output: string,
): Promise<string | undefined> {
  const { cases = [] } = mistake
  const path = [classes.main, ...librariesOf(tools, classes)]
  const friends = `-Xfriend-paths=${classes.main}`
  const { passed, said } = await compiler.compile([source], path, output, friends)
  if (!passed) return seenByCompiler(mistake, said)
  if (findLevelFaults(output).faults.length > 0) return 'the check of API levels'
  const units = await tests.run([output])
  const [failed] = units.failed
  // No test of ours: what broke the run, or the JVM, would break it without the mistake as well.
  if (failed === wholeRun) throw new Error(`not tested, JUnit itself failed:\n${units.said}`)
  if (failed !== undefined) return failed
  if (cases.length === 0) return undefined
  const harness = startHarness(tools, classes, { before: [output] })
  try {
    const only = cases.includes('all') ? {} : { only: cases }
    const make = subjectsOf(harness)
    const results = await runConformance({ platform: 'android', make, ...only, patience: 20_000 })
    const red = results.find(({ outcome }) => outcome === 'failed')
    return red && `case ${red.case.id}`
  } finally {
    harness.close()
  }
}

process.exitCode = await main()
