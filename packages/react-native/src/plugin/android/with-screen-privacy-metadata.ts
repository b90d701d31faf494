import { AndroidConfig, withAndroidManifest } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'

const name = 'dev.keybound.screenPrivacy'

/** Tells the module whether to keep the app out of the task switcher and of screenshots from the start. */
export function withScreenPrivacyMetadata(app: ExpoConfig, on: boolean): ExpoConfig {
  return withAndroidManifest(app, (config) => {
    const application = AndroidConfig.Manifest.getMainApplicationOrThrow(config.modResults)
    AndroidConfig.Manifest.addMetaDataItemToMainApplication(application, name, String(on))
    return config
  })
}
