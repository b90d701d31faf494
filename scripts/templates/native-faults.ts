import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type AndroidConfig, XML } from '@expo/config-plugins'
import type plistModule from '@expo/plist'

const { default: plist } = createRequire(import.meta.url)('@expo/plist') as typeof plistModule

/** What native projects must say besides what all must. */
export interface Expected {
  /** Hosts that are pinned. */
  readonly hosts: readonly string[]
  /** Schemes of links that the app takes; any other is a fault. */
  readonly schemes: readonly string[]
}

/**
 * What is wrong with the native projects of an app, one sentence each with the rule of the OWASP MASTG; none when all is
 * well. Looks at what a release is made of, so not at the source sets of development.
 */
export async function nativeFaults(folder: string, expected: Expected): Promise<readonly string[]> {
  return [...(await androidFaults(folder, expected)), ...iosFaults(folder, expected)]
}

type Application = AndroidConfig.Manifest.ManifestApplication
type Component = {
  readonly $: Readonly<Record<string, string | undefined>>
  readonly 'intent-filter'?: AndroidConfig.Manifest.ManifestIntentFilter[]
}

async function androidFaults(folder: string, { hosts, schemes }: Expected): Promise<readonly string[]> {
  const main = join(folder, 'android/app/src/main')
  const manifest = (await XML.readXMLAsync({
    path: join(main, 'AndroidManifest.xml'),
  })) as unknown as AndroidConfig.Manifest.AndroidManifest
  const [application] = manifest.manifest.application ?? []
  if (!application) return ['The manifest has no application.']
  const { $: attributes } = application
  const resource = (name: string) => {
    const path = join(main, 'res', `${(attributes[name] ?? '').replace('@', '')}.xml`)
    return attributes[name] !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const network = resource('android:networkSecurityConfig')
  const pins = metadataOf(application)['dev.keybound.pins'] ?? ''
  return faults([
    [attributes['android:debuggable'] === 'true', 'the release can be debugged', '0226'],
    [attributes['android:usesCleartextTraffic'] !== 'false', 'cleartext is not off in the manifest', '0235'],
    [!/<base-config[^>]*cleartextTrafficPermitted="false"/.test(network), 'cleartext is not off', '0235'],
    [/cleartextTrafficPermitted="true"/.test(network), 'cleartext is permitted somewhere', '0235'],
    [/<certificates[^>]*src="user"/.test(network), 'certificates of the user are trusted', '0286'],
    [/<pin-set[^>]*expiration/.test(network), 'Android stops pinning on a day, and opens', '0243'],
    ...hosts.flatMap((host) => [
      [!pinsOf(network, host), `${host} is not pinned with a backup`, '0242'] as const,
      [!pins.includes(`;${host} `), `the module does not know the pins of ${host}`, '0242'] as const,
    ]),
    [
      hosts.length > 0 && !/^expires=\d+;/.test(pins),
      'the module does not know until when pins hold',
      '0243',
    ],
    [
      !resource('android:fullBackupContent').includes('no_backup/keybound/'),
      'backups take our files',
      '0262',
    ],
    ...['cloud-backup', 'device-transfer'].map(
      (way) =>
        [!leavesOut(resource('android:dataExtractionRules'), way), `${way} takes our files`, '0262'] as const,
    ),
    ...componentFaults(application, schemes),
  ])
}

function metadataOf(application: Application): Readonly<Record<string, string | undefined>> {
  const entries = application['meta-data'] ?? []
  return Object.fromEntries(entries.map(({ $ }) => [$['android:name'], $['android:value']]))
}

/** Whether a host has a pin and a backup. */
function pinsOf(network: string, host: string): boolean {
  const config = network
    .split('<domain-config')
    .find((part) => part.includes(`>${host}</domain>`))
    ?.split('</domain-config>')[0]
  return (config?.match(/<pin digest="SHA-256">[A-Za-z0-9+/]{43}=<\/pin>/g) ?? []).length >= 2
}

function leavesOut(rules: string, way: string): boolean {
  const section = rules.split(`<${way}`)[1]?.split(`</${way}>`)[0]
  return section?.includes('path="no_backup/keybound/"') ?? false
}

type Finding = readonly [isFault: boolean, what: string, rule: string]

/** Only the activity that the launcher starts may be reached by others; links have schemes that are expected. */
function componentFaults(application: Application, schemes: readonly string[]): readonly Finding[] {
  const kinds = ['activity', 'activity-alias', 'service', 'receiver', 'provider'] as const
  const components = kinds.flatMap(
    (kind) => (application as unknown as Record<string, Component[]>)[kind] ?? [],
  )
  return components.flatMap(({ $, 'intent-filter': filters = [] }) => {
    const name = $['android:name'] ?? ''
    const launched = filters.some(({ category = [] }) =>
      category.some((one) => one.$['android:name'] === 'android.intent.category.LAUNCHER'),
    )
    const links = filters.flatMap(({ $: filter, data = [] }) =>
      data.map((one) => [one.$['android:scheme'] ?? '', filter?.['android:autoVerify']] as const),
    )
    return [
      [
        $['android:exported'] === 'true' && !launched,
        `${name} can be started by other apps`,
        '0364',
      ] as const,
      [
        filters.length > 0 && $['android:exported'] === undefined,
        `${name} does not say whether`,
        '0364',
      ] as const,
      ...links.map(
        ([scheme, verified]) =>
          [
            !schemes.includes(scheme) || (scheme === 'https' && verified !== 'true') || scheme === 'http',
            `${name} takes links of ${scheme} that are not expected, or not verified`,
            '0393',
          ] as const,
      ),
    ]
  })
}

interface Transport {
  readonly NSAllowsArbitraryLoads?: boolean
  readonly NSAllowsArbitraryLoadsInWebContent?: boolean
  readonly NSAllowsArbitraryLoadsForMedia?: boolean
  readonly NSPinnedDomains?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

function iosFaults(folder: string, { hosts, schemes }: Expected): readonly string[] {
  const [path] = globSync('ios/*/Info.plist', { cwd: folder })
  if (path === undefined) return ['There is no Info.plist.']
  const info = plist.parse(readFileSync(join(folder, path), 'utf8')) as Readonly<Record<string, unknown>>
  const transport = (info.NSAppTransportSecurity ?? {}) as Transport
  const types = (info.CFBundleURLTypes ?? []) as readonly {
    readonly CFBundleURLSchemes?: readonly string[]
  }[]
  const foreign = types
    .flatMap((type) => type.CFBundleURLSchemes ?? [])
    .filter((one) => !schemes.includes(one))
  return faults([
    [!/\S/.test(String(info.NSFaceIDUsageDescription ?? '')), 'Face ID has no usage text', '0266'],
    [transport.NSAllowsArbitraryLoads === true, 'cleartext is not off', '0322'],
    [transport.NSAllowsArbitraryLoadsInWebContent === true, 'cleartext is not off in web views', '0322'],
    [transport.NSAllowsArbitraryLoadsForMedia === true, 'cleartext is not off for media', '0322'],
    ...hosts.map((host): Finding => {
      const pins = Object.values(transport.NSPinnedDomains?.[host] ?? {}).find(Array.isArray) ?? []
      return [pins.length < 2, `${host} is not pinned with a backup`, '0385']
    }),
    [
      hosts.length > 0 && !/^\d{4}-\d{2}-\d{2}$/.test(String(info.KeyboundPinExpiry)),
      'the module does not know until when pins hold',
      '0385',
    ],
    [foreign.length > 0, `links of ${foreign.join(', ')} are taken`, '0395'],
  ]).map((fault) => `iOS: ${fault}`)
}

function faults(found: readonly Finding[]): readonly string[] {
  return found.filter(([isFault]) => isFault).map(([, what, rule]) => `${what} (MASTG-TEST-${rule})`)
}
