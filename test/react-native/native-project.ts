import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type AndroidConfig, compileModsAsync, IOSConfig, XML } from '@expo/config-plugins'
import type plistModule from '@expo/plist'
import { type KeyboundPluginOptions, keyboundPlugin } from '../../packages/react-native/src/plugin/index.ts'
import { root } from '../../scripts/packages.ts'

const require = createRequire(import.meta.url)
const { default: plist } = require('@expo/plist') as typeof plistModule
/** Expo is what the bank is made with. */
const fromBank = createRequire(join(root, 'apps/bank/package.json'))

/** From which template a project is made: that of `npx expo prebuild`, or that of the bare React Native command. */
export type Template = 'expo' | 'bare'

/** 26 November 2026, for plugins that look at a clock. */
export const today = Date.UTC(2026, 10, 26)

/** Two keys as pins name them: base64 of 32 bytes. */
export const keys = ['x'.repeat(32), 'y'.repeat(32)].map((text) => Buffer.from(text).toString('base64'))

/** A native project in a folder of its own, thrown away by `remove`. */
export interface NativeProject {
  readonly folder: string
  /** Runs the plugin on it, as `expo prebuild` does. `config` is the app's own app.json. */
  apply(options?: KeyboundPluginOptions, config?: object, now?: number): Promise<void>
  /** The attributes of `<application>`, and its metadata by name. */
  manifest(): Promise<{ readonly attributes: Attributes; readonly metadata: Attributes }>
  editManifest(edit: (attributes: Record<string, string>) => void): Promise<void>
  plist(): Record<string, unknown>
  editPlist(edit: (plist: Record<string, unknown>) => void): void
  /** A file of `android/app/src`; undefined where there is none. */
  read(path: string): string | undefined
  write(path: string, text: string): void
  /** Every file that the plugin may write, with its text. */
  snapshot(): readonly (readonly [path: string, text: string])[]
  remove(): void
}

type Attributes = Readonly<Record<string, string | undefined>>

/** Unpacks a template as npm serves it. */
export function nativeProject(template: Template): NativeProject {
  const folder = mkdtempSync(join(tmpdir(), 'keybound-native-'))
  unpack(template, folder)
  const sources = join(folder, 'android/app/src')
  const manifestPath = join(sources, 'main/AndroidManifest.xml')
  const plistPath = IOSConfig.Paths.getInfoPlistPath(folder)
  const readManifest = async () =>
    (await XML.readXMLAsync({ path: manifestPath })) as unknown as AndroidConfig.Manifest.AndroidManifest
  const application = (manifest: AndroidConfig.Manifest.AndroidManifest) => {
    const [first] = manifest.manifest.application ?? []
    if (!first) throw new Error('Unexpected manifest without an application.')
    return first
  }
  const parsePlist = () => plist.parse(readFileSync(plistPath, 'utf8')) as Record<string, unknown>
  return {
    folder,
    async apply(options, config = {}, now = today) {
      const app = { name: 'HelloWorld', slug: 'hello', ...config, _internal: { projectRoot: folder } }
      await compileModsAsync(keyboundPlugin({ now: () => now })(app, options), { projectRoot: folder })
    },
    async manifest() {
      const found = application(await readManifest())
      const metadata = (found['meta-data'] ?? []).map(
        ({ $ }) => [$['android:name'], $['android:value']] as const,
      )
      return { attributes: found.$ as unknown as Attributes, metadata: Object.fromEntries(metadata) }
    },
    async editManifest(edit) {
      const manifest = await readManifest()
      edit(application(manifest).$ as unknown as Record<string, string>)
      await XML.writeXMLAsync({ path: manifestPath, xml: manifest })
    },
    plist: parsePlist,
    editPlist(edit) {
      const parsed = parsePlist()
      edit(parsed)
      writeFileSync(plistPath, plist.build(parsed))
    },
    read(path) {
      const file = join(sources, path)
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    },
    write(path, text) {
      mkdirSync(dirname(join(sources, path)), { recursive: true })
      writeFileSync(join(sources, path), text)
    },
    snapshot() {
      const paths = [
        ...globSync('android/app/src/**/*.xml', { cwd: folder }),
        ...globSync('ios/*/*.plist', { cwd: folder }),
      ]
      return paths.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')] as const)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function unpack(template: Template, folder: string): void {
  if (template === 'bare') {
    const manifest = require.resolve('@react-native-community/template/package.json')
    cpSync(join(dirname(manifest), 'template'), folder, { recursive: true })
    return
  }
  const archive = join(dirname(fromBank.resolve('expo/package.json')), 'template.tgz')
  const tar = spawnSync('tar', ['xzf', archive, '--strip-components=1', '-C', folder], { encoding: 'utf8' })
  if (tar.status !== 0) throw new Error(`tar cannot unpack ${archive}:\n${tar.stderr}`)
}
