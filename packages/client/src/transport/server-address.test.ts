import { expect, it } from 'vitest'
import { readServerAddress } from './server-address.ts'

it.each([
  ['https://bank.example', 'https://bank.example'],
  ['https://bank.example/', 'https://bank.example'],
  ['https://bank.example:8443/keybound//', 'https://bank.example:8443/keybound'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1', 'http://127.0.0.1'],
  ['http://[::1]:3000/', 'http://[::1]:3000'],
])('takes %s', (address, read) => {
  expect(readServerAddress(address)).toBe(read)
})

it.each([
  'http://bank.example',
  'http://localhost.bank.example',
  'http://localhost@bank.example',
  'http://127.0.0.1.bank.example',
  'https://user:secret@bank.example',
  'https://bank.example?realm=1',
  'https://bank.example#top',
  'https://',
  '//bank.example',
  'bank.example',
  '/keybound',
  'ftp://bank.example',
  ' https://bank.example',
  'https://bank.example /',
  '',
])('C04: refuses %j', (address) => {
  expect(() => readServerAddress(address)).toThrow(
    expect.objectContaining({ code: 'configuration_invalid', message: expect.stringContaining(address) }),
  )
})
