/** Starts the app in a browser: as Expo does it, without the modules that Expo adds for native ones. */
import { AppRegistry } from 'react-native'
import { App } from './app.tsx'

AppRegistry.registerComponent('main', () => App)
AppRegistry.runApplication('main', { rootTag: document.getElementById('root') })
