import { virtualPhone } from '@keybound/virtual-phone'
import { expect, test } from 'vitest'

test('a stranger gets no signature, the owner does', async () => {
  const phone = virtualPhone.android({ seed: 'ten lines' })
  const key = { alias: 'login', role: 'signing', enrolment: 'currentSet', strongBox: 'preferred' } as const
  await phone.hardware.createKey({ ...key, allowSoftware: false, attestationChallenge: 'A'.repeat(43) })
  const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
  const signature = phone.hardware.sign('login', 'AQID', prompt)
  await phone.touch('a stranger')
  await phone.touch('right index')
  expect(await signature).toMatch(/^ME/)
})
