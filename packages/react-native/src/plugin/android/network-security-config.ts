import { invalid } from '../checks.ts'
import type { CertificatePins, PinnedHost } from '../pins.ts'
import { refuseBypass, withHost, withoutHost } from './domain-configs.ts'
import type { HostKeys } from './pins-metadata.ts'
import { children, isOn, type XmlDocument, type XmlElement } from './resources.ts'

const root = 'network-security-config'

/**
 * Android's network security configuration without cleartext, and with the pins: the app's, or a new one. Pins of last
 * time (`before`) that are listed no more are taken out.
 *
 * No `expiration` is written: Android stops pinning after it, and opens. Expired pins stay, and the module refuses.
 * `debug-overrides` stays as it is: Android looks at it only in builds that a debugger may attach to.
 * Throws `configuration_invalid` where the app's own configuration contradicts it.
 */
export function securedConfiguration(
  given: XmlDocument | undefined,
  pins: CertificatePins | undefined,
  before: readonly HostKeys[] = [],
): XmlDocument {
  const found = given?.[root]
  const own: XmlElement = typeof found === 'object' ? found : {}
  const base = children(own, 'base-config')[0]
  const hosts = pins?.hosts ?? []
  if (hosts.length > 0) refuseBypass(base, 'base-config')
  const gone = before.filter(({ host }) => !hosts.some((pinned) => pinned.host === host))
  const domains = withHosts(gone.reduce(withoutHost, children(own, 'domain-config')), hosts)
  const { 'domain-config': _, ...others } = own
  // With domains the app's order stays: a file in which nothing is to be done is not written anew.
  const rest = 'domain-config' in domains ? own : others
  return { [root]: { ...rest, 'base-config': [withoutCleartext(base)], ...domains } }
}

/**
 * The same for builds that load their code from the developer's machine, at whatever address that has in the local
 * network: cleartext, but the pins.
 */
export function developmentConfiguration(pins: CertificatePins | undefined): XmlDocument {
  return {
    [root]: {
      'base-config': [{ $: { cleartextTrafficPermitted: 'true' } }],
      ...withHosts([], pins?.hosts ?? []),
    },
  }
}

function withoutCleartext(base: XmlElement | undefined): XmlElement {
  if (isOn(base?.$?.cleartextTrafficPermitted)) {
    throw invalid(
      `Unexpected cleartextTrafficPermitted="${base?.$?.cleartextTrafficPermitted}" in the base-config of the ` +
        'app’s network security configuration, expected "false" or none. Remove it; permit single hosts of ' +
        'development in a domain-config instead.',
    )
  }
  return { ...base, $: { ...base?.$, cleartextTrafficPermitted: 'false' } }
}

function withHosts(given: readonly XmlElement[], hosts: readonly PinnedHost[]): Record<string, XmlElement[]> {
  const all = hosts.reduce<readonly XmlElement[]>(withHost, given)
  return all.length === 0 ? {} : { 'domain-config': [...all] }
}
