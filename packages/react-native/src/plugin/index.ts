/** The config plugin of the package, for app.plugin.js and for the command that runs it on native projects. */
export { applyToNativeProjects, type NativeApp } from './apply.ts'
export type { KeyboundPluginOptions } from './options.ts'
export type { CertificatePins, PinnedHost } from './pins.ts'
export { type KeyboundPlugin, keyboundPlugin, type PluginSurroundings } from './plugin.ts'
