import { expect, test } from 'vitest'
import { AttestationError } from '../../errors.ts'
import { parseStatusList } from './status-list.ts'

test('serial numbers are found without leading zeros and in lowercase', () => {
  const { entries } = parseStatusList(
    '{"entries":{"00ABC":{"status":"REVOKED","reason":"KEY_COMPROMISE"},"0":{"status":"SUSPENDED"}}}',
  )
  expect(entries).toEqual(
    new Map([
      ['abc', { status: 'REVOKED', reason: 'KEY_COMPROMISE' }],
      ['0', { status: 'SUSPENDED', reason: undefined }],
    ]),
  )
})

test('a reason that is no text is none', () => {
  const { entries } = parseStatusList('{"entries":{"ab":{"status":"REVOKED","reason":7}}}')
  expect(entries.get('ab')).toEqual({ status: 'REVOKED', reason: undefined })
})

test('a text is read up to 16 Mi characters', () => {
  const longest = '{"entries":{}}'.padEnd(16 * 1024 * 1024)
  expect(parseStatusList(longest).entries.size).toBe(0)
  expect(() => parseStatusList(`${longest} `)).toThrow('Unexpected 16777217 characters in the status list')
})

test.each([
  ['not JSON', '{"entries":'],
  ['an array', '[]'],
  ['null', 'null'],
  ['no entries', '{}'],
  ['entries as an array', '{"entries":[]}'],
  ['a serial that is not hexadecimal', '{"entries":{"xyz":{"status":"REVOKED"}}}'],
  ['a member named __proto__', '{"entries":{"__proto__":{"status":"REVOKED"}}}'],
  ['an empty serial', '{"entries":{"":{"status":"REVOKED"}}}'],
  ['an entry without status', '{"entries":{"ab":{"reason":"KEY_COMPROMISE"}}}'],
  ['an entry that is text', '{"entries":{"ab":"REVOKED"}}'],
  ['an entry that is null', '{"entries":{"ab":null}}'],
])('a list is refused whole: %s', (_, text) => {
  expect(() => parseStatusList(text)).toThrow(AttestationError)
  expect(() => parseStatusList(text)).toThrow(
    expect.objectContaining({ code: 'attestation_status_unavailable' }),
  )
})
