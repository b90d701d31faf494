export * from '@keybound/client'
export { type WebPlatformOptions, webPlatform } from './web-platform.ts'
