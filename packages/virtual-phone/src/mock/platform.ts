import { type PhoneOptions, type PhoneTokensOptions, phonePlatform, phoneTokens } from '@keybound/phone'
import { nativeHardware } from './mock.ts'

/** `reactNativePlatform` over the virtual phone. */
export function reactNativePlatform(
  options: Omit<PhoneOptions, 'hardware'> = {},
): ReturnType<typeof phonePlatform> {
  return phonePlatform({ ...options, hardware: nativeHardware() })
}

/** `reactNativeTokens` over the virtual phone. */
export function reactNativeTokens(
  options: Omit<PhoneTokensOptions, 'hardware'>,
): ReturnType<typeof phoneTokens> {
  return phoneTokens({ ...options, hardware: nativeHardware() })
}
