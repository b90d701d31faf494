/**
 * `@keybound/react-native` for tests, over a virtual phone.
 *
 *     vi.mock('@keybound/react-native', () => import('@keybound/virtual-phone/mock'))
 *     jest.mock('@keybound/react-native', () => require('@keybound/virtual-phone/mock'))
 */
export { currentVirtualPhone, nativeHardware, useVirtualPhone } from './mock.ts'
