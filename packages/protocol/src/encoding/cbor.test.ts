import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { haveVectors, readVectorJson } from '../../../../test/support/vectors.ts'
import { type CborKey, type CborValue, decodeCbor, decodeCborAt } from './cbor.ts'
import { encodeCbor } from './cbor-encoder.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const refused = expect.objectContaining({ name: 'KeyboundError', code: 'malformed_encoding' })
const refusedBy = (rule: string) => expect.objectContaining({ code: 'malformed_encoding', rule })

const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
)
const scalar = fc.oneof(
  integer,
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.boolean(),
  fc.constant(null),
)
const { value: anyValue } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.oneof(integer, fc.string({ maxLength: 8 })), tie('value')), {
        maxLength: 4,
        selector: ([key]) => key,
        comparator: 'SameValueZero',
      })
      .map((entries) => new Map<CborKey, CborValue>(entries)),
  ),
}))

describe('CBOR', () => {
  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decodeCbor(encodeCbor(value))).toEqual(value)
      }),
      { seed: 11, numRuns: 500 },
    )
  })

  test('what is decoded is the one encoding of its value: no other bytes mean the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 24 }), (bytes) => {
        let value: CborValue
        try {
          value = decodeCbor(bytes)
        } catch (error) {
          expect(error).toEqual(refused)
          return
        }
        expect(encodeCbor(value)).toEqual(bytes)
      }),
      { seed: 12, numRuns: 5000 },
    )
  })

  test('every proper prefix of an item, and every item with a byte more, is refused', () => {
    fc.assert(
      fc.property(anyValue, fc.nat({ max: 255 }), (value, extra) => {
        const bytes = encodeCbor(value)
        for (let length = 0; length < Math.min(bytes.length, 64); length++) {
          expect(() => decodeCbor(bytes.subarray(0, length))).toThrow(refused)
        }
        expect(() => decodeCbor(Uint8Array.of(...bytes, extra))).toThrow(refusedBy('RFC 8949 §5.1'))
        expect(decodeCborAt(Uint8Array.of(extra, ...bytes, extra), 1)).toEqual({
          value,
          end: bytes.length + 1,
        })
      }),
      { seed: 13, numRuns: 200 },
    )
  })

  test('byte strings are views on the input', () => {
    const bytes = hex('430102ff')
    expect((decodeCbor(bytes) as Uint8Array).buffer).toBe(bytes.buffer)
  })

  test('text keeps a byte order mark: it is part of the value', () => {
    expect(decodeCbor(hex(`63efbbbf`))).toBe('\u{FEFF}')
    const long = `\u{FEFF}${'a'.repeat(40)}`
    expect(decodeCbor(encodeCbor(long))).toBe(long)
  })

  test('keys that are members of objects are keys like any other', () => {
    const map = decodeCbor(hex('a2695f5f70726f746f5f5f016b636f6e7374727563746f7202'))
    expect(map).toEqual(
      new Map([
        ['__proto__', 1],
        ['constructor', 2],
      ]),
    )
    expect((map as Map<CborKey, CborValue>).get('toString')).toBeUndefined()
  })

  test('integers at the edges of number and bigint', () => {
    expect(decodeCbor(hex('1b001fffffffffffff'))).toBe(Number.MAX_SAFE_INTEGER)
    expect(decodeCbor(hex('1b0020000000000000'))).toBe(2n ** 53n)
    expect(decodeCbor(hex('3b001ffffffffffffe'))).toBe(Number.MIN_SAFE_INTEGER)
    expect(decodeCbor(hex('3b001fffffffffffff'))).toBe(-(2n ** 53n))
    expect(decodeCbor(hex('3bffffffffffffffff'))).toBe(-(2n ** 64n))
  })

  test.each([
    ['an integer key twice', 'a201010102', 'RFC 8949 §5.6'],
    ['a 64-bit key twice', 'a21bffffffffffffffff011bffffffffffffffff02', 'RFC 8949 §5.6'],
    ['a number in the long form', '1817', 'RFC 8949 §4.2.1'],
    ['a length in the long form', '78010a', 'RFC 8949 §4.2.1'],
    ['32 bits that fit in 16', '1a0000ffff', 'RFC 8949 §4.2.1'],
    ['64 bits that fit in 32', '1b00000000ffffffff', 'RFC 8949 §4.2.1'],
    ['a tag', 'c0', 'CTAP2 §8'],
    ['a float', 'fb3ff0000000000000', 'CTAP2 §8'],
    ['undefined', 'f7', 'CTAP2 §8'],
    ['a lone break', 'ff', 'CTAP2 §8'],
    ['an indefinite length', '5f', 'RFC 8949 §3'],
    ['a reserved length', '1c', 'RFC 8949 §3'],
    ['a boolean as key', 'a1f500', 'CTAP2 §8'],
    ['an array as key', 'a18000', 'depth'],
    ['bytes that are no text', '61ff', 'RFC 8949 §3.1'],
    ['nine levels', '81'.repeat(9), 'depth'],
    ['four gigabytes claimed', '5affffffff00', 'RFC 8949 §5.1'],
    ['2^64 - 1 items claimed', '9bffffffffffffffff', 'RFC 8949 §5.1'],
    ['pairs that the rest cannot hold', 'a3010203', 'RFC 8949 §5.1'],
  ])('refuses %s', (_, text, rule) => {
    expect(() => decodeCbor(hex(text))).toThrow(refusedBy(rule))
  })

  test('is bounded in size and depth, at the bound exactly', () => {
    const bytes = hex('818100')
    expect(decodeCbor(bytes, { maxBytes: 3, maxDepth: 2 })).toEqual([[0]])
    expect(() => decodeCbor(bytes, { maxBytes: 2 })).toThrow(refusedBy('size'))
    expect(() => decodeCbor(bytes, { maxDepth: 1 })).toThrow(refusedBy('depth'))
  })

  test('the encoder refuses what CBOR integers cannot say', () => {
    expect(() => encodeCbor(1.5)).toThrow(TypeError)
    expect(() => encodeCbor(Number.NaN)).toThrow(TypeError)
    expect(() => encodeCbor(2 ** 53)).toThrow(TypeError)
    expect(() => encodeCbor(2n ** 64n)).toThrow(RangeError)
    expect(() => encodeCbor(-(2n ** 64n) - 1n)).toThrow(RangeError)
  })
})

