import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CanonicalValue, encodeCanonicalJson } from './canonical-json.ts'
import { parseStrictJson } from './json.ts'

const refused = (rule: string) => expect.objectContaining({ code: 'malformed_encoding', rule })
const visible = fc
  .string({ unit: fc.constantFrom(...'abcÄéß 0189"\\/{}[]:,€漢字ж😀'), maxLength: 8 })
  .map((text) => text.normalize('NFC'))
const value: fc.Arbitrary<CanonicalValue> = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    visible,
    fc.maxSafeInteger().map((integer) => integer + 0),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(visible, tie('value'), { maxKeys: 5 }),
  ),
})).value

describe('canonical JSON', () => {
  test('reads back as what was written, and is written the same again', () => {
    fc.assert(
      fc.property(value, (written) => {
        const text = encodeCanonicalJson(written)
        const read = parseStrictJson(new TextEncoder().encode(text), { maxBytes: 1e6 })
        expect(read).toEqual(JSON.parse(JSON.stringify(written)))
        expect(encodeCanonicalJson(read as CanonicalValue)).toBe(text)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(visible, value, { maxKeys: 6 }), (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse())
        expect(encodeCanonicalJson(reversed)).toBe(encodeCanonicalJson(members))
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  test('sorts by UTF-16 code units (RFC 8785 §3.2.3)', () => {
    const members = { '€': 1, '1': 2, '😀': 3, דּ: 4, ö: 5 }
    // U+FB33 is not NFC; it stands decomposed here, as NFC writes it.
    const normal = Object.fromEntries(
      Object.entries(members).map(([name, at]) => [name.normalize('NFC'), at]),
    )
    expect(Object.keys(JSON.parse(encodeCanonicalJson({ ...normal })))).toEqual([
      '1',
      'ö',
      'דּ'.normalize('NFC'),
      '€',
      '😀',
    ])
  })

  test.each([
    ['a fraction', 0.5],
    ['negative zero', -0],
    ['2^53', 2 ** 53],
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, number) => {
    expect(() => encodeCanonicalJson({ number })).toThrow(refused('RFC 7493 §2.2'))
  })

  test.each([
    ['null', null],
    ['a boolean', true],
    ['undefined', undefined],
    ['a hole', Array(1)],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a big integer', 1n],
  ])('refuses %s', (_, other) => {
    expect(() => encodeCanonicalJson({ other: other as never })).toThrow(refused('profile'))
  })

  test.each([
    ['a control character', '\u0007'],
    ['a line break', '\n'],
    ['a right-to-left override', '\u202e'],
    ['a right-to-left mark', '\u200f'],
    ['an isolate', '\u2067'],
    ['a zero-width joiner', '\u200d'],
    ['a variation selector', '\ufe0f'],
    ['a filler', '\u3164'],
    ['a Braille pattern without dots', '\u2800'],
    ['a combining grapheme joiner', '\u034f'],
    ['a tag', '\u{e0041}'],
    ['a no-break space', '\u00a0'],
    ['a line separator', '\u2028'],
    ['a lone surrogate', '\ud800'],
    ['a private character', '\ue000'],
    ['a noncharacter', '\uffff'],
    ['an unassigned character', '\u{e0fff}'],
  ])('refuses %s in text and in names', (_, character) => {
    expect(() => encodeCanonicalJson(`a${character}b`)).toThrow(refused('profile'))
    expect(() => encodeCanonicalJson({ [`a${character}b`]: 1 })).toThrow(refused('profile'))
  })

  test('refuses what is not NFC', () => {
    expect(() => encodeCanonicalJson('e\u0301')).toThrow(refused('UAX #15'))
    expect(encodeCanonicalJson('\u00e9')).toBe('"é"')
  })

  test('refuses more than 16 levels', () => {
    const nested = (levels: number): CanonicalValue => (levels === 0 ? 1 : [nested(levels - 1)])
    expect(encodeCanonicalJson(nested(16))).toBe(`${'['.repeat(16)}1${']'.repeat(16)}`)
    expect(() => encodeCanonicalJson(nested(17))).toThrow(refused('depth'))
  })
})
