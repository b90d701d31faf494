import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { writeStatements } from '../native/statements.ts'
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
  /** Classes in `before` take the place of the module's own. */
  run(before?: readonly string[]): Promise<UnitTests>
  close(): void
}

/** In blocks of 512 bytes: less than ten mebibytes, for the test that fills a disk. */
const longestFile = 8192

/** Where Java's own wrappers keep the operation that the phone's prompt is to unlock. */
export const opens: readonly string[] = ['java.security', 'javax.crypto'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
)

/** Starts it. */
export async function startTestRunner(tools: Toolchain, classes: Classes): Promise<TestRunner> {
  const statements = join(work, `statements-${process.pid}.json`)
  await writeStatements(statements)
  const path = [tools.android, ...tools.react, tools.kotlinLibrary, tools.junit].join(':')
  const service = join(import.meta.dirname, 'tools/RunTests.java')
  const options = [...javaOptions, '-XX:-UsePerfData', ...opens, `-Dkeybound.statements=${statements}`]
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
  const jvm: ChildProcessByStdio<Writable, Readable, null> = spawn('sh', limited, {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: jvm.stdout })[Symbol.asyncIterator]()
  return {
    async run(before = []) {
      const places = [classes.test, ...classes.replacements, ...before, classes.main, ...classes.provided]
      jvm.stdin.write(`${places.join('\t')}\n`)
      const { value, done } = await lines.next()
      const said = Buffer.from(done === true ? '' : (value as string), 'base64').toString('utf8')
      return read(said)
    },
    close() {
      jvm.stdin.end()
      rmSync(statements, { force: true })
    },
  }
}

function read(said: string): UnitTests {
  const passed = Number(/\[ +(\d+) tests successful/.exec(said)?.[1] ?? 0)
  const failed = [...said.matchAll(/^ +JUnit Jupiter:(\w+):(.*)$/gm)].map(
    ([, owner, test]) => `${owner}: ${test}`,
  )
  // Whatever else went wrong is one failure.
  const whole = /\[ +0 tests failed/.test(said) && passed > 0
  return { passed, failed: failed.length === 0 && !whole ? ['JUnit itself'] : failed, said }
}