interface Vector {
  readonly hex: string
  readonly expected: string
  readonly note?: string
}

describe.skipIf(!haveVectors)('CBOR corpora', () => {
  const load = <T>(name: string): readonly T[] => (haveVectors ? readVectorJson<T[]>(`cbor/${name}`) : [])

  test.each(load<Vector>('rfc8949-appendix-f-not-well-formed.json'))('Appendix F refuses $hex', (vector) => {
    expect(() => decodeCbor(hex(vector.hex))).toThrow(refused)
  })

  test.each(load<Vector>('cbor2-decodeBad.json'))('cbor2 refuses $hex ($note)', (vector) => {
    expect(() => decodeCbor(hex(vector.hex))).toThrow(refused)
  })

  test.each(load<Vector>('strictness-own.json'))('strictness $hex ($note)', (vector) => {
    // The order of keys matters only in the canonical form of CTAP2. One item leaves the choice; its length is wrong.
    if (/^(accept(?!.*or reject)|as above|reject only if CTAP2)/.test(vector.expected)) {
      expect(encodeCbor(decodeCbor(hex(vector.hex)))).toEqual(hex(vector.hex))
    } else {
      expect(() => decodeCbor(hex(vector.hex))).toThrow(refused)
    }
  })

  interface Example {
    readonly hex: string
    readonly decoded?: unknown
  }
  /** Tags, floats, simple values other than false, true and null; indefinite lengths, also inside arrays and maps. */
  const outsideProfile = /^([cd]|f[^456]|5f|7f|9f|bf)|^[89ab].*(9f|bf)/

  test.each(load<Example>('appendix_a.json'))('Appendix A $hex', (example) => {
    const bytes = hex(example.hex)
    if (outsideProfile.test(example.hex)) {
      expect(() => decodeCbor(bytes)).toThrow(refused)
    } else {
      const value = decodeCbor(bytes)
      expect(encodeCbor(value)).toEqual(bytes)
      if (example.decoded !== undefined) expect(plain(value)).toEqual(example.decoded)
    }
  })
})

/** The value as JSON would say it, for comparison with the corpus. */
function plain(value: CborValue): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, entry]) => [key, plain(entry)]))
  return Array.isArray(value) ? value.map(plain) : value
}
