import { compileModsAsync } from '@expo/config-plugins'
import type { KeyboundPluginOptions } from './options.ts'
import { keyboundPlugin, type PluginSurroundings } from './plugin.ts'

/** An app with native projects of its own, which no `expo prebuild` makes. */
export interface NativeApp {
  /** Absolute path of the folder with `android` and `ios`. */
  readonly folder: string
  /** Its name in app.json. */
  readonly name: string
  /** Which of the two it has. */
  readonly platforms: readonly ('android' | 'ios')[]
}

/**
 * Runs the plugin on the native projects of a bare app, in place, as `expo prebuild` does on those it makes.
 * Rejects as the plugin throws.
 */
export async function applyToNativeProjects(
  app: NativeApp,
  options: KeyboundPluginOptions | undefined,
  surroundings: PluginSurroundings,
): Promise<void> {
  const { folder, name, platforms } = app
  const config = { name, slug: name, _internal: { projectRoot: folder } }
  await compileModsAsync(keyboundPlugin(surroundings)(config, options), {
    projectRoot: folder,
    platforms: [...platforms],
  })
}
