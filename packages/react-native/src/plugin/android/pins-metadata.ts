import { AndroidConfig } from '@expo/config-plugins'
import { type CertificatePins, type PinnedHost, pinsEnd } from '../pins.ts'

const name = 'dev.keybound.pins'

/** A host and its keys, without whose they are: Android does not ask. */
export type HostKeys = Pick<PinnedHost, 'host' | 'keys'>

/** The hosts that the plugin pinned when it last ran; none where it did not. */
export function hostsOfLastTime(manifest: AndroidConfig.Manifest.AndroidManifest): readonly HostKeys[] {
  const text = AndroidConfig.Manifest.getMainApplicationMetaDataValue(manifest, name) ?? ''
  const entries = text.split(';').filter((entry) => entry !== '' && !entry.startsWith('expires='))
  return entries.map((entry) => {
    const [host = '', ...keys] = entry.split(' ')
    return { host, keys }
  })
}

/** Tells the module which keys it is to find, and until when: it is the one that refuses once they have expired. */
export function setPinsMetadata(
  manifest: AndroidConfig.Manifest.AndroidManifest,
  pins: CertificatePins | undefined,
): void {
  const application = AndroidConfig.Manifest.getMainApplicationOrThrow(manifest)
  if (pins) AndroidConfig.Manifest.addMetaDataItemToMainApplication(application, name, metadata(pins))
  else AndroidConfig.Manifest.removeMetaDataItemFromMainApplication(application, name)
}

/** `expires=SECONDS;host key key…;…`, as Pins.kt reads it. */
function metadata(pins: CertificatePins): string {
  const hosts = pins.hosts.map(({ host, keys }) => [host, ...keys].join(' '))
  return [`expires=${pinsEnd(pins) / 1000}`, ...hosts].join(';')
}
