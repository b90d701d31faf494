import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Utf8Decoder } from './utf8-decoder.ts'

/** Bytes near the bounds of UTF-8 more often than chance would have them. */
const bytes = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbb, 0xbf, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
  ),
  { maxLength: 12 },
)
const outcome = (decode: () => string) => {
  try {
    return decode()
  } catch (error) {
    return (error as Error).name
  }
}

describe('UTF-8 where the engine decodes none', () => {
  test.each([{}, { fatal: true }, { ignoreBOM: true }, { fatal: true, ignoreBOM: true }])(
    'is what a TextDecoder says (%o)',
    (options) => {
      const ours = new Utf8Decoder('utf-8', options)
      const theirs = new TextDecoder('utf-8', options)
      fc.assert(
        fc.property(bytes, (list) => {
          const given = Uint8Array.from(list)
          expect(outcome(() => ours.decode(given))).toBe(outcome(() => theirs.decode(given)))
        }),
        { numRuns: 3000, seed: 7 },
      )
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 5000, size: 'max' }), (text) => {
          const given = new TextEncoder().encode(text)
          expect(ours.decode(given)).toBe(theirs.decode(given))
        }),
        { numRuns: 100, seed: 7 },
      )
    },
  )

  test('takes buffers and parts of them, and long inputs; refuses other encodings', () => {
    const text = 'Grüße, 世界 👋'.repeat(20_000)
    const encoded = new TextEncoder().encode(`<${text}>`)
    expect(new Utf8Decoder().decode(encoded.subarray(1, -1))).toBe(text)
    expect(new Utf8Decoder('UTF8').decode(encoded.buffer)).toBe(`<${text}>`)
    expect(new Utf8Decoder().decode()).toBe('')
    expect(() => new Utf8Decoder('utf-16')).toThrow(RangeError)
  })
})
