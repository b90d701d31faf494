import { invalid } from '../checks.ts'
import type { CertificatePins, PinnedHost } from '../pins.ts'
import { children, type XmlDocument, type XmlElement } from './resources.ts'

const root = 'network-security-config'

/**
 * Android's network security configuration without cleartext, and with the pins: the app's, or a new one.
 *
 * No `expiration` is written: Android stops pinning after it, and opens. Expired pins stay, and the module refuses.
 * Throws `configuration_invalid` where the app's own configuration contradicts it.
 */
export function securedConfiguration(
  given: XmlDocument | undefined,
  pins: CertificatePins | undefined,
): XmlDocument {
  const own = given?.[root]
  const before: XmlElement = typeof own === 'object' ? own : {}
  return {
    [root]: {
      ...before,
      'base-config': [withoutCleartext(children(before, 'base-config')[0])],
      ...withHosts(children(before, 'domain-config'), pins?.hosts ?? []),
    },
  }
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
  if (base?.$?.cleartextTrafficPermitted === 'true') {
    throw invalid(
      'Unexpected cleartextTrafficPermitted="true" in the base-config of the app’s network security configuration, ' +
        'expected none. Remove it; permit single hosts of development in a domain-config instead.',
    )
  }
  return { ...base, $: { ...base?.$, cleartextTrafficPermitted: 'false' } }
}

function withHosts(given: readonly XmlElement[], hosts: readonly PinnedHost[]): Record<string, XmlElement[]> {
  const all = hosts.reduce(withHost, given)
  return all.length === 0 ? {} : { 'domain-config': [...all] }
}

/** The configurations of domains with the one of this host set; a host that is listed among others is refused. */
function withHost(given: readonly XmlElement[], pinned: PinnedHost): readonly XmlElement[] {
  const { host, keys } = pinned
  const at = given.findIndex((config) => domainsOf(config).includes(host))
  const own = given[at]
  if (own !== undefined && (domainsOf(own).length > 1 || own.$?.cleartextTrafficPermitted === 'true')) {
    throw invalid(
      `Unexpected ${host} in a domain-config of the app’s network security configuration with other hosts or with ` +
        'cleartext, expected one without. Give it one of its own, or take it out.',
    )
  }
  const pin = keys.map((key) => ({ $: { digest: 'SHA-256' }, _: key }))
  const config: XmlElement = {
    ...own,
    $: { ...own?.$, cleartextTrafficPermitted: 'false' },
    domain: [{ $: { includeSubdomains: 'false' }, _: host }],
    'pin-set': [{ pin }],
  }
  return own === undefined ? [...given, config] : given.with(at, config)
}

function domainsOf(config: XmlElement): readonly string[] {
  return children(config, 'domain').map(({ _: name = '' }) => name.trim().toLowerCase())
}
