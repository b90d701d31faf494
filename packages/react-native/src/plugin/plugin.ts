import { withBackupRules } from './android/with-backup-rules.ts'
import { withNetworkSecurity } from './android/with-network-security.ts'
import { withScreenPrivacyMetadata } from './android/with-screen-privacy-metadata.ts'
import type { ExpoConfig } from './expo-config.ts'
import { withFaceIdText } from './ios/with-face-id-text.ts'
import { withPinnedDomains } from './ios/with-pinned-domains.ts'
import { withScreenPrivacyKey } from './ios/with-screen-privacy-key.ts'
import { withSecureTransport } from './ios/with-secure-transport.ts'
import { type KeyboundPluginOptions, readOptions } from './options.ts'

/** What the plugin takes from its surroundings. */
export interface PluginSurroundings {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

/** A config plugin of Expo. */
export type KeyboundPlugin = (config: ExpoConfig, options?: KeyboundPluginOptions) => ExpoConfig

/**
 * The config plugin `@keybound/react-native`: what the native projects of an app must say for the hardware of its
 * phones. What the app says itself stays; running it again changes nothing.
 *
 * Throws `configuration_invalid` for options that are wrong, for pins that expire too soon, and for settings of the app
 * that contradict it.
 */
export function keyboundPlugin({ now }: PluginSurroundings): KeyboundPlugin {
  return (config, options) => {
    const { faceIdText, pins, screenPrivacy } = readOptions(options, now())
    const mods = [
      (app: ExpoConfig) => withBackupRules(app),
      (app: ExpoConfig) => withNetworkSecurity(app, pins),
      (app: ExpoConfig) => withScreenPrivacyMetadata(app, screenPrivacy),
      (app: ExpoConfig) => withFaceIdText(app, faceIdText),
      (app: ExpoConfig) => withSecureTransport(app, pins),
      (app: ExpoConfig) => withPinnedDomains(app, pins),
      (app: ExpoConfig) => withScreenPrivacyKey(app, screenPrivacy),
    ]
    return mods.reduce((app, mod) => mod(app), config)
  }
}
