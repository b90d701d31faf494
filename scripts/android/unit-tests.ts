import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { writeVectors } from '../native/vectors.ts'
import type { Classes } from './build.ts'
import { javaOptions, type Toolchain, work } from './toolchain.ts'

/** How the JUnit tests went. */
export interface UnitTests {
  readonly passed: number
  /** `Class: test`, of those that failed. */
  readonly failed: readonly string[]
  /** All that was said. */
  readonly said: string
}

/** One JVM that runs the JUnit tests as often as it is asked. */
export interface TestRunner {
  /** Classes in `before` take the place of the module's own. Throws when the tests do not end in time. */
  run(before?: readonly string[]): Promise<UnitTests>
  close(): void
}

/** What is said to have failed when the run did and no test of it. */
export const wholeRun = 'JUnit itself'

/** One run takes seconds, on an overloaded machine two minutes; what hangs must not hold the lane. */
const deadline = 300_000

/** In blocks of 512 bytes: less than ten mebibytes, for the test that fills a disk. */
const longestFile = 8192

/** Where Java's own wrappers keep the operation that the phone's prompt is to unlock. */
export const opens: readonly string[] = ['java.security', 'javax.crypto'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
)

/** It starts with the first run. */
export async function startTestRunner(tools: Toolchain, classes: Classes): Promise<TestRunner> {
  const vectors = join(work, `vectors-${process.pid}`)
  await writeVectors(vectors)
  const path = [tools.android, ...tools.react, tools.kotlinLibrary, tools.junit].join(':')
  const service = join(import.meta.dirname, 'tools/RunTests.java')
  const options = [...javaOptions, '-XX:-UsePerfData', ...opens, `-Dkeybound.vectors=${vectors}`]
  const limited = [
    '-c',
    `ulimit -f ${longestFile}; exec "$@"`,
    'sh',
    'java',
    ...options,
    '-cp',
    path,
    service,
  ]
  let started: Jvm | undefined
  return {
    async run(before = []) {
      started ??= startJvm(limited)
      const { jvm, lines } = started
      const places = [classes.test, ...classes.replacements, ...before, classes.main, ...classes.provided]
      jvm.stdin.write(`${places.join('\t')}\n`)
      let late = false
      const timer = setTimeout(() => {
        late = true
        jvm.kill('SIGKILL')
      }, deadline)
      const { value, done } = await lines.next()
      clearTimeout(timer)
      // The next run has a JVM of its own.
      if (done === true) started = undefined
      if (late) throw new Error(`The JUnit tests did not end within ${deadline / 1000} s and were stopped.`)
      const said = Buffer.from(done === true ? '' : (value as string), 'base64').toString('utf8')
      return read(said)
    },
    close() {
      started?.jvm.stdin.end()
      rmSync(vectors, { recursive: true, force: true })
    },
  }
}

interface Jvm {
  readonly jvm: ChildProcessByStdio<Writable, Readable, null>
  /** What it answers. */
  readonly lines: AsyncIterator<string>
}

function startJvm(command: readonly string[]): Jvm {
  const jvm: Jvm['jvm'] = spawn('sh', command, { stdio: ['pipe', 'pipe', 'inherit'] })
  return { jvm, lines: createInterface({ input: jvm.stdout })[Symbol.asyncIterator]() }
}

function read(said: string): UnitTests {
  const passed = Number(/\[ +(\d+) tests successful/.exec(said)?.[1] ?? 0)
  const failed = [...said.matchAll(/^ +JUnit Jupiter:(\w+):(.*)$/gm)].map(
    ([, owner, test]) => `${owner}: ${test}`,
  )
  // Whatever else went wrong is one failure.
  const whole = /\[ +0 tests failed/.test(said) && passed > 0
  return { passed, failed: failed.length === 0 && !whole ? [wholeRun] : failed, said }
}
