import { describe, expect, test } from 'vitest'
import { androidRows } from './errors/android-rows.ts'
import { iosRows } from './errors/ios-rows.ts'
import { missingOnAndroid, missingOnIos, type NativeSources, nativeSources } from './errors/native-maps.ts'

describe.each([
  ['Android', androidRows],
  ['iOS', iosRows],
] as const)('on %s', (_system, rows) => {
  test.concurrent.each(
    rows.flatMap((row) => Object.entries(row.ways).map(([way, provoke]) => ({ ...row, way, provoke }))),
  )('$domain $name ($number) is $code: $way', async ({ number, code, provoke }) => {
    const error = await provoke().then(
      (value) => ({ answered: value }),
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code })
    expect((error as { userInfo?: { nativeCode?: number } }).userInfo?.nativeCode).toBe(number)
  })

  test('a row stands once, can be provoked, and says where an error that never comes is from', () => {
    const names = rows.map(({ domain, name, number, code }) => `${domain} ${name} ${number} ${code}`)
    expect(names).toEqual([...new Set(names)])
    expect(rows.filter(({ ways }) => Object.keys(ways).length === 0)).toEqual([])
    // A reason without a source is an opinion.
    for (const { never = '(x.h)' } of rows) expect(never).toMatch(/\.(md|h|java)|PromptInfo/)
  })
})

describe('the table has every error that the native modules know', () => {
  test('of Android, with the same codes at the prompt', () => {
    expect(missingOnAndroid(nativeSources, androidRows)).toEqual([])
  })

  test('of iOS, by name and number', () => {
    expect(missingOnIos(nativeSources, iosRows)).toEqual([])
  })

  /** Kotlin and Swift as they would be with one error more, or one code other. */
  const changes: readonly (readonly [keyof NativeSources, string, string, string])[] = [
    [
      'promptErrors',
      'mapOf(',
      'mapOf(\n            23 to FailureCode.INTERNAL,',
      'BiometricPrompt 23 INTERNAL',
    ],
    [
      'promptErrors',
      '3 to FailureCode.SYSTEM_CANCELED',
      '3 to FailureCode.USER_CANCELED',
      'BiometricPrompt 3 USER_CANCELED',
    ],
    ['keystoreErrors', 'NOT_OURS = -38', 'NOT_OURS = -39', 'KeyStoreException -39'],
    ['keystoreErrors', 'setOf(-2,', 'setOf(-2, -11,', 'KeyStoreException -11'],
    ['keystoreErrors', 'number == DEVICE_LOCKED', 'number == -73', 'KeyStoreException -73'],
    ['keystoreErrors', 'it is BadPaddingException', 'it is ShortBufferException', 'ShortBufferException'],
    [
      'keyMaker',
      'catch (error: IllegalStateException)',
      'catch (error: KeyStoreDownException)',
      'KeyStoreDownException',
    ],
    [
      'systemErrors',
      'case .userCancel, .userFallback',
      'case .userCancel, .userAsleep',
      'LAError userAsleep',
    ],
    ['systemErrors', 'case .canceledByUser', 'case .objectGone', 'TKError objectGone'],
    ['systemErrors', 'case errSecNotAvailable', 'case errSecDiskFull', 'OSStatus errSecDiskFull'],
    ['vaultPairs', 'Int(errSecDecode)', 'Int(errSecDecode), Int(errSecIO)', 'OSStatus errSecIO'],
    ['localAuthentication', 'appCancel = -9', 'appCancel = -99', 'LAError appCancel -99'],
    ['deviceCheck', 'serverUnavailable = 4', 'serverUnavailable = 4\n    case other = 5', 'DCError other 5'],
    ['security', 'errSecParam: OSStatus = -50', 'errSecParam: OSStatus = -51', 'OSStatus errSecParam -51'],
  ]
  test.each(changes)('and says so when %s has %s as %s', (file, from, to, missing) => {
    expect(nativeSources[file]).toContain(from)
    const changed = { ...nativeSources, [file]: nativeSources[file].replace(from, to) }
    expect([...missingOnAndroid(changed, androidRows), ...missingOnIos(changed, iosRows)]).toEqual([missing])
  })
})
