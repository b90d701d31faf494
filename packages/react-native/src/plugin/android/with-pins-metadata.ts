import { AndroidConfig, withAndroidManifest } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'
import { type CertificatePins, pinsEnd } from '../pins.ts'

const name = 'dev.keybound.pins'

/** Tells the module which keys it is to find, and until when: it is the one that refuses once they have expired. */
export function withPinsMetadata(app: ExpoConfig, pins: CertificatePins | undefined): ExpoConfig {
  return withAndroidManifest(app, (config) => {
    const application = AndroidConfig.Manifest.getMainApplicationOrThrow(config.modResults)
    if (pins) AndroidConfig.Manifest.addMetaDataItemToMainApplication(application, name, metadata(pins))
    else AndroidConfig.Manifest.removeMetaDataItemFromMainApplication(application, name)
    return config
  })
}

/** `expires=SECONDS;host key key…;…`, as Pins.kt reads it. */
function metadata(pins: CertificatePins): string {
  const hosts = pins.hosts.map(({ host, keys }) => [host, ...keys].join(' '))
  return [`expires=${pinsEnd(pins) / 1000}`, ...hosts].join(';')
}
