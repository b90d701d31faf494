import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../packages.ts'
import { inToolchain } from './toolchain.ts'

const ios = join(root, 'packages/react-native/ios')
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keybound')

/** Where the package of this checkout is put together and built; outside of it. */
export const work = join(cache, `ios-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`)

/** The files of the package by their path in it, tests and stand-ins included. */
export function packageFiles(): ReadonlyMap<string, string> {
  const product = globSync('**/*.swift', { cwd: ios, exclude: (path) => path.startsWith('Tests') })
  const tests = globSync('**/*.{swift,c,h}', { cwd: join(ios, 'Tests') })
  return new Map([
    ...product.map((path) => [`Product/${path}`, withoutObjectiveC(read(join(ios, path)))] as const),
    ...tests.map((path) => [path, read(join(ios, 'Tests', path))] as const),
  ])
}

/** Writes what changed, so that only that is compiled again, and removes what is gone. */
export function writePackage(files: ReadonlyMap<string, string>): void {
  mkdirSync(work, { recursive: true })
  const old = globSync('{Product,Fakes,Harness,Unit}/**/*.{swift,c,h}', { cwd: work })
  for (const path of old) if (!files.has(path)) rmSync(join(work, path))
  for (const [path, text] of files) {
    const file = join(work, path)
    if (existsSync(file) && read(file) === text) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Runs a command of the toolchain in the package. */
export function swift(...command: readonly string[]): SpawnSyncReturns<string> {
  const [program, ...args] = inToolchain(work, command)
  return spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 27, timeout: 900_000, stdio: 'pipe' })
}

/** Holds the sources themselves to `.swift-format`; every finding is an error. */
export function lintSwift(): SpawnSyncReturns<string> {
  const [program, ...args] = inToolchain(ios, ['swift-format', 'lint', '--strict', '--recursive', '.'])
  return spawnSync(program, args, { encoding: 'utf8' })
}

/** Linux has no Objective-C: there the class that the shim holds is an ordinary one. */
function withoutObjectiveC(text: string): string {
  return text.replace(/^ *@objc(\(\w+\))?\n/gm, '')
}

function read(file: string): string {
  return readFileSync(file, 'utf8')
}
