import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../packages.ts'
import type { KotlinCompiler } from './compiler.ts'
import { type Toolchain, work } from './toolchain.ts'

const require = createRequire(join(root, 'packages/react-native/package.json'))

/** The Kotlin of the package, and its tests. */
export const mainSources = join(root, 'packages/react-native/android/src/main/kotlin')
export const testSources = join(root, 'packages/react-native/android/src/test/kotlin')

const spec = join(root, 'packages/react-native/src/specs/NativeKeybound.ts')

/** Folders of classes. */
export interface Classes {
  /** Signatures of androidx, and the code generator's abstract class. */
  readonly provided: readonly string[]
  /** What stands before React Native's own classes when tests run. */
  readonly replacements: readonly string[]
  readonly main: string
  readonly test: string
}

export const classes: Classes = {
  provided: [join(work, 'stubs'), join(work, 'spec')],
  replacements: [join(work, 'replacements')],
  main: join(work, 'main'),
  test: join(work, 'test'),
}

/** Everything the Kotlin of the package is compiled against. */
export function librariesOf(tools: Toolchain): readonly string[] {
  return [tools.android, ...tools.react, ...classes.provided]
}

/** Has React Native's code generator write the abstract class of the module, and compiles it and the stubs. */
export function compileProvided(tools: Toolchain): void {
  const [stubs, generated] = classes.provided
  javac(tools, sourcesIn('stubs'), stubs ?? '')
  javac(tools, [generateSpec()], generated ?? '')
  javac(tools, sourcesIn('replacements'), classes.replacements[0] ?? '')
}

function sourcesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.java`, { cwd: import.meta.dirname }).map((path) =>
    join(import.meta.dirname, path),
  )
}

interface Codegen {
  readonly TypeScriptParser: new () => { parseFile(path: string): object }
  readonly generate: (options: object, generators: object) => boolean
}

/** A dependency of the package, and found from there. */
const codegen = '@react-native/codegen/lib'

function generateSpec(): string {
  const output = join(work, 'generated')
  const { TypeScriptParser } = require(`${codegen}/parsers/typescript/parser`) as Codegen
  const { generate } = require(`${codegen}/generators/RNCodegen`) as Codegen
  const schema = new TypeScriptParser().parseFile(spec)
  const packageName = 'dev.keybound.reactnative'
  const options = {
    libraryName: 'KeyboundSpec',
    schema,
    outputDirectory: output,
    packageName,
    assumeNonnull: true,
  }
  mkdirSync(output, { recursive: true })
  if (!generate(options, { generators: ['modulesAndroid'] }))
    throw new Error('The code generator refused the spec.')
  return join(output, 'java/dev/keybound/reactnative/NativeKeyboundSpec.java')
}

function javac(tools: Toolchain, sources: readonly string[], output: string): void {
  const path = [tools.android, ...tools.react, ...classes.provided, tools.kotlinLibrary].join(':')
  const args = ['-proc:none', '-nowarn', '-encoding', 'UTF-8', '-d', output, '-cp', path]
  const result = spawnSync('javac', [...args, ...sources], { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`javac refused:\n${result.stderr}`)
}

/** Compiles the package, warnings being errors. */
export async function compileMain(
  tools: Toolchain,
  compiler: KotlinCompiler,
  sources: readonly string[] = [mainSources],
  output: string = classes.main,
): Promise<void> {
  rmSync(output, { recursive: true, force: true })
  const { passed, said } = await compiler.compile(sources, librariesOf(tools), output)
  if (!passed) throw new Error(`The Kotlin compiler refused:\n${said}`)
}

/** Compiles the tests, which see what is internal. */
export async function compileTests(tools: Toolchain, compiler: KotlinCompiler): Promise<void> {
  rmSync(classes.test, { recursive: true, force: true })
  const path = [classes.main, ...librariesOf(tools), tools.junit]
  const { passed, said } = await compiler.compile(
    [testSources],
    path,
    classes.test,
    `-Xfriend-paths=${classes.main}`,
  )
  if (!passed) throw new Error(`The Kotlin compiler refused the tests:\n${said}`)
}
