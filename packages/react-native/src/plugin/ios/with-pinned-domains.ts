import { withInfoPlist } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'
import type { CertificatePins, PinnedHost } from '../pins.ts'
import { transportSecurity } from './transport-security.ts'

/**
 * Pins the hosts for every connection of the app (NSPinnedDomains), and tells the module the last day on which the pins
 * hold: iOS knows no expiry, the module refuses. Domains that the app pins itself stay.
 */
export function withPinnedDomains(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withInfoPlist(app, (config) => {
    delete config.modResults.KeyboundPinExpiry
    if (pins === undefined) return config
    config.modResults.KeyboundPinExpiry = pins.expires
    const security = transportSecurity(config.modResults)
    const ours = pins.hosts.map((pinned) => [pinned.host, domain(pinned)] as const)
    security.NSPinnedDomains = { ...security.NSPinnedDomains, ...Object.fromEntries(ours) }
    return config
  })
}

function domain({ keys, of }: PinnedHost): Readonly<Record<string, unknown>> {
  const identities = keys.map((key) => ({ 'SPKI-SHA256-BASE64': key }))
  const kind = of === 'authority' ? 'NSPinnedCAIdentities' : 'NSPinnedLeafIdentities'
  return { NSIncludesSubdomains: false, [kind]: identities }
}
