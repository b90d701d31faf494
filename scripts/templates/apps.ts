import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../packages.ts'
import { run } from './run.ts'

/** The one matrix of versions: what the bank is made with. Of Expo's templates, the one for that Expo. */
const bank = readJson(join(root, 'apps/bank/package.json')).dependencies ?? {}
const blankTemplate = 'expo-template-blank-typescript@57.0.28'

/** What an app of the guide installs. */
const ours = ['protocol', 'client', 'phone', 'react', 'react-native']

/** Options of the plugin, as the guide has them; the keys are those of nobody. */
export const pluginOptions = {
  faceIdText: 'Sign in and approve payments with your face.',
  pins: {
    expires: '2099-12-31',
    hosts: [
      {
        host: 'api.bank.example',
        keys: ['a', 'b'].map((letter) => Buffer.from(letter.repeat(32)).toString('base64')),
      },
    ],
  },
}

/** A new app from Expo's blank TypeScript template, with the packed packages, the app of the guide, and the plugin. */
export async function makeExpoApp(folder: string, tarballs: string): Promise<void> {
  await unpackExpoTemplate(folder)
  edit(join(folder, 'app.json'), ({ expo = {} }) => {
    Object.assign(expo, { scheme: 'hello', plugins: [['@keybound/react-native', pluginOptions]] })
    expo.ios = { ...expo.ios, bundleIdentifier: 'com.example.hello' }
    expo.android = { ...expo.android, package: 'com.example.hello' }
  })
  await install(folder, 'expo', tarballs)
}

/** A new app from the template of React Native, with the packed packages and the app of the guide. */
export async function makeBareApp(folder: string, tarballs: string): Promise<void> {
  copyBareTemplate(folder)
  edit(join(folder, 'app.json'), (app) => Object.assign(app, { keybound: pluginOptions }))
  await install(folder, 'bare', tarballs)
}

/** Expo's template, whose ranges give way to the versions of the matrix: those are what is to be shown to work. */
export async function unpackExpoTemplate(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const printed = await run(folder, 'npm', ['pack', '--json', '--prefer-offline', blankTemplate])
  // npm 10 prints a list, npm 11 an object by name.
  const [report] = Object.values(JSON.parse(printed) as Record<string, { readonly filename: string }>)
  const archive = join(folder, report?.filename ?? '')
  await run(folder, 'tar', ['xzf', archive, '--strip-components=1'])
  rmSync(archive)
  const matrix = ['expo', 'react', 'react-native', 'react-dom', 'react-native-web', '@expo/metro-runtime']
  edit(join(folder, 'package.json'), (manifest) => {
    manifest.dependencies = { ...manifest.dependencies, ...pick(bank, matrix) }
  })
}

/** React Native's template, which is installed beside our own tools, without linters and test runners: they build nothing. */
export function copyBareTemplate(folder: string): void {
  const template = join(root, 'node_modules/@react-native-community/template/template')
  cpSync(template, folder, { recursive: true, filter: (path) => !path.endsWith('/__tests__') })
  edit(join(folder, 'package.json'), (manifest) => {
    const tools = /eslint|jest-preset|^jest$|prettier|test-renderer/
    const kept = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => !tools.test(name))
    const plugins = readJson(join(root, 'package.json')).devDependencies?.['@expo/config-plugins'] ?? ''
    manifest.devDependencies = { ...Object.fromEntries(kept), '@expo/config-plugins': plugins }
  })
}

/** The bank as it stands in this checkout, without what was installed or built there; packages as they are written. */
export function copyBank(folder: string): void {
  const bankFolder = join(root, 'apps/bank')
  cpSync(bankFolder, folder, {
    recursive: true,
    filter: (path) => !/\/apps\/bank\/(node_modules|android|ios|dist|\.expo)$/.test(path),
  })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
}

interface Json {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  expo?: { ios?: object; android?: object }
  packages?: Record<string, { version?: string }>
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}

function edit(path: string, change: (json: Json) => void): void {
  const json = readJson(path)
  change(json)
  writeFileSync(path, JSON.stringify(json, null, 2))
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? '']))
}

/** Ours among the packed packages of a folder. */
function packed(tarballs: string): Record<string, string> {
  return Object.fromEntries(
    ours.map((name) => {
      const [file = ''] = globSync(`keybound-${name}-[0-9]*.tgz`, { cwd: tarballs })
      return [`@keybound/${name}`, `file:${join(tarballs, file)}`]
    }),
  )
}

/** Templates that have a lock file. */
export type Template = 'expo' | 'bare'

/** What an app of a template had installed when its lock file was made, less what is ours. */
export const lockOf = (template: Template) => join(import.meta.dirname, `locks/${template}.json`)

/** Installs what the lock file of the template names, and the packed packages, which no lock file knows. */
async function install(folder: string, template: Template, tarballs: string): Promise<void> {
  cpSync(join(root, 'test/templates/app.tsx'), join(folder, 'App.tsx'))
  cpSync(lockOf(template), join(folder, 'package-lock.json'))
  edit(join(folder, 'package.json'), (manifest) => {
    manifest.dependencies = { ...manifest.dependencies, ...packed(tarballs) }
  })
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  await run(folder, 'npm', ['install', ...options])
  const foreign = strangers(join(folder, 'node_modules/.package-lock.json'), lockOf(template))
  if (foreign.length === 0) return
  const found = foreign.join(', ')
  throw new Error(
    `Unexpected ${found}, expected the versions of ${lockOf(template)}. Run npm run lock:templates.`,
  )
}

/** What is installed in another version than the lock file names, or that it does not name; ours aside. */
function strangers(installed: string, lock: string): readonly string[] {
  const [found, locked] = [installed, lock].map((file) => readJson(file).packages ?? {})
  return Object.entries(found ?? {})
    .filter(([place]) => !place.startsWith('node_modules/@keybound/'))
    .filter(([place, { version }]) => locked?.[place]?.version !== version)
    .map(([place, { version }]) => `${place.replace(/^node_modules\//, '')} ${version}`)
}
