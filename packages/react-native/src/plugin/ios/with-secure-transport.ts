import { withInfoPlist } from '@expo/config-plugins'
import { invalid } from '../checks.ts'
import type { ExpoConfig } from '../expo-config.ts'
import type { CertificatePins } from '../pins.ts'
import { transportSecurity } from './transport-security.ts'

/** Permits no cleartext, nor weak TLS, but to the developer's machine (NSAllowsLocalNetworking stays as it is). */
export function withSecureTransport(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withInfoPlist(app, (config) => {
    const security = transportSecurity(config.modResults)
    // Without a native project to look at, Expo assumes one that permits everything.
    if (security.NSAllowsArbitraryLoads && !config.modRequest.introspect) {
      throw invalid(
        'Unexpected NSAllowsArbitraryLoads in Info.plist, expected none: it permits every host cleartext. Remove it ' +
          'from ios.infoPlist of app.json, or from Info.plist, and except single hosts in NSExceptionDomains.',
      )
    }
    security.NSAllowsArbitraryLoads = false
    for (const { host } of pins?.hosts ?? []) {
      if (security.NSExceptionDomains?.[host]?.NSExceptionAllowsInsecureHTTPLoads) {
        throw invalid(
          `Unexpected cleartext to ${host} in NSExceptionDomains, expected none: it is pinned. Remove it.`,
        )
      }
    }
    return config
  })
}
