import { type PhoneOptions, type PhoneTokensOptions, phonePlatform, phoneTokens } from '@keybound/phone'
import { nativeHardware } from './native-hardware.ts'

/** How the phone is used; the hardware is that of the phone the app runs on. */
export type NativePhoneOptions = Omit<PhoneOptions, 'hardware'>

/** How sessions with tokens are wanted. */
export type NativeTokensOptions = Omit<PhoneTokensOptions, 'hardware'>

/**
 * The phone that the app runs on, for the option `platform` of `createKeyboundClient`.
 * Throws `unsupported` where the app was built without the native module, as Expo Go was.
 */
export function reactNativePlatform(options: NativePhoneOptions = {}): ReturnType<typeof phonePlatform> {
  return phonePlatform({ ...options, hardware: nativeHardware() })
}

/**
 * Tokens, vault and lock, for the option `tokens` of `createKeyboundClient`. Give it the same options as
 * {@link reactNativePlatform}. Throws as that does.
 */
export function reactNativeTokens(options: NativeTokensOptions): ReturnType<typeof phoneTokens> {
  return phoneTokens({ ...options, hardware: nativeHardware() })
}
