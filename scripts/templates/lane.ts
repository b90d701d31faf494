import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packPackages } from '../pack.ts'
import { copyBank, makeBareApp, makeExpoApp } from './apps.ts'
import { type Expected, nativeFaults } from './native-faults.ts'
import { run } from './run.ts'

const source = { NODE_OPTIONS: '--conditions=keybound-source' }

/**
 * `npm run test:templates`: new apps from the templates of Expo and of React Native install the packed packages, take the
 * plugin, type-check, and bundle for every platform; their native projects, and the bank's, are checked after the MASTG.
 * Needs npm's registry, or what of it is in npm's cache.
 */
async function main(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'keybound-templates-'))
  try {
    for (const [name, step] of steps(work)) await timed(name, step)
    return 0
  } catch (error) {
    console.log(error instanceof Error ? error.message : error)
    return 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

type Step = readonly [name: string, step: () => void | Promise<void>]

function steps(work: string): readonly Step[] {
  const [expo, bare, bank] = [join(work, 'expo'), join(work, 'bare'), join(work, 'bank')]
  let packed: ReturnType<typeof packPackages> = []
  const pinned = { hosts: ['api.bank.example'], schemes: [] }
  return [
    [
      'pack the packages',
      () => {
        packed = packPackages(join(work, 'tarballs'))
      },
    ],
    ['Expo: a new app installs them', () => makeExpoApp(expo, packed)],
    ['Expo: it type-checks', () => void tool(expo, 'tsc', '--noEmit')],
    [
      'Expo: prebuild makes both native projects, without a fault',
      () => prebuild(expo, { ...pinned, schemes: helloSchemes }),
    ],
    [
      'Expo: autolinking finds the module',
      () =>
        autolinked(
          expo,
          'expo-modules-autolinking',
          'react-native-config',
          '--json',
          '--platform',
          'android',
        ),
    ],
    ['Expo: it bundles for Android, iOS and web', () => exportApp(expo)],
    ['bare: a new app installs them', () => makeBareApp(bare, packed)],
    ['bare: it type-checks', () => void tool(bare, 'tsc', '--noEmit')],
    ['bare: the command configures both native projects, without a fault', () => configure(bare, pinned)],
    ['bare: autolinking finds the module', () => autolinked(bare, 'react-native', 'config')],
    ['bare: it bundles for Android and iOS', () => bundle(bare)],
    ['bank: prebuild makes both native projects, without a fault', () => prebuildBank(bank)],
    ['bank: it bundles for Android and iOS', () => exportApp(bank, ['android', 'ios'], source)],
  ]
}

/** The scheme of app.json, and the one that Expo makes of the app's id. */
const helloSchemes = ['hello', 'com.example.hello']

async function timed(name: string, step: Step[1]): Promise<void> {
  const started = performance.now()
  let passed = false
  try {
    await step()
    passed = true
  } finally {
    console.log(
      `${passed ? 'pass' : 'FAIL'}  ${name}  (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    )
  }
}

/** A command that the app itself has installed. */
function tool(folder: string, name: string, ...args: string[]): string {
  return run(folder, join(folder, 'node_modules/.bin', name), args)
}

async function prebuild(folder: string, expected: Expected, env = {}): Promise<void> {
  run(folder, join(folder, 'node_modules/.bin/expo'), ['prebuild', '--no-install'], env)
  await faultless(folder, expected)
}

async function prebuildBank(folder: string): Promise<void> {
  copyBank(folder)
  await prebuild(folder, { hosts: [], schemes: ['keybound-bank', 'dev.keybound.bank'] }, source)
}

async function configure(folder: string, expected: Expected): Promise<void> {
  tool(folder, 'keybound-native', 'apply')
  tool(folder, 'keybound-native', 'check')
  await faultless(folder, expected)
}

async function faultless(folder: string, expected: Expected): Promise<void> {
  const found = await nativeFaults(folder, expected)
  if (found.length > 0) throw new Error(`Unexpected faults in ${folder}:\n${found.join('\n')}`)
}

/** The generated list of packages is Java: it names the class of ours by its package. */
function autolinked(folder: string, command: string, ...args: string[]): void {
  const printed = tool(folder, command, ...args)
  const wanted = 'import dev.keybound.reactnative.KeyboundPackage;'
  if (!printed.includes(wanted)) throw new Error(`Unexpected list without "${wanted}":\n${printed}`)
}

function exportApp(folder: string, platforms = ['android', 'ios', 'web'], env = {}): void {
  const chosen = platforms.flatMap((platform) => ['--platform', platform])
  run(folder, join(folder, 'node_modules/.bin/expo'), ['export', '--output-dir', 'dist', ...chosen], env)
  for (const platform of platforms) {
    const bundles = globSync(`dist/_expo/static/js/${platform}/*`, { cwd: folder })
    if (bundles.length === 0) throw new Error(`Unexpected export without a bundle for ${platform}.`)
  }
}

function bundle(folder: string): void {
  for (const platform of ['android', 'ios']) {
    const output = `${platform}.bundle.js`
    const options = ['--dev', 'false', '--entry-file', 'index.js', '--bundle-output', output]
    tool(folder, 'react-native', 'bundle', '--platform', platform, ...options)
    if (globSync(output, { cwd: folder }).length === 0) throw new Error(`Unexpected absence of ${output}.`)
  }
}

process.exitCode = await main()
