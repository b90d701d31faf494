// Expo loads this file of a package that is named in `plugins` of an app's configuration.
import { keyboundPlugin } from '#plugin'

export default keyboundPlugin({ now: Date.now })
