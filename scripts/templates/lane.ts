import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../packages.ts'
import { copyBank, makeBareApp, makeExpoApp } from './apps.ts'
import { type Expected, nativeFaults } from './native-faults.ts'
import { run } from './run.ts'

const source = { NODE_OPTIONS: '--conditions=keybound-source' }

/**
 * `npm run test:templates`: new apps from the templates of Expo and of React Native install the packed packages, take the
 * plugin, type-check, and bundle for every platform; their native projects, and the bank's, are checked after the MASTG.
 * Needs npm's registry, or what of it is in npm's cache; which versions come from there the lock files say.
 */
async function main(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'keybound-templates-'))
  try {
    const bank = attempt(ofBank(join(work, 'bank')))
    const tarballs = join(work, 'tarballs')
    const packing = attempt([['pack the packages', () => run(root, 'node', ['scripts/pack.ts', tarballs])]])
    const apps = (await packing)
      ? [ofExpo(join(work, 'expo'), tarballs), ofBare(join(work, 'bare'), tarballs)]
      : []
    const passed = await Promise.all([bank, packing, ...apps.map(attempt)])
    return passed.every(Boolean) ? 0 : 1
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

type Step = readonly [name: string, step: () => unknown]

/** Takes steps one after the other until one fails. Three apps are made beside each other: each waits for much. */
async function attempt(steps: readonly Step[]): Promise<boolean> {
  for (const [name, step] of steps) {
    const started = performance.now()
    const seconds = () => `(${((performance.now() - started) / 1000).toFixed(1)} s)`
    try {
      await step()
      console.log(`pass  ${name}  ${seconds()}`)
    } catch (error) {
      console.log(`FAIL  ${name}  ${seconds()}\n${error instanceof Error ? error.message : error}`)
      return false
    }
  }
  return true
}

const pinned: Expected = { hosts: ['api.bank.example'], schemes: [] }

/** The scheme of app.json, and the one that Expo makes of the app's id. */
const helloSchemes = ['hello', 'com.example.hello']

function ofExpo(app: string, tarballs: string): readonly Step[] {
  const autolinking = ['react-native-config', '--json', '--platform', 'android']
  return [
    ['Expo: a new app installs them', () => makeExpoApp(app, tarballs)],
    ['Expo: it type-checks', () => tool(app, 'tsc', '--noEmit')],
    [
      'Expo: prebuild makes both native projects, without a fault',
      () => prebuild(app, { ...pinned, schemes: helloSchemes }),
    ],
    ['Expo: autolinking finds the module', () => autolinked(app, 'expo-modules-autolinking', ...autolinking)],
    ['Expo: it bundles for Android, iOS and web', () => exportApp(app)],
  ]
}

function ofBare(app: string, tarballs: string): readonly Step[] {
  return [
    ['bare: a new app installs them', () => makeBareApp(app, tarballs)],
    ['bare: it type-checks', () => tool(app, 'tsc', '--noEmit')],
    ['bare: the command configures both native projects, without a fault', () => configure(app, pinned)],
    ['bare: autolinking finds the module', () => autolinked(app, 'react-native', 'config')],
    ['bare: it bundles for Android and iOS', () => bundle(app)],
  ]
}

function ofBank(app: string): readonly Step[] {
  return [
    ['bank: prebuild makes both native projects, without a fault', () => prebuildBank(app)],
    ['bank: it bundles for Android and iOS', () => exportApp(app, ['android', 'ios'], source)],
  ]
}

/** A command that the app itself has installed. */
function tool(folder: string, name: string, ...args: string[]): Promise<string> {
  return run(folder, join(folder, 'node_modules/.bin', name), args)
}

async function prebuild(folder: string, expected: Expected, env = {}): Promise<void> {
  await run(folder, join(folder, 'node_modules/.bin/expo'), ['prebuild', '--no-install'], env)
  await faultless(folder, expected)
}

async function prebuildBank(folder: string): Promise<void> {
  copyBank(folder)
  await prebuild(folder, { hosts: [], schemes: ['keybound-bank', 'dev.keybound.bank'] }, source)
}

async function configure(folder: string, expected: Expected): Promise<void> {
  await tool(folder, 'keybound-native', 'apply')
  await tool(folder, 'keybound-native', 'check')
  await faultless(folder, expected)
}

async function faultless(folder: string, expected: Expected): Promise<void> {
  const found = await nativeFaults(folder, expected)
  if (found.length > 0) throw new Error(`Unexpected faults in ${folder}:\n${found.join('\n')}`)
}

/** The generated list of packages is Java: it names the class of ours by its package. */
async function autolinked(folder: string, command: string, ...args: string[]): Promise<void> {
  const printed = await tool(folder, command, ...args)
  const wanted = 'import dev.keybound.reactnative.KeyboundPackage;'
  if (!printed.includes(wanted)) throw new Error(`Unexpected list without "${wanted}":\n${printed}`)
}

async function exportApp(folder: string, platforms = ['android', 'ios', 'web'], env = {}): Promise<void> {
  const chosen = platforms.flatMap((platform) => ['--platform', platform])
  const options = ['--output-dir', 'dist', '--max-workers', '1', ...chosen]
  await run(folder, join(folder, 'node_modules/.bin/expo'), ['export', ...options], env)
  for (const platform of platforms) {
    const bundles = globSync(`dist/_expo/static/js/${platform}/*`, { cwd: folder })
    if (bundles.length === 0) throw new Error(`Unexpected export without a bundle for ${platform}.`)
  }
}

/** Not minified, as React Native's own builds have it made for Hermes. */
async function bundle(folder: string): Promise<void> {
  for (const platform of ['android', 'ios']) {
    const output = `${platform}.bundle.js`
    const release = ['--dev', 'false', '--minify', 'false', '--max-workers', '1']
    const files = ['--entry-file', 'index.js', '--bundle-output', output]
    await tool(folder, 'react-native', 'bundle', '--platform', platform, ...release, ...files)
    if (globSync(output, { cwd: folder }).length === 0) throw new Error(`Unexpected absence of ${output}.`)
  }
}

process.exitCode = await main()
