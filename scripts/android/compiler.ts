import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { javaOptions, type Toolchain } from './toolchain.ts'

/** What the compiler said, and whether it was content. */
export interface Compilation {
  readonly passed: boolean
  readonly said: string
}

/** One Kotlin compiler that stays warm until it is closed. */
export interface KotlinCompiler {
  compile(
    sources: readonly string[],
    classpath: readonly string[],
    output: string,
    ...more: string[]
  ): Promise<Compilation>
  close(): void
}

/** A compiler that starts when there is something to compile. */
export function compilerOnDemand(tools: Toolchain): KotlinCompiler {
  let started: KotlinCompiler | undefined
  return {
    compile(...given) {
      started ??= startCompiler(tools)
      return started.compile(...given)
    },
    close: () => started?.close(),
  }
}

/** Starts the compiler. Warnings are errors. */
function startCompiler(tools: Toolchain): KotlinCompiler {
  const service = join(import.meta.dirname, 'tools/Compile.java')
  const jvm: ChildProcessByStdio<Writable, Readable, null> = spawn(
    'java',
    [...javaOptions, '-cp', tools.compiler.join(':'), service],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: jvm.stdout })[Symbol.asyncIterator]()
  return {
    async compile(sources, classpath, output, ...more) {
      const options = [
        '-Werror',
        '-no-stdlib',
        '-no-reflect',
        '-jvm-target',
        '17',
        '-module-name',
        'keybound',
      ]
      const places = ['-classpath', [tools.kotlinLibrary, ...classpath].join(':'), '-d', output]
      jvm.stdin.write(`${[...options, ...more, ...places, ...sources].join('\t')}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('The Kotlin compiler ended before it answered.')
      const [code, said = ''] = (value as string).split('\t')
      return { passed: code === '0', said: Buffer.from(said, 'base64').toString('utf8') }
    },
    close: () => jvm.stdin.end(),
  }
}
