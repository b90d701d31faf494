import type { SecureHardware } from '@keybound/phone'
import { KeyboundError } from '@keybound/protocol'
import { TurboModuleRegistry } from 'react-native'
import { findNativeKeybound } from './specs/NativeKeybound.ts'

/**
 * The hardware of the phone the app runs on. Looked up when it is called, so that importing this package is harmless
 * where the module is missing.
 *
 * Throws `unsupported` in Expo Go, in builds made before the package was added, and in browsers: they hold no native code
 * of ours.
 */
export function nativeHardware(): SecureHardware {
  // react-native-web, which stands in for React Native in browsers, has no registry.
  const registry: typeof TurboModuleRegistry | undefined = TurboModuleRegistry
  const hardware = registry ? findNativeKeybound() : null
  if (hardware !== null) return hardware
  throw new KeyboundError(
    'unsupported',
    'Unexpected absence of the native module "Keybound", expected an app built with it. Expo Go cannot load it: ' +
      'make a development build (npx expo prebuild, npx expo run:android or run:ios). In a bare app build it again. ' +
      'In a browser use @keybound/web.',
  )
}
