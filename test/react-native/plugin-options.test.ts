import { expect, test } from 'vitest'
import { type KeyboundPluginOptions, keyboundPlugin } from '../../packages/react-native/src/plugin/index.ts'
import { keys, today } from './native-project.ts'

const [first = ''] = keys
const host = { host: 'api.bank.example', keys }
const pins = { expires: '2027-11-26', hosts: [host] }

/** What stands in app.json, where no compiler looks. */
function read(options: unknown): void {
  keyboundPlugin({ now: () => today })({ name: 'App', slug: 'app' }, options as KeyboundPluginOptions)
}

test.each([
  ['no options at all', undefined],
  ['empty options', {}],
  ['all of them', { faceIdText: 'Sign in.', screenPrivacy: false, pins: { ...pins, minimumDays: 60 } }],
  ['the name of a host in capitals', { pins: { ...pins, hosts: [{ ...host, host: 'API.Bank.Example' }] } }],
])('takes %s', (_, options) => read(options))

test.each([
  ['a list', [], /options/],
  ['an unknown member', { pin: pins }, /"pin", expected one of faceIdText, pins, screenPrivacy/],
  ['a blank text', { faceIdText: ' ' }, /faceIdText/],
  ['a switch in words', { screenPrivacy: 'yes' }, /screenPrivacy "yes", expected true or false/],
  ['pins without expiry', { pins: { hosts: [host] } }, /pins.expires/],
  ['a day that does not exist', { pins: { ...pins, expires: '2027-02-30' } }, /2027-02-30/],
  ['a day with a time', { pins: { ...pins, expires: '2027-11-26T00:00:00Z' } }, /YYYY-MM-DD/],
  ['no hosts', { pins: { ...pins, hosts: [] } }, /pins.hosts \[\], expected a list of at least one/],
  [
    'an address',
    { pins: { ...pins, hosts: [{ ...host, host: 'https://bank.example' }] } },
    /host name alone/,
  ],
  ['a port', { pins: { ...pins, hosts: [{ ...host, host: 'bank.example:443' }] } }, /host name alone/],
  ['a number', { pins: { ...pins, hosts: [{ ...host, host: '192.0.2.1' }] } }, /host name alone/],
  ['a pattern', { pins: { ...pins, hosts: [{ ...host, host: '*.bank.example' }] } }, /host name alone/],
  ['a host twice', { pins: { ...pins, hosts: [host, host] } }, /every host once/],
  ['no backup', { pins: { ...pins, hosts: [{ ...host, keys: [first] }] } }, /one of them a backup/],
  ['a backup that is none', { pins: { ...pins, hosts: [{ ...host, keys: [first, first] }] } }, /backup/],
  [
    'a hash of another length',
    { pins: { ...pins, hosts: [{ ...host, keys: [first, 'eHh4'] }] } },
    /44 characters/,
  ],
  [
    'a hash in another alphabet',
    { pins: { ...pins, hosts: [{ ...host, keys: [first, first.replace('e', '-')] }] } },
    /44 characters/,
  ],
  [
    'an unknown place of keys',
    { pins: { ...pins, hosts: [{ ...host, of: 'root' }] } },
    /"leaf" or "authority"/,
  ],
  ['no days', { pins: { ...pins, minimumDays: 0 } }, /1 to 1000/],
])('refuses %s, and says what was expected', (_, options, message) => {
  expect(() => read(options)).toThrow(message)
  try {
    read(options)
  } catch (error) {
    expect(error).toMatchObject({ code: 'configuration_invalid' })
  }
})
