import { getDefaultConfig } from 'expo/metro-config.js'

const config = getDefaultConfig(import.meta.dirname)

// The packages of this checkout are used as they are written: no build comes before the build of the app.
config.resolver.unstable_conditionNames = ['keybound-source', ...config.resolver.unstable_conditionNames]

export default config
