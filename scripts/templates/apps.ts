import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PackedPackage } from '../pack.ts'
import { root } from '../packages.ts'
import { run } from './run.ts'

/** The one matrix of versions: what the bank is made with. Of Expo's templates, the one for that Expo. */
const bank = readJson(join(root, 'apps/bank/package.json')).dependencies ?? {}
const blankTemplate = 'expo-template-blank-typescript@57.0.28'
const bareTemplate = `@react-native-community/template@${bank['react-native']}`

/** What an app of the guide installs. */
const ours = ['protocol', 'client', 'phone', 'react', 'react-native'].map((name) => `@keybound/${name}`)

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
export function makeExpoApp(folder: string, packed: readonly PackedPackage[]): void {
  unpack(blankTemplate, folder)
  edit(join(folder, 'package.json'), (manifest) => {
    manifest.dependencies = {
      ...manifest.dependencies,
      ...tarballs(packed),
      // The template names ranges; the versions of the matrix are what is to be shown to work.
      ...pick(bank, [
        'expo',
        'react',
        'react-native',
        'react-dom',
        'react-native-web',
        '@expo/metro-runtime',
      ]),
    }
  })
  edit(join(folder, 'app.json'), ({ expo = {} }) => {
    Object.assign(expo, { scheme: 'hello', plugins: [['@keybound/react-native', pluginOptions]] })
    expo.ios = { ...expo.ios, bundleIdentifier: 'com.example.hello' }
    expo.android = { ...expo.android, package: 'com.example.hello' }
  })
  install(folder)
}

/** A new app from the template of React Native, with the packed packages and the app of the guide. */
export function makeBareApp(folder: string, packed: readonly PackedPackage[]): void {
  const unpacked = `${folder}-template`
  unpack(bareTemplate, unpacked)
  renameSync(join(unpacked, 'template'), folder)
  rmSync(unpacked, { recursive: true })
  rmSync(join(folder, '__tests__'), { recursive: true })
  edit(join(folder, 'package.json'), (manifest) => {
    manifest.dependencies = { ...manifest.dependencies, ...tarballs(packed) }
    // Linters and test runners of the template build nothing.
    const tools = /eslint|jest-preset|^jest$|prettier|test-renderer/
    const kept = Object.entries(manifest.devDependencies ?? {}).filter(([name]) => !tools.test(name))
    const plugins = readJson(join(root, 'package.json')).devDependencies?.['@expo/config-plugins'] ?? ''
    manifest.devDependencies = { ...Object.fromEntries(kept), '@expo/config-plugins': plugins }
  })
  edit(join(folder, 'app.json'), (app) => Object.assign(app, { keybound: pluginOptions }))
  install(folder)
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

function tarballs(packed: readonly PackedPackage[]): Record<string, string> {
  const chosen = packed.filter(({ name }) => ours.includes(name))
  return Object.fromEntries(chosen.map(({ name, tarball }) => [name, `file:${tarball}`]))
}

/** Brings a template from npm. */
function unpack(template: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const printed = run(folder, 'npm', ['pack', '--json', '--prefer-offline', template])
  // npm 10 prints a list, npm 11 an object by name.
  const [report] = Object.values(JSON.parse(printed) as Record<string, { readonly filename: string }>)
  const archive = join(folder, report?.filename ?? '')
  run(folder, 'tar', ['xzf', archive, '--strip-components=1'])
  rmSync(archive)
}

function install(folder: string): void {
  cpSync(join(root, 'test/templates/app.tsx'), join(folder, 'App.tsx'))
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock']
  run(folder, 'npm', ['install', ...options])
}
