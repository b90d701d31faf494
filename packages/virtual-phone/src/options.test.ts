import { expect, test } from 'vitest'
import { virtualPhone } from './index.ts'

const prompt = { title: 'Sign in', subtitle: '', description: '', cancel: 'Cancel' }
const key = {
  alias: 'login',
  role: 'signing',
  enrolment: 'currentSet',
  strongBox: 'no',
  allowSoftware: false,
  attestationChallenge: 'A'.repeat(43),
} as const

test('the hardware takes as long as it is told to, its own work included', async () => {
  let time = 1_800_000_000_000
  const waited: number[] = []
  const wait = async (milliseconds: number) => {
    waited.push(milliseconds)
    time += milliseconds
  }
  const phone = virtualPhone.ios({ now: () => time, wait, delays: { generate: 200, use: 20 } })
  await phone.hardware.createKey(key)
  expect(waited).toEqual([200])
  phone.touch('right index')
  await phone.hardware.sign('login', 'AQID', prompt)
  expect(waited).toEqual([200, 20])
})

test('the same seed makes the same phone, another seed another', async () => {
  const operation = async (seed: string) => {
    const phone = virtualPhone.android({ seed })
    await phone.hardware.createKey({ ...key, role: 'proof' })
    const begin = { alias: 'login', purpose: 'sign', digest: 'SHA-256', mgf1Digest: null }
    return phone.system.call('keystore.begin', begin)
  }
  const first = await operation('one')
  expect(await operation('one')).toEqual(first)
  expect(await operation('two')).not.toEqual(first)
})

test('calls that the system does not have are refused by name, on both sides', async () => {
  const phone = virtualPhone.android()
  await expect(phone.system.call('keystore.exportPrivateKey', {})).rejects.toThrow('Unexpected call')
  await expect(phone.system.call('constructor', {})).rejects.toThrow('Unexpected call')
  await expect(phone.failNext({ call: 'no.such', exception: 'X' })).rejects.toThrow('Unexpected call')
})

test('nothing that the phone hands out can be changed to change the phone', async () => {
  const phone = virtualPhone.android()
  const info = (await phone.system.call('app.info', {})) as { signingDigests: Uint8Array[] }
  info.signingDigests[0]?.fill(0)
  const { signingDigests } = await phone.hardware.describe()
  expect(signingDigests).toEqual([Buffer.from('keybound-virtual-signer-00000000').toString('base64url')])
})
