export * from '@keybound/client'
export {
  type HardwareError,
  type HardwareErrorCode,
  hardwareErrorCodes,
  isHardwareError,
} from './hardware/hardware-error.ts'
export type * from './hardware/secure-hardware.ts'
export type { KeyPolicy, PhoneOptions, PromptName } from './options.ts'
export { phonePlatform } from './phone-platform.ts'
export { type PhoneTokensOptions, phoneTokens } from './phone-tokens.ts'
