import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { work } from './toolchain.ts'

/** The oldest Android that React Native runs on. */
const minimum = 24

/** Declarations of every class and member of Android's interface, each with the level it came with. */
const declarations = '@nativescript/types-android@9.1.1'

interface DeclaredClass {
  readonly since: number
  readonly parents: readonly string[]
  /** The oldest of what has that name. */
  readonly members: ReadonlyMap<string, number>
}

/**
 * Reads the compiled module and refuses every class or member of Android that is not in its public interface, or came after
 * the lowest level that we support and is used elsewhere than in a class named for its level (`SpecsApi30`), and every use of
 * such a class in a method that does not compare with that level first.
 */
export function checkLevels(folder: string): string {
  const { looked, faults } = findLevelFaults(folder)
  if (looked < 50) faults.push(`Only ${looked} uses of Android were found: the classes were not read.`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return `${looked} uses of Android's interface, none newer than its guard`
}

/** How many uses of Android's interface the classes of a folder have, and which are against the rules of `checkLevels`. */
export function findLevelFaults(folder: string): { looked: number; faults: string[] } {
  const api = readDeclarations()
  const faults: string[] = []
  let looked = 0
  for (const { owner, method, code } of methodsOf(folder)) {
    const allowed = Number(/Api(\d+)(\$|$)/.exec(owner)?.[1] ?? minimum)
    for (const [, type = '', member = ''] of code.matchAll(
      /(?:Method|Field) (android\/[\w/$]+)\.("?<?\w+>?"?):/g,
    )) {
      looked++
      const since = sinceOf(api, type.replaceAll('/', '.').replaceAll('$', '.'), member.replaceAll('"', ''))
      if (since === undefined) faults.push(`${owner}.${method}: ${type}.${member} is not public`)
      else if (since > allowed) faults.push(`${owner}.${method}: ${type}.${member} came with API ${since}`)
    }
    for (const [, guarded = '', level = ''] of code.matchAll(/Method (dev\/keybound\/[\w/]*Api(\d+))\./g)) {
      if (owner.replaceAll('.', '/') !== guarded && !new RegExp(`bipush +${level}\\b`).test(code)) {
        faults.push(`${owner}.${method}: calls ${guarded} without comparing with ${level}`)
      }
    }
  }
  return { looked, faults }
}

function methodsOf(folder: string): { owner: string; method: string; code: string }[] {
  const files = globSync('**/*.class', { cwd: folder }).map((path) => join(folder, path))
  const javap = spawnSync('javap', ['-c', '-p', ...files], { encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (javap.status !== 0) throw new Error(javap.stderr)
  return javap.stdout.split(/^Compiled from .*$/m).flatMap((text) => {
    const owner = /(?:class|interface) ([\w.$]+)/.exec(text)?.[1] ?? ''
    return text.split(/\n\n/).map((code) => ({ owner, method: /(\w+)\(/.exec(code)?.[1] ?? '', code }))
  })
}

/** Looks a member up in a class and in what it extends. */
function sinceOf(api: ReadonlyMap<string, DeclaredClass>, type: string, member: string): number | undefined {
  const declared = api.get(type)
  if (declared === undefined) return undefined
  const name = member === '<init>' ? 'constructor' : member
  // Constructors without parameters are not always written down.
  const own = declared.members.get(name) ?? (name === 'constructor' ? 1 : undefined)
  if (own !== undefined) return Math.max(declared.since, own)
  const inherited = declared.parents
    .map((parent) => sinceOf(api, parent, member))
    .find((since) => since !== undefined)
  return inherited === undefined ? undefined : Math.max(declared.since, inherited)
}

let declared: ReadonlyMap<string, DeclaredClass> | undefined

function readDeclarations(): ReadonlyMap<string, DeclaredClass> {
  declared ??= bringDeclarations()
  return declared
}

function bringDeclarations(): ReadonlyMap<string, DeclaredClass> {
  const folder = join(work, 'declarations')
  const path = join(folder, 'node_modules/@nativescript/types-android/lib/android/android-platform-37.d.ts')
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true })
    const args = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
    const npm = spawnSync('npm', [...args, declarations], { cwd: folder, encoding: 'utf8' })
    if (npm.status !== 0) throw new Error(`npm could not bring ${declarations}:\n${npm.stderr}`)
  }
  return parse(readFileSync(path, 'utf8').split('\n'))
}

/** The file is generated and regular: one declaration a line, its level in the comment before. */
function parse(lines: readonly string[]): ReadonlyMap<string, DeclaredClass> {
  const found = new Map<string, DeclaredClass>()
  const path: string[] = []
  let members = new Map<string, number>()
  let since = 1
  for (const line of lines) {
    const text = line.trim()
    const level = /^\/\*\* @since (\d+)/.exec(text)
    if (level !== null) {
      since = Number(level[1])
      continue
    }
    const opened =
      /^(?:declare|export) (module|class|abstract class|interface) (\w+)(?:<[^{]*?>)?(.*)\{$/.exec(text)
    if (opened !== null) {
      const [, kind = '', name = '', heritage = ''] = opened
      path.push(name)
      if (kind !== 'module') {
        members = new Map()
        found.set(path.join('.'), { since, parents: heritage.match(/[a-z]\w*(?:\.\w+)+/g) ?? [], members })
      }
    } else if (text === '}') path.pop()
    else {
      const member = /^(?:public |protected |static |abstract )*(\w+)[(:<]/.exec(text)?.[1]
      if (member !== undefined)
        members.set(member, Math.min(since, members.get(member) ?? Number.POSITIVE_INFINITY))
    }
    since = 1
  }
  return found
}
