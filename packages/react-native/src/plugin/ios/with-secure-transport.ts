import { withInfoPlist } from '@expo/config-plugins'
import { invalid } from '../checks.ts'
import type { ExpoConfig } from '../expo-config.ts'
import type { CertificatePins } from '../pins.ts'
import { type TransportException, type TransportSecurity, transportSecurity } from './transport-security.ts'

/** Each permits every host cleartext, to the whole app or to a part of it. */
const forAllHosts = [
  'NSAllowsArbitraryLoads',
  'NSAllowsArbitraryLoadsInWebContent',
  'NSAllowsArbitraryLoadsForMedia',
] as const

/** Under the names of today, and under those that the first documentation of iOS 9 had besides. */
const cleartext = /^NS(ThirdParty|Temporary)?ExceptionAllowsInsecureHTTPLoads$/
const minimumTls = /^NS(ThirdParty|Temporary)?ExceptionMinimumTLSVersion$/

/** Permits no cleartext, nor weak TLS, but to the developer's machine (NSAllowsLocalNetworking stays as it is). */
export function withSecureTransport(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withInfoPlist(app, (config) => {
    const security = transportSecurity(config.modResults)
    const found = forAllHosts.find((key) => security[key])
    // Without a native project to look at, Expo assumes one that permits everything.
    if (found !== undefined && !config.modRequest.introspect) {
      throw invalid(
        `Unexpected ${found} in Info.plist, expected none: it permits every host cleartext. Remove it ` +
          'from ios.infoPlist of app.json, or from Info.plist, and except single hosts in NSExceptionDomains.',
      )
    }
    security.NSAllowsArbitraryLoads = false
    for (const { host } of pins?.hosts ?? []) refuseExceptions(security, host)
    return config
  })
}

/** Refuses what would let a pinned host speak cleartext or weak TLS, said of it or of a domain above it. */
function refuseExceptions({ NSExceptionDomains: exceptions = {} }: TransportSecurity, host: string): void {
  for (const [domain, exception] of Object.entries(exceptions)) {
    const fault = exception && covers(domain.toLowerCase(), exception, host) && faultOf(exception)
    if (!fault) continue
    throw invalid(
      `Unexpected ${fault} of ${domain} in NSExceptionDomains, expected none: it covers ${host}, which is pinned. ` +
        'Remove it from ios.infoPlist of app.json, or from Info.plist, or name the other hosts one by one.',
    )
  }
}

function covers(domain: string, { NSIncludesSubdomains }: TransportException, host: string): boolean {
  return domain === host || (Boolean(NSIncludesSubdomains) && host.endsWith(`.${domain}`))
}

/** The first key that weakens the transport. */
function faultOf(exception: TransportException): string | undefined {
  for (const [key, value] of Object.entries(exception)) {
    if (cleartext.test(key) && value) return key
    // RFC 8996 §4 and §5: TLS 1.0 and 1.1 must not be used.
    if (minimumTls.test(key) && value !== 'TLSv1.2' && value !== 'TLSv1.3') return `${key} ${value}`
  }
  return undefined
}
