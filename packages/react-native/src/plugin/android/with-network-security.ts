import { AndroidConfig, withAndroidManifest } from '@expo/config-plugins'
import { invalid } from '../checks.ts'
import type { ExpoConfig } from '../expo-config.ts'
import type { CertificatePins } from '../pins.ts'
import { developmentConfiguration, securedConfiguration } from './network-security-config.ts'
import { type HostKeys, hostsOfLastTime, setPinsMetadata } from './pins-metadata.ts'
import { resourceName, type XmlDocument, type XmlResources, xmlResources } from './resources.ts'

const attribute = 'android:networkSecurityConfig'
const ownName = 'keybound_network_security_config'
/** Builds that load their code from Metro. Their resources take the place of those in `main`. */
const developmentBuilds = ['debug', 'debugOptimized']

/**
 * Permits no cleartext and pins the hosts, for every connection of the app, and tells the module the pins. An app's own
 * configuration stays; hosts that were pinned last time and are listed no more are not.
 */
export function withNetworkSecurity(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withAndroidManifest(app, async (config) => {
    const { $: attributes } = AndroidConfig.Manifest.getMainApplicationOrThrow(config.modResults)
    const { platformProjectRoot, introspect } = config.modRequest
    attributes[attribute] ??= `@xml/${ownName}`
    // For scanners: since API 24 the configuration decides, also for builds of development.
    attributes['android:usesCleartextTraffic'] = 'false'
    const name = resourceName(attributes[attribute])
    if (!introspect) await write(platformProjectRoot, name, pins, hostsOfLastTime(config.modResults))
    setPinsMetadata(config.modResults, pins)
    return config
  })
}

async function write(
  androidFolder: string,
  name: string | undefined,
  pins: CertificatePins | undefined,
  before: readonly HostKeys[],
): Promise<void> {
  const main = xmlResources(androidFolder, 'main')
  if (name === ownName) {
    await put(main, name, securedConfiguration(undefined, pins))
    for (const build of developmentBuilds) {
      await put(xmlResources(androidFolder, build), name, developmentConfiguration(pins))
    }
    return
  }
  const given = name === undefined ? undefined : await main.read(name)
  if (name === undefined || given === undefined) {
    throw invalid(
      `Unexpected ${attribute} "${name ?? 'without @xml/'}", which is no file in res/xml of this app, expected one. ` +
        'Copy it there, so that the pins can be added to it, or remove the attribute.',
    )
  }
  await put(main, name, securedConfiguration(given, pins, before))
}

/** Writes only what differs, so that a file of the app keeps its form where nothing is to be done. */
async function put(files: XmlResources, name: string, document: XmlDocument): Promise<void> {
  const found = await files.read(name)
  if (JSON.stringify(found) !== JSON.stringify(document)) await files.write(name, document)
}
