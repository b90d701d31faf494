import { beforeEach, expect, test, vi } from 'vitest'

/** React Native as an app sees it: which module it was built with, if any; without registry as react-native-web is. */
const reactNative = vi.hoisted(() => ({ TurboModuleRegistry: undefined as unknown }))
vi.mock('react-native', () => reactNative)

import { nativeHardware, reactNativePlatform, reactNativeTokens } from './index.ts'

const describeDevice = async () => ({ platform: 'android' })

beforeEach(() => {
  reactNative.TurboModuleRegistry = { get: () => null }
})

test('is the module that the app was built with', async () => {
  const asked: string[] = []
  reactNative.TurboModuleRegistry = {
    get: (name: string) => {
      asked.push(name)
      return { describe: describeDevice }
    },
  }
  expect(nativeHardware().describe).toBe(describeDevice)
  expect(asked).toEqual(['Keybound'])
})

test.each([
  ['nativeHardware', () => nativeHardware()],
  ['reactNativePlatform', () => reactNativePlatform()],
  ['reactNativeTokens', () => reactNativeTokens({ clientId: 'app' })],
])('%s says in Expo Go what to do', (_, call) => {
  expect(call).toThrow(/Expo Go cannot load it: make a development build/)
  expect(call).toThrow(expect.objectContaining({ code: 'unsupported' }))
})

test('says in a browser which package to use', () => {
  reactNative.TurboModuleRegistry = undefined
  expect(() => nativeHardware()).toThrow(/In a browser use @keybound\/web/)
})
