import { Platform } from 'react-native'

/** What a person would call this device, as far as it says: `Chrome on Linux`. At most 64 characters. */
export function deviceName(): string {
  if (Platform.OS !== 'web') return Platform.OS === 'ios' ? 'iPhone' : 'Android phone'
  const { userAgent } = navigator
  const find = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1]
  const browser = find([
    [/Edg\//, 'Edge'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ])
  const system = find([
    [/iPhone|iPad/, 'iPhone'],
    [/Android/, 'Android'],
    [/Mac OS X/, 'Mac'],
    [/Windows/, 'Windows'],
    [/Linux|X11/, 'Linux'],
  ])
  return `${browser ?? 'Browser'} on ${system ?? 'this device'}`
}
