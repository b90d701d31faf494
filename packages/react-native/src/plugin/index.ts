/** The config plugin of the package, for app.plugin.js and for tools that run it on native projects. */
export type { KeyboundPluginOptions } from './options.ts'
export type { CertificatePins, PinnedHost } from './pins.ts'
export { type KeyboundPlugin, keyboundPlugin, type PluginSurroundings } from './plugin.ts'
