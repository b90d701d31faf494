import type { ConfigPlugin } from '@expo/config-plugins'

/** The configuration of an app, as plugins hand it on. */
export type ExpoConfig = Parameters<ConfigPlugin>[0]
