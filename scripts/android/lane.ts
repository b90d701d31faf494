import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { formatReport, runConformance } from '@keybound/phone/conformance'
import { root } from '../packages.ts'
import { compileMain, compileProvided, compileTests } from './build.ts'
import { type KotlinCompiler, startCompiler } from './compiler.ts'
import { startHarness, subjectsOf } from './harness.ts'
import { checkLevels } from './levels.ts'
import { registerAtServer } from './registration.ts'
import { javaOptions, missingProgram, readToolchain, type Toolchain } from './toolchain.ts'

/**
 * Cases that the double of the disk cannot bring about, because the module writes to a real one; a JUnit test does.
 */
const provokedInKotlin: ReadonlySet<string> = new Set(['F06'])

interface Step {
  readonly name: string
  readonly run: () => Promise<string | undefined> | string | undefined
}

/**
 * The Android lane: everything about the Kotlin of `@keybound/react-native` that can be shown without a device. Ends with
 * the count of what passed and failed. Where a program is missing it says so in one sentence, and fails.
 */
async function main(): Promise<number> {
  const missing = missingProgram()
  if (missing !== undefined) {
    console.log(`${missing}\n\n0 passed, 1 failed`)
    return 1
  }
  const tools = readToolchain()
  const compiler = startCompiler(tools)
  let passed = 0
  let failed = 0
  try {
    for (const step of stepsOf(tools, compiler)) {
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

function stepsOf(tools: Toolchain, compiler: KotlinCompiler): readonly Step[] {
  return [
    {
      name: 'compile: the code generator’s class and the stubs',
      run: () => compileProvided(tools) ?? undefined,
    },
    {
      name: 'compile: the module against Android’s framework and React Native',
      run: () => compileMain(tools, compiler).then(() => undefined),
    },
    { name: 'compile: its tests', run: () => compileTests(tools, compiler).then(() => undefined) },
    { name: 'format and lint (ktlint)', run: () => lint(tools) },
    { name: 'no call of the framework is newer than its guard', run: () => checkLevels() },
    { name: 'conformance cases over the virtual phone', run: () => conform(tools) },
    { name: 'the server registers it at L2 and verifies what it signs', run: () => registerAtServer(tools) },
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

function lint(tools: Toolchain): undefined {
  const folder = join(root, 'packages/react-native/android')
  const ktlint = spawnSync('java', [...javaOptions, '-jar', tools.ktlint, 'src/**/*.kt'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (ktlint.status !== 0) throw new Error(`${ktlint.stdout}${ktlint.stderr}`)
}

async function conform(tools: Toolchain): Promise<string> {
  const harness = startHarness(tools)
  try {
    const make = subjectsOf(harness)
    const results = await runConformance({ platform: 'android', make, patience: 60_000 })
    const judged = results.filter((one) => !provokedInKotlin.has(one.case.id))
    const report = formatReport(judged)
    if (judged.some(({ outcome }) => outcome !== 'passed')) throw new Error(report)
    return report
  } finally {
    harness.close()
  }
}

process.exitCode = await main()
