/**
 * `@keybound/react-native` for tests, over a virtual phone.
 *
 *     vi.mock('@keybound/react-native', () => import('@keybound/virtual-phone/mock'))
 *     jest.mock('@keybound/react-native', () => require('@keybound/virtual-phone/mock'))
 */
export * from '@keybound/phone'
export { currentVirtualPhone, nativeHardware, useVirtualPhone } from './mock.ts'
export { reactNativePlatform, reactNativeTokens } from './platform.ts'
