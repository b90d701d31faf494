import { withInfoPlist } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'
import type { CertificatePins, PinnedHost } from '../pins.ts'
import { type TransportSecurity, transportSecurity } from './transport-security.ts'

/**
 * Pins the hosts for every connection of the app (NSPinnedDomains), and tells the module the last day on which the pins
 * hold: iOS knows no expiry, the module refuses. Domains that the app pins itself stay; those that the plugin pinned
 * (`KeyboundPinnedHosts`) go when they are listed no more.
 */
export function withPinnedDomains(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withInfoPlist(app, (config) => {
    const { KeyboundPinnedHosts: before } = config.modResults
    const hosts = pins?.hosts ?? []
    const security = transportSecurity(config.modResults)
    // What app.json pins is the app's own, also where it is a host that the plugin pinned before.
    const own = (config.modRawConfig.ios?.infoPlist?.NSAppTransportSecurity ?? {}) as TransportSecurity
    const isGone = ([name, entry]: [string, unknown]) =>
      Array.isArray(before) &&
      before.includes(name) &&
      hosts.every(({ host }) => host !== name) &&
      own.NSPinnedDomains?.[name] === undefined &&
      isOfOurForm(entry)
    const found = Object.entries(security.NSPinnedDomains ?? {})
    const kept = found.filter((entry) => !isGone(entry))
    const all = [...kept, ...hosts.map((pinned) => [pinned.host, domain(pinned)] as const)]
    if (all.length > 0) security.NSPinnedDomains = Object.fromEntries(all)
    else if (found.length > 0) delete security.NSPinnedDomains

    delete config.modResults.KeyboundPinExpiry
    delete config.modResults.KeyboundPinnedHosts
    if (pins === undefined) return config
    config.modResults.KeyboundPinExpiry = pins.expires
    config.modResults.KeyboundPinnedHosts = hosts.map(({ host }) => host)
    return config
  })
}

/** Whether an entry looks as `domain` makes it: another form was put in its place by the app. */
function isOfOurForm(entry: unknown): boolean {
  const { NSIncludesSubdomains, ...identities } = Object(entry) as Readonly<Record<string, unknown>>
  return NSIncludesSubdomains === false && Object.keys(identities).length === 1
}

function domain({ keys, of }: PinnedHost): Readonly<Record<string, unknown>> {
  const identities = keys.map((key) => ({ 'SPKI-SHA256-BASE64': key }))
  const kind = of === 'authority' ? 'NSPinnedCAIdentities' : 'NSPinnedLeafIdentities'
  return { NSIncludesSubdomains: false, [kind]: identities }
}
