import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../packages.ts'
import { hashOf, once, placeOf } from './build-cache.ts'
import type { KotlinCompiler } from './compiler.ts'
import { pom, type Toolchain } from './toolchain.ts'

const require = createRequire(join(root, 'packages/react-native/package.json'))

/** The Kotlin of the package, and its tests. */
export const mainSources = join(root, 'packages/react-native/android/src/main/kotlin')
const testSources = join(root, 'packages/react-native/android/src/test/kotlin')

const spec = join(root, 'packages/react-native/src/specs/NativeKeybound.ts')

/** Says how Kotlin is compiled. */
const compilerOptions = join(import.meta.dirname, 'compiler.ts')

/** Folders of classes; each is named by what it was made of. */
export interface Classes {
  /** Stand-ins for androidx, and the code generator's abstract class. */
  readonly provided: readonly string[]
  /** What stands before React Native's own classes when tests run. */
  readonly replacements: readonly string[]
  readonly main: string
  readonly test: string
}

/** Where the classes of the sources as they are now belong. */
export function classesOfSources(): Classes {
  const provided = hashOf([...javaSources(), spec, pom, compilerOptions], codegenVersion())
  const main = hashOf(kotlinSources(mainSources), provided)
  const test = hashOf(kotlinSources(testSources), main)
  const place = placeOf('provided', provided)
  return {
    provided: [join(place, 'stubs'), join(place, 'spec')],
    replacements: [join(place, 'replacements')],
    main: placeOf('main', main),
    test: placeOf('test', test),
  }
}

/** The Kotlin files of a folder. */
export function kotlinSources(folder: string): readonly string[] {
  return globSync('**/*.kt', { cwd: folder }).map((path) => join(folder, path))
}

/** Everything the Kotlin of the package is compiled against. */
export function librariesOf(tools: Toolchain, { provided }: Classes): readonly string[] {
  return [tools.android, ...tools.react, ...provided]
}

/** What runs before the module's own classes, and after them. */
export function runtimeOf(tools: Toolchain, classes: Classes): readonly [string[], string[]] {
  return [
    [...classes.replacements, classes.test],
    [...librariesOf(tools, classes), tools.kotlinLibrary],
  ]
}

/** Has React Native's code generator write the abstract class of the module, and compiles it and the stubs. */
export async function compileProvided(tools: Toolchain, classes: Classes): Promise<void> {
  const place = join(classes.provided[0] ?? '', '..')
  await once(place, (folder) => {
    const made: string[] = []
    const compile = (name: string, sources: readonly string[]) => {
      const output = join(folder, name)
      javac(tools, made, sources, output)
      made.push(output)
    }
    compile('stubs', sourcesIn('stubs'))
    compile('spec', [generateSpec(join(folder, 'generated'))])
    compile('replacements', sourcesIn('replacements'))
  })
}

function sourcesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.java`, { cwd: import.meta.dirname }).map((path) =>
    join(import.meta.dirname, path),
  )
}

function javaSources(): readonly string[] {
  return [...sourcesIn('stubs'), ...sourcesIn('replacements')]
}

interface Codegen {
  readonly TypeScriptParser: new () => { parseFile(path: string): object }
  readonly generate: (options: object, generators: object) => boolean
}

/** A dependency of the package, and found from there. */
const codegen = '@react-native/codegen'

function codegenVersion(): string {
  const manifest = readFileSync(require.resolve(`${codegen}/package.json`), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

function generateSpec(output: string): string {
  const { TypeScriptParser } = require(`${codegen}/lib/parsers/typescript/parser`) as Codegen
  const { generate } = require(`${codegen}/lib/generators/RNCodegen`) as Codegen
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

function javac(tools: Toolchain, made: readonly string[], sources: readonly string[], output: string): void {
  const path = [tools.android, ...tools.react, ...made, tools.kotlinLibrary].join(':')
  const args = ['-proc:none', '-nowarn', '-encoding', 'UTF-8', '-d', output, '-cp', path]
  const result = spawnSync('javac', [...args, ...sources], { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`javac refused:\n${result.stderr}`)
}

/** Compiles the package, warnings being errors. */
export async function compileMain(
  tools: Toolchain,
  compiler: KotlinCompiler,
  classes: Classes,
): Promise<void> {
  await once(classes.main, async (output) => {
    const { passed, said } = await compiler.compile([mainSources], librariesOf(tools, classes), output)
    if (!passed) throw new Error(`The Kotlin compiler refused:\n${said}`)
  })
}

/** Compiles the tests, which see what is internal. */
export async function compileTests(
  tools: Toolchain,
  compiler: KotlinCompiler,
  classes: Classes,
): Promise<void> {
  await once(classes.test, async (output) => {
    const path = [...classes.replacements, classes.main, ...librariesOf(tools, classes), tools.junit]
    const friends = `-Xfriend-paths=${classes.main}`
    const { passed, said } = await compiler.compile([testSources], path, output, friends)
    if (!passed) throw new Error(`The Kotlin compiler refused the tests:\n${said}`)
  })
}
