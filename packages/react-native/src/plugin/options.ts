import { optional, record, refuse, text } from './checks.ts'
import { type CertificatePins, readPins } from './pins.ts'

/** What an app says beside the name of the plugin: `["@keybound/react-native", { … }]` in its app.json. */
export interface KeyboundPluginOptions {
  /** What iOS shows when the app first uses Face ID (NSFaceIDUsageDescription). The app's own text stays if this is left out. */
  readonly faceIdText?: string
  /** Keys that the app's servers must show one of; no server is pinned by default. */
  readonly pins?: CertificatePins
  /** Whether the app is kept out of the task switcher and, on Android, of screenshots, from its start. Default true. */
  readonly screenPrivacy?: boolean
}

/** The options with their defaults. */
export interface PluginSettings {
  readonly faceIdText: string | undefined
  readonly pins: CertificatePins | undefined
  readonly screenPrivacy: boolean
}

/**
 * Reads the options as they stand in app.json, where no compiler looks. `now` is in milliseconds since the Unix epoch.
 * Throws `configuration_invalid` for whatever is unknown, of the wrong form, or expired.
 */
export function readOptions(given: unknown, now: number): PluginSettings {
  const options = record('options', given ?? {}, ['faceIdText', 'pins', 'screenPrivacy'])
  return {
    faceIdText: optional(options.faceIdText, (value) => text('faceIdText', value)),
    pins: optional(options.pins, (value) => readPins(value, now)),
    screenPrivacy: optional(options.screenPrivacy, readSwitch) ?? true,
  }
}

function readSwitch(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  return refuse('screenPrivacy', value, 'true or false')
}
