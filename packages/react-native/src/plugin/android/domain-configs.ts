import { invalid } from '../checks.ts'
import type { HostKeys } from './pins-metadata.ts'
import { children, isOn, type XmlElement } from './resources.ts'

const nested = 'domain-config'

/**
 * The `domain-config`s with the one of this host set, wherever it is nested. Throws `configuration_invalid` where the
 * app's own leave the pins without effect, or would pin other hosts too.
 */
export function withHost(given: readonly XmlElement[], { host, keys }: HostKeys): readonly XmlElement[] {
  const [path = [], ...others] = pathsTo(given, host)
  if (others.length > 0) {
    throw invalid(
      `Unexpected second domain ${host} in the app’s network security configuration, expected every host once: ` +
        'Android refuses the whole file otherwise. Remove one of them.',
    )
  }
  const own = path.at(-1)
  if (own !== undefined && (hasOtherHosts(own) || isOn(own.$?.cleartextTrafficPermitted))) {
    throw invalid(
      `Unexpected ${host} in a domain-config of the app’s network security configuration with other hosts or with ` +
        'cleartext, expected one without. Give it one of its own, or take it out.',
    )
  }
  // Anchors are inherited from every domain-config around; of those beside it Android takes only the closest name.
  for (const config of path) refuseBypass(config, `domain-config of ${host}`)
  const pin = keys.map((key) => ({ $: { digest: 'SHA-256' }, _: key }))
  const config: XmlElement = {
    ...own,
    $: { ...own?.$, cleartextTrafficPermitted: 'false' },
    domain: [{ $: { includeSubdomains: 'false' }, _: host }],
    'pin-set': [{ pin }],
  }
  return own === undefined ? [...given, config] : replaced(given, own, [config])
}

/** Without the pins that the plugin gave this host when it last ran. A `pin-set` with other keys is the app's own. */
export function withoutHost(given: readonly XmlElement[], { host, keys }: HostKeys): readonly XmlElement[] {
  const [path = [], ...others] = pathsTo(given, host)
  const own = path.at(-1)
  if (own === undefined || others.length > 0 || !isPinnedTo(own, keys)) return given
  const { 'pin-set': _, ...rest } = own
  // The plugin nests none, so what is nested is the app's, and may undo what the one around it says.
  return replaced(given, own, path.length === 1 && saysNothingMore(rest) ? [] : [rest])
}

/**
 * Refuses trust anchors with which Android does not look at pins (`overridePins`), and authorities that whoever holds
 * the phone has added to it (`src` `user`).
 */
export function refuseBypass(config: XmlElement | undefined, where: string): void {
  const anchors = children(config, 'trust-anchors').flatMap((list) => children(list, 'certificates'))
  for (const { $ } of anchors) {
    const fault = isOn($?.overridePins)
      ? 'overridePins'
      : $?.src?.trim() === 'user'
        ? 'src “user”'
        : undefined
    if (fault === undefined) continue
    throw invalid(
      `Unexpected certificates with ${fault} in the ${where} of the app’s network security configuration, expected ` +
        'none: it takes the pins their effect. Remove it, or move it to debug-overrides.',
    )
  }
}

/** The way to each mention of the host: the `domain-config`s around it, the outermost first. */
function pathsTo(configs: readonly XmlElement[], host: string): readonly (readonly XmlElement[])[] {
  return configs.flatMap((config) => {
    const here = domainsOf(config).filter((name) => name === host)
    return [...here.map(() => []), ...pathsTo(children(config, nested), host)].map((path) => [
      config,
      ...path,
    ])
  })
}

function replaced(
  configs: readonly XmlElement[],
  from: XmlElement,
  to: readonly XmlElement[],
): readonly XmlElement[] {
  return configs.flatMap((config) => {
    if (config === from) return to
    const inside = children(config, nested)
    return inside.length === 0 ? [config] : [{ ...config, [nested]: [...replaced(inside, from, to)] }]
  })
}

/** Those nested in it too: they inherit its pins. */
function hasOtherHosts(config: XmlElement): boolean {
  return domainsOf(config).length > 1 || children(config, nested).length > 0
}

function isPinnedTo(config: XmlElement, keys: readonly string[]): boolean {
  const pins = children(children(config, 'pin-set')[0], 'pin').map(({ _: key = '' }) => key.trim())
  return pins.join(' ') === keys.join(' ')
}

/** Whether it is, but for its pins, as the plugin makes it. */
function saysNothingMore(config: XmlElement): boolean {
  const attributes = Object.keys(config.$ ?? {})
  return (
    Object.keys(config).every((name) => name === '$' || name === 'domain') &&
    attributes.every((name) => name === 'cleartextTrafficPermitted')
  )
}

function domainsOf(config: XmlElement): readonly string[] {
  return children(config, 'domain').map(({ _: name = '' }) => name.trim().toLowerCase())
}
