import { expect, jest, test } from '@jest/globals'
import { nativeHardware } from '@keybound/react-native'
import { virtualPhone } from '@keybound/virtual-phone'
import { currentVirtualPhone, useVirtualPhone } from '@keybound/virtual-phone/mock'

jest.mock('@keybound/react-native', () => require('@keybound/virtual-phone/mock'))

test('the app signs on the iPhone that the test touches', async () => {
  useVirtualPhone(virtualPhone.ios())
  const key = { alias: 'login', role: 'signing', enrolment: 'currentSet', strongBox: 'no' }
  await nativeHardware().createKey({ ...key, allowSoftware: false, attestationChallenge: 'A'.repeat(43) })
  const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
  const signature = nativeHardware().sign('login', 'AQID', prompt)
  await currentVirtualPhone().touch('right index')
  expect(await signature).toMatch(/^ME/)
})
