/** Starts the app in a browser: as Expo does it, without the modules that Expo adds for native ones. */
import { AppRegistry } from 'react-native'
import { App } from './app.tsx'

function start(): void {
  AppRegistry.registerComponent('main', () => App)
  AppRegistry.runApplication('main', { rootTag: document.getElementById('root') })
}

// Modules run when they are first used, so nothing of the app runs before the mark of the page is painted: one frame, and
// then the start. A page that is opened hidden paints nothing and need not wait.
if (document.hidden) start()
else requestAnimationFrame(() => setTimeout(start))
