import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { formatReport, runConformance } from '@keybound/phone/conformance'
import { root } from '../packages.ts'
import {
  type Classes,
  classesOfSources,
  compileMain,
  compileProvided,
  compileTests,
  kotlinSources,
} from './build.ts'
import { hashOf, once, placeOf } from './build-cache.ts'
import { compilerOnDemand, type KotlinCompiler } from './compiler.ts'
import { forceSuccess } from './forced-success.ts'
import { startHarness, subjectsOf } from './harness.ts'
import { checkLevels } from './levels.ts'
import { installPrograms } from './programs.ts'
import { registerAtServer } from './registration.ts'
import { javaOptions, pom, readToolchain, type Toolchain } from './toolchain.ts'
import { startTestRunner } from './unit-tests.ts'

interface Step {
  readonly name: string
  readonly run: () => Promise<string | undefined> | string | undefined
}

/**
 * The Android lane: everything about the Kotlin of `@keybound/react-native` that can be shown without a device. Ends with
 * the count of what passed and failed. Where a program is missing it says so in one sentence, and fails.
 */
async function main(): Promise<number> {
  const missing = installPrograms()
  if (missing !== undefined) {
    console.log(`${missing}\n\n0 passed, 1 failed`)
    return 1
  }
  const tools = readToolchain()
  const compiler = compilerOnDemand(tools)
  let passed = 0
  let failed = 0
  try {
    for (const step of stepsOf(tools, classesOfSources(), compiler)) {
      const started = performance.now()
      const outcome = await attempt(step)
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${outcome.failed ? 'FAIL' : 'pass'}  ${step.name}  (${seconds} s)${outcome.text}`)
      if (outcome.failed) failed++
      else passed++
      // What does not compile cannot be run.
      if (outcome.failed && step.name.startsWith('compile')) break
    }
  } finally {
    compiler.close()
  }
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

function stepsOf(tools: Toolchain, classes: Classes, compiler: KotlinCompiler): readonly Step[] {
  const quietly = (work: Promise<void>) => work.then(() => undefined)
  return [
    {
      name: 'compile: the code generator’s class and the stubs',
      run: () => quietly(compileProvided(tools, classes)),
    },
    {
      name: 'compile: the module against Android’s framework and React Native',
      run: () => quietly(compileMain(tools, compiler, classes)),
    },
    { name: 'compile: its tests', run: () => quietly(compileTests(tools, compiler, classes)) },
    { name: 'format and lint (ktlint)', run: () => quietly(lint(tools)) },
    { name: 'no call of the framework is newer than its guard', run: () => checkLevels(classes.main) },
    { name: 'unit tests (JUnit)', run: () => testUnits(tools, classes) },
    { name: 'conformance cases over the virtual phone', run: () => conform(tools, classes) },
    {
      name: 'a success forced by an agent in the JVM gives nothing',
      run: () => forceSuccess(tools, classes),
    },
    {
      name: 'the server registers it and verifies what it signs and opens',
      run: () => registerAtServer(tools, classes),
    },
  ]
}

async function attempt({ run }: Step): Promise<{ readonly failed: boolean; readonly text: string }> {
  try {
    const text = (await run()) ?? ''
    return { failed: false, text: text === '' ? '' : `\n${text}` }
  } catch (error) {
    return { failed: true, text: `\n${error instanceof Error ? error.message : String(error)}` }
  }
}

/** What was found well formed is not looked at again. */
async function lint(tools: Toolchain): Promise<void> {
  const folder = join(root, 'packages/react-native/android')
  const hash = hashOf([...kotlinSources(join(folder, 'src')), join(folder, '.editorconfig'), pom])
  await once(placeOf('lint', hash), () => {
    const ktlint = spawnSync('java', [...javaOptions, '-jar', tools.ktlint, 'src/**/*.kt'], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (ktlint.status !== 0) throw new Error(`${ktlint.stdout}${ktlint.stderr}`)
  })
}

async function testUnits(tools: Toolchain, classes: Classes): Promise<string> {
  const runner = await startTestRunner(tools, classes)
  try {
    const { passed, failed, said } = await runner.run()
    if (failed.length > 0) throw new Error(said)
    return `${passed} tests`
  } finally {
    runner.close()
  }
}

/** Prints which row each case proves, and what only a device can. */
async function conform(tools: Toolchain, classes: Classes): Promise<string> {
  const harness = startHarness(tools, classes)
  try {
    const make = subjectsOf(harness)
    const results = await runConformance({ platform: 'android', make, patience: 60_000 })
    const report = formatReport(results)
    if (results.some(({ outcome }) => outcome !== 'passed')) throw new Error(report)
    return report
  } finally {
    harness.close()
  }
}

process.exitCode = await main()
