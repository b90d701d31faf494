export * from '@keybound/client'
export { type WebPlatformOptions, webPlatform } from './web-platform.ts'
export { type WebTokensOptions, webTokens } from './web-tokens.ts'
