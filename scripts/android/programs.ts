import { spawnSync } from 'node:child_process'
import { aptGet, canInstallFromDebian } from '../apt-get.mjs'

/** The oldest JDK that Android's framework, the Kotlin compiler and ktlint all run on. */
const oldest = 17

/** A JDK of that version where Debian has one, else what Debian takes by default, which is newer. */
const developmentKits = ['openjdk-17-jdk-headless', 'default-jdk-headless']

/**
 * Installs the JDK and Maven where they are missing, on Debian as root, once. Answers what is still missing in one
 * sentence that says what to do; undefined when nothing is.
 */
export function installPrograms(): string | undefined {
  const missing = missingPrograms()
  if (missing.length === 0) return undefined
  const needs = `The Android lanes need ${missing.join(' and ')}`
  if (!canInstallFromDebian()) return `${needs}: on Debian, sudo apt-get install ${developmentKits[0]} maven.`
  console.log(`keybound: Installing ${missing.join(' and ')} with apt-get, once …`)
  const log = aptGet('update') ?? install(missing)
  const still = missingPrograms()
  if (still.length === 0) return undefined
  return `${log ?? ''}\nThe Android lanes need ${still.join(' and ')}, and apt-get could not install that.`.trim()
}

const jdk = `a JDK of version ${oldest} or later`

function missingPrograms(): readonly string[] {
  const hasJdk = majorOfJava() >= oldest && ran('javac', '-version')
  return [...(hasJdk ? [] : [jdk]), ...(ran('mvn', '--version') ? [] : ['Maven'])]
}

function majorOfJava(): number {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0)
}

/** Returns what apt-get printed when it failed. */
function install(missing: readonly string[]): string | undefined {
  const maven = missing.includes('Maven') ? ['maven'] : []
  const wanted = missing.includes(jdk) ? developmentKits.map((kit) => [kit, ...maven]) : [maven]
  let log: string | undefined
  for (const packages of wanted) {
    log = aptGet('install', '-y', '--no-install-recommends', ...packages)
    if (log === undefined) return undefined
  }
  return log
}

function ran(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
