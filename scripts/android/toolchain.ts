import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'

/** Where the lane keeps what it makes, for all checkouts; nothing of it is worth keeping. */
export const work = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keybound/android')

/**
 * For programs that do not run for long. The Kotlin compiler alone fills the 48 MB for machine code that this tier is given
 * otherwise; and what the virtual machine itself has to say must not come among a program's answers.
 */
export const javaOptions: readonly string[] = [
  '-Xmx1g',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:ReservedCodeCacheSize=240m',
  '-XX:+DisplayVMOutputToStderr',
]

/** What Maven brings. */
export const pom = join(import.meta.dirname, 'pom.xml')

/** What the lane compiles, runs and lints with: paths of jars. */
export interface Toolchain {
  /** The Kotlin compiler with what it needs. */
  readonly compiler: readonly string[]
  readonly kotlinLibrary: string
  readonly ktlint: string
  readonly junit: string
  /** Android's framework. */
  readonly android: string
  /** Classes of React Native and what they refer to. */
  readonly react: readonly string[]
  /** A reader of class files. */
  readonly asm: string
}

/** Has Maven bring what pom.xml lists into its own cache, once. Throws with Maven's words when it cannot. */
export function readToolchain(): Toolchain {
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 16)
  const list = join(work, `classpath-${hash}.txt`)
  if (!isComplete(list)) {
    mkdirSync(work, { recursive: true })
    const args = ['--quiet', '--batch-mode', '--file', pom, 'dependency:build-classpath']
    // Written aside: another checkout may be reading the list, or making it too.
    const fresh = `${list}.${process.pid}`
    const maven = spawnSync('mvn', [...args, `-Dmdep.outputFile=${fresh}`], { encoding: 'utf8' })
    if (maven.status !== 0)
      throw new Error(`Maven could not bring what the lane needs:\n${maven.stdout}${maven.stderr}`)
    writeFileSync(fresh, readFileSync(fresh, 'utf8').trim())
    renameSync(fresh, list)
  }
  return toolchainOf(readFileSync(list, 'utf8').split(':'))
}

function isComplete(list: string): boolean {
  return (
    existsSync(list) &&
    readFileSync(list, 'utf8')
      .split(':')
      .every((path) => existsSync(path))
  )
}

function toolchainOf(paths: readonly string[]): Toolchain {
  const all = (pattern: RegExp) => paths.filter((path) => pattern.test(path))
  const one = (pattern: RegExp) => {
    const [path] = all(pattern)
    if (path === undefined) throw new Error(`Maven brought nothing like ${pattern}.`)
    return path
  }
  return {
    compiler: all(/\/(kotlin-|kotlinx-|trove4j|annotations-\d)/),
    kotlinLibrary: one(/\/kotlin-stdlib-\d/),
    ktlint: one(/\/ktlint-cli-/),
    junit: one(/\/junit-platform-console-standalone-/),
    android: one(/\/android-all-/),
    react: [
      classesOf(one(/\/react-android-/)),
      ...all(/\/(fbjni|nativeloader|jsr305|proguard-annotations)-/),
    ],
    asm: one(/\/asm-\d/),
  }
}

/** The classes inside a library for Android. */
function classesOf(library: string): string {
  const folder = join(work, basename(library, '.aar'))
  const classes = join(folder, 'classes.jar')
  if (existsSync(classes)) return classes
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(folder, { recursive: true })
  mkdirSync(unfinished, { recursive: true })
  try {
    const jar = spawnSync('jar', ['--extract', '--file', library, 'classes.jar'], {
      cwd: unfinished,
      encoding: 'utf8',
    })
    if (jar.status !== 0) throw new Error(`The classes of ${library} could not be read:\n${jar.stderr}`)
    renameSync(join(unfinished, 'classes.jar'), classes)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return classes
}
