import { nativeHardware } from '@keybound/react-native'
import { virtualPhone } from '@keybound/virtual-phone'
import * as mock from '@keybound/virtual-phone/mock'
import { expect, expectTypeOf, test, vi } from 'vitest'

vi.mock('@keybound/react-native', () => import('@keybound/virtual-phone/mock'))

test('the app’s native module is the virtual phone that the test has in hand', async () => {
  const phone = mock.useVirtualPhone(virtualPhone.ios({ seed: 'mine' }))
  expect(mock.currentVirtualPhone()).toBe(phone)
  expect((await nativeHardware().describe()).platform).toBe('ios')
  mock.useVirtualPhone(virtualPhone.android())
  expect((await nativeHardware().describe()).platform).toBe('android')
})

test('the mock has everything that the package exports', () => {
  type Missing = Exclude<keyof typeof import('@keybound/react-native'), keyof typeof mock>
  expectTypeOf<Missing>().toEqualTypeOf<never>()
})
