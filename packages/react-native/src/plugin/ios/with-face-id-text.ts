import { withInfoPlist } from '@expo/config-plugins'
import type { ExpoConfig } from '../expo-config.ts'

const usual = 'Sign in and approve payments with your face.'

/** iOS ends an app that uses Face ID without this text. */
export function withFaceIdText(app: ExpoConfig, text: string | undefined): ExpoConfig {
  return withInfoPlist(app, (config) => {
    const own = config.modResults.NSFaceIDUsageDescription
    config.modResults.NSFaceIDUsageDescription = text ?? (own || usual)
    return config
  })
}
