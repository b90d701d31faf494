import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64Url } from './decode-base64url.ts'
import { encodeBase64Url } from './encode-base64url.ts'

const seeded = { seed: 20_261_122, numRuns: 500 }

describe('base64url', () => {
  test('RFC 4648 §10, in the alphabet of §5 and without padding', () => {
    const cases = {
      '': '',
      f: 'Zg',
      fo: 'Zm8',
      foo: 'Zm9v',
      foob: 'Zm9vYg',
      fooba: 'Zm9vYmE',
      foobar: 'Zm9vYmFy',
    }
    for (const [text, encoded] of Object.entries(cases)) {
      expect(encodeBase64Url(new TextEncoder().encode(text))).toBe(encoded)
      expect(new TextDecoder().decode(decodeBase64Url(encoded))).toBe(text)
    }
    expect(encodeBase64Url(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe('-_-_')
  })

  test('every byte string survives the round trip and reads as Node writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = encodeBase64Url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString('base64url'))
        expect(decodeBase64Url(text)).toEqual(bytes)
      }),
      seeded,
    )
  })

  test('a text is decoded only if it is the one encoding of its bytes', () => {
    const near = fc.string({ unit: fc.constantFrom(...'ABYZaz059-_+/= \n.é\u{1F600}'), maxLength: 12 })
    fc.assert(
      fc.property(near, (text) => {
        const canonical = Buffer.from(text, 'base64url').toString('base64url') === text
        if (canonical) expect(encodeBase64Url(decodeBase64Url(text))).toBe(text)
        else
          expect(() => decodeBase64Url(text)).toThrow(expect.objectContaining({ code: 'malformed_encoding' }))
      }),
      { ...seeded, numRuns: 3000 },
    )
  })

  test.each([
    ['padding', 'Zg=='],
    ['one left-over character', 'Zm9vY'],
    ['left-over bits of one byte', 'Zh'],
    ['left-over bits of two bytes', 'Zm9'],
    ['the other alphabet', '+/+/'],
    ['white space', 'Zm9v\n'],
    ['inner white space', 'Zm 9v'],
    ['a character beyond ASCII', 'Zm9ſ'],
    ['a full-width character', 'Zm9Ａ'],
    ['a null character', 'Zm9\0'],
  ])('refuses %s', (_, text) => {
    expect(() => decodeBase64Url(text)).toThrow(
      expect.objectContaining({ code: 'malformed_encoding', rule: 'RFC 4648 §5' }),
    )
  })

  test('refuses what is not a string', () => {
    for (const value of [undefined, null, 7, {}, ['Zg']]) {
      expect(() => decodeBase64Url(value as string)).toThrow(
        expect.objectContaining({ code: 'malformed_encoding' }),
      )
    }
  })
})
