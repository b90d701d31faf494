import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type DoubledName, readDoubles } from './doubled-names.ts'
import { readStatuses } from './published-statuses.ts'

/** Declarations of Apple's frameworks, made from their headers. */
const declarations = '@nativescript/types-ios@9.1.2'
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'keybound/ios-declarations')
const types = join(folder, 'node_modules/@nativescript/types-ios/lib/ios/objc-x86_64')

/** The oldest iOS that React Native runs on. */
const minimum = 15.1

/** Frameworks that have doubles, less CryptoKit: that one is Swift only and in no list of Objective-C's. */
const frameworks = ['CryptoTokenKit', 'DeviceCheck', 'LocalAuthentication', 'Security', 'UIKit']

/** What the doubles have for tests, or have of Swift alone. */
const ownOfDoubles: ReadonlySet<string> = new Set([
  // Swift's own way to build these.
  'SecTrust.init(keys:trusted:)',
  'SecKey.init(point:)',
  'UIEvent.init(timestamp:)',
  'LAContext.systemContext',
  // Overridable in Swift through UIGestureRecognizerSubclass.
  'UIGestureRecognizer.touchesBegan(_:with:)',
  // Of CFNetwork's class, in Foundation's list.
  'URLProtectionSpace.serverTrust',
])

/**
 * Compares every name, number of parameters and value that the doubles declare with what Apple published, so that a name
 * which only the doubles have, and for which the Swift therefore compiles here alone, is found. Answers the faults.
 */
export function checkPublishedNames(doubles: string): {
  readonly checked: number
  readonly faults: string[]
} {
  if (!isInstalled()) installDeclarations()
  const statuses = readStatuses()
  const faults: string[] = []
  let checked = 0
  for (const framework of frameworks) {
    const published = readDeclarations(framework)
    for (const file of globSync(`${framework}/*.swift`, { cwd: doubles })) {
      for (const name of readDoubles(readFileSync(join(doubles, file), 'utf8'))) {
        if (ownOfDoubles.has(name.swift)) continue
        checked++
        const fault = faultOf(name, published) ?? statusFaultOf(name, statuses)
        if (fault !== undefined) faults.push(`${file}: ${name.swift}: ${fault}`)
      }
    }
  }
  if (checked < 100) faults.push(`Only ${checked} names were found: the doubles were not read.`)
  return { checked, faults }
}

interface Published {
  readonly text: string
  /** Bodies of classes and enumerations, by name. */
  readonly bodies: ReadonlyMap<string, string>
}

function faultOf(
  { owner, candidates, parameters, value }: DoubledName,
  published: Published,
): string | undefined {
  const text = owner === undefined ? published.text : (published.bodies.get(owner) ?? '')
  for (const candidate of candidates) {
    const pattern = new RegExp(
      `((?:/\\*\\*(?:(?!\\*/)[^])*\\*/\\s*)?)^(?:declare |\\t)?(?:static |readonly |const |var |function |class |enum )*${candidate}\\b([^\\n]*)`,
      'im',
    )
    const found = pattern.exec(text)
    if (found === null) continue
    const [, comment = '', rest = ''] = found
    const since = Number(/@since ([\d.]+)/.exec(comment)?.[1] ?? 0)
    if (since > minimum) return `came with iOS ${since}`
    if (parameters !== undefined && countParameters(rest) !== parameters)
      return `takes ${countParameters(rest)} parameters`
    const number = /^ = (-?\d+)/.exec(rest)?.[1]
    if (value !== undefined && number !== undefined && Number(number) !== value) return `is ${number}`
    return undefined
  }
  return `Apple has no ${candidates.join(' or ')}${owner === undefined ? '' : ` in ${owner}`}`
}

/** The declarations have the names of these constants, and none of their values. */
function statusFaultOf({ swift, value }: DoubledName, statuses: ReadonlyMap<string, number>) {
  if (!swift.startsWith('errSec')) return undefined
  const number = statuses.get(swift)
  return number !== undefined && number === value ? undefined : `is ${number} in Apple's header`
}

/** Of a declaration from its opening parenthesis on. */
function countParameters(rest: string): number {
  let depth = 0
  let count = rest.startsWith('()') ? 0 : 1
  for (const character of rest) {
    if ('(<'.includes(character)) depth++
    else if (')>'.includes(character)) depth--
    else if (character === ',' && depth === 1) count++
    if (depth === 0) break
  }
  return count
}

const fileOf = (framework: string) => join(types, `objc!${framework}.d.ts`)

const isInstalled = () => frameworks.every((framework) => existsSync(fileOf(framework)))

/** Has npm bring the declarations into a folder aside: what is cut short, or under way elsewhere, is not found. */
function installDeclarations(): void {
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  try {
    const args = [
      'install',
      '--prefix',
      unfinished,
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
    ]
    const npm = spawnSync('npm', [...args, declarations], { cwd: unfinished, encoding: 'utf8' })
    if (npm.status !== 0) throw new Error(`npm could not bring ${declarations}:\n${npm.stderr}`)
    // Another checkout may have been faster.
    if (isInstalled()) return
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } catch (error) {
    if (!isInstalled()) throw error
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

function readDeclarations(framework: string): Published {
  const text = readFileSync(fileOf(framework), 'utf8')
  const bodies = new Map<string, string>()
  for (const [, name = '', body = ''] of text.matchAll(
    /^declare (?:const enum|class|interface|var) (\w+)[^{\n]*\{\n([\s\S]*?)^\}/gm,
  )) {
    bodies.set(name, `${bodies.get(name) ?? ''}\n${body}`)
  }
  return { text, bodies }
}
