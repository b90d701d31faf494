import { withInfoPlist } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'

/** Tells the module whether to cover the app in the task switcher from the start. */
export function withScreenPrivacyKey(app: ExpoConfig, on: boolean): ExpoConfig {
  return withInfoPlist(app, (config) => {
    config.modResults.KeyboundScreenPrivacy = on
    return config
  })
}
