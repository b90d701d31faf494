import { describe, expect, test } from 'vitest'
import { readAppText, readBytesText, readTimeText } from './index.ts'

const digest = 'ab'.repeat(32)

describe('what people write', () => {
  test.each<[string, number[] | undefined]>([
    ['AQID', [1, 2, 3]],
    ['_-8', [255, 239]],
    ['/+8=', [255, 239]],
    ['hex:01Ff', [1, 255]],
    ['hex:', []],
    ['text:a b', [97, 32, 98]],
    ['', []],
    ['hex:0', undefined],
    ['hex:zz', undefined],
    ['a b', undefined],
    ['AQIDB', undefined],
  ])('bytes %j', (text, bytes) => {
    expect(readBytesText(text)).toEqual(bytes && Uint8Array.from(bytes))
  })

  test.each([
    ['TEAM123456.com.example.bank', { teamId: 'TEAM123456', bundleId: 'com.example.bank' }],
    [`com.example.bank=${digest}`, { packageName: 'com.example.bank', signerDigests: [digest] }],
    ['com.example.bank', undefined],
    ['team123456.com.example.bank', undefined],
    [`com.example.bank=${digest.slice(1)}`, undefined],
    ['', undefined],
  ])('app %j', (text, app) => {
    expect(readAppText(text)).toEqual(app)
  })

  test.each([
    ['created', 'created'],
    ['2026-11-22', new Date('2026-11-22T00:00:00Z')],
    ['2026-11-22T12:00:00Z', new Date('2026-11-22T12:00:00Z')],
    ['11/22/2026', undefined],
    ['2026-13-40', undefined],
    ['', undefined],
  ])('time %j', (text, time) => {
    expect(readTimeText(text)).toEqual(time)
  })
})
