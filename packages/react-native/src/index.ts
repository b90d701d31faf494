/** A phone as a Keybound platform, over the hardware itself. */
import './text-decoder/install.ts'

export * from '@keybound/phone'
export { nativeHardware } from './native-hardware.ts'
export {
  type NativePhoneOptions,
  type NativeTokensOptions,
  reactNativePlatform,
  reactNativeTokens,
} from './react-native-platform.ts'
