import { KeyboundError } from '@keybound/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  concatBytes,
  contextTag,
  DerReader,
  derTag,
  describeTag,
  readBitString,
  readBoolean,
  readEnumerated,
  readNull,
  readObjectIdentifier,
  readOctetBitString,
  readTime,
  readUint,
  readUint64,
  tagNumber,
  writeBitString,
  writeBoolean,
  writeElement,
  writeEnumerated,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
  writeSet,
  writeString,
  writeTime,
} from './index.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const read = <T>(der: Uint8Array, how: (reader: DerReader) => T): T => {
  const reader = new DerReader(der)
  const value = how(reader)
  reader.end()
  return value
}
const refusal = expect.objectContaining({ code: 'malformed_encoding' })
const settings = { seed: 6, numRuns: 200 }

describe('round trips', () => {
  test('numbers of 53 and 64 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (small, large) => {
        expect(read(writeInteger(small), readUint)).toBe(small)
        expect(read(writeEnumerated(small), readEnumerated)).toBe(small)
        expect(read(writeInteger(large), readUint64)).toBe(large)
      }),
      settings,
    )
  })

  test('octets of any length, at every border of the length forms', () => {
    for (const length of [0, 1, 127, 128, 129, 255, 256, 257, 65535, 65536]) {
      const contents = new Uint8Array(length).fill(length & 0xff)
      expect(read(writeOctetString(contents), (reader) => reader.read(derTag.octetString))).toEqual(contents)
    }
  })

  test('tags of any number and form', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 21 - 1),
        fc.constantFrom('constructed' as const, 'primitive' as const),
        (number, form) => {
          const tag = contextTag(number, form)
          expect(read(writeElement(tag, Uint8Array.of(7)), (reader) => reader.read(tag))).toEqual(
            Uint8Array.of(7),
          )
          expect(tagNumber(tag)).toBe(number)
          expect(describeTag(tag)).toBe(`[${number}]`)
        },
      ),
      settings,
    )
  })

  test('object identifiers', () => {
    const arc = fc.nat(2 ** 31)
    const first = fc.tuple(fc.constantFrom(0, 1), fc.nat(39))
    const second = fc.tuple(fc.constant(2), arc)
    fc.assert(
      fc.property(fc.oneof(first, second), fc.array(arc, { maxLength: 6 }), (head, rest) => {
        const dotted = [...head, ...rest].join('.')
        expect(read(writeObjectIdentifier(dotted), readObjectIdentifier)).toBe(dotted)
      }),
      settings,
    )
  })

  test('dates to the second', () => {
    const range = { min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const whole = new Date(Math.floor(date.getTime() / 1000) * 1000)
        expect(read(writeTime(whole), readTime)).toEqual(whole)
      }),
      settings,
    )
  })

  test('booleans, NULL, bits', () => {
    expect(read(writeBoolean(true), readBoolean)).toBe(true)
    expect(read(writeBoolean(false), readBoolean)).toBe(false)
    expect(read(writeNull(), readNull)).toBeUndefined()
    expect(read(writeBitString(bytes('a0'), 5), readBitString)).toEqual({ bits: bytes('a0'), unused: 5 })
    expect(read(writeBitString(bytes('0102')), readOctetBitString)).toEqual(bytes('0102'))
  })

  test('a set is written in order', () => {
    const written = writeSet(writeInteger(3), writeInteger(2), writeNull(), writeInteger(300))
    expect(written).toEqual(bytes('310c 020102 020103 0202012c 0500'))
  })
})

describe('any tree', () => {
  interface Tree {
    readonly tag: number
    readonly content: Uint8Array | readonly Tree[]
  }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.record({
        tag: fc.constantFrom(2, 4, 0x0c, contextTag(704, 'primitive')),
        content: fc.uint8Array({ maxLength: 40 }),
      }),
      fc.record({
        tag: fc.constantFrom<number>(derTag.sequence, derTag.set, contextTag(1), contextTag(704)),
        content: fc.array(tie('tree'), { maxLength: 5 }),
      }),
    ),
  }))
  const write = ({ tag, content }: Tree): Uint8Array =>
    writeElement(tag, content instanceof Uint8Array ? content : concatBytes(content.map(write)))
  const isConstructed = (tag: number) => ((tag > 0xff ? Math.floor(tag / 2 ** 24) : tag) & 0x20) !== 0
  const readTree = (reader: DerReader): Tree => {
    const { tag, contents } = reader.next()
    if (!isConstructed(tag)) return { tag, content: contents }
    const inner = new DerReader(contents, reader.budget)
    const content: Tree[] = []
    while (!inner.atEnd) content.push(readTree(inner))
    return { tag, content }
  }

  test('is read as it was written', () => {
    fc.assert(
      fc.property(tree, (written) => {
        expect(read(write(written), readTree)).toEqual(written)
      }),
      settings,
    )
  })

  test('has one encoding: what is read from mutated bytes writes them again', () => {
    fc.assert(
      fc.property(tree, fc.nat(), fc.nat(255), (written, place, octet) => {
        const der = write(written)
        der[place % der.length] = octet
        let again: Tree | undefined
        try {
          again = read(der, readTree)
        } catch (error) {
          expect(error).toBeInstanceOf(KeyboundError)
        }
        if (again !== undefined) expect(write(again)).toEqual(der)
      }),
      { ...settings, numRuns: 1000 },
    )
  })

  test('any bytes end in a tree or in our error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        try {
          read(input, readTree)
        } catch (error) {
          expect(error).toBeInstanceOf(KeyboundError)
        }
      }),
      { ...settings, numRuns: 1000 },
    )
  })

  test('doubling the input at most doubles the steps', () => {
    const steps = (input: Uint8Array) => {
      const budget = { elements: 1_000_000 }
      const reader = new DerReader(input, budget)
      try {
        while (!reader.atEnd) readTree(reader)
      } catch (error) {
        expect(error).toBeInstanceOf(KeyboundError)
      }
      return 1_000_000 - budget.elements
    }
    for (const pattern of ['3000', '0500', '30020500', '020100', 'bf840000']) {
      const input = bytes(pattern.repeat(400))
      const doubled = concatBytes([input, input])
      expect(steps(input)).toBeLessThanOrEqual(input.length / 2)
      expect(steps(doubled)).toBeLessThanOrEqual(2 * steps(input) + 2)
    }
  })
})

describe('what is refused', () => {
  test.each([
    ['nothing', ''],
    ['a tag alone', '02'],
    ['an indefinite length', '3080 0000'],
    ['a long length below 128', '0481 7f 00'],
    ['a long length with a leading zero', '0482 0080 00'],
    ['a length of four octets', '0484 00000001 00'],
    ['a length past the end', '0402 00'],
    ['a claim of 16 MB', '0483 ffffff 00'],
    ['a high tag number below 31', 'bf1e 00'],
    ['a high tag number with a leading 80', 'bf8020 00'],
    ['a high tag number of zero', 'bf00 00'],
    ['a high tag number without end', 'bfffffff'],
    ['a high tag number of four octets', 'bf81808000 00'],
  ])('%s', (_, hex) => {
    expect(() => read(bytes(hex), (reader) => reader.next())).toThrow(refusal)
  })

  test.each<[string, string, (reader: DerReader) => unknown]>([
    ['another tag', '0401 00', readUint],
    ['trailing bytes', '020100 00', readUint],
    ['an empty INTEGER', '0200', readUint],
    ['an INTEGER with leading zeros', '0202 007f', readUint],
    ['an INTEGER with leading ones', '0202 ffff', readUint],
    ['a negative INTEGER', '0201 ff', readUint],
    ['a negative INTEGER of 64 bits', '0201 80', readUint64],
    ['an INTEGER of 54 bits', '0207 20000000000000', readUint],
    ['an INTEGER of 65 bits', '0209 010000000000000000', readUint64],
    ['a BOOLEAN of 01', '0101 01', readBoolean],
    ['a BOOLEAN of two octets', '0102 ffff', readBoolean],
    ['a BOOLEAN of none', '0100', readBoolean],
    ['NULL with contents', '0501 00', readNull],
    ['a BIT STRING without octets', '0300', readBitString],
    ['a BIT STRING with 8 unused bits', '0302 0800', readBitString],
    ['a BIT STRING with unused bits of nothing', '0301 01', readBitString],
    ['a BIT STRING with padding of ones', '0302 01ff', readBitString],
    ['a BIT STRING of half an octet as octets', '0302 04f0', readOctetBitString],
    ['an empty OBJECT IDENTIFIER', '0600', readObjectIdentifier],
    ['an arc without end', '0602 2a86', readObjectIdentifier],
    ['an arc with a leading 80', '0603 2a8001', readObjectIdentifier],
    ['an arc beyond 2^53', '060a 2affffffffffffffff7f', readObjectIdentifier],
    ['an OBJECT IDENTIFIER of 65 octets', `0641${'2a'.repeat(65)}`, readObjectIdentifier],
  ])('%s', (_, hex, how) => {
    expect(() => read(bytes(hex), how)).toThrow(refusal)
  })

  test.each([
    ['no seconds', '2601010000Z', derTag.utcTime],
    ['an offset', '260101000000+0100', derTag.utcTime],
    ['fractions', '20260101000000.5Z', derTag.generalizedTime],
    ['no Z', '260101000000', derTag.utcTime],
    ['the 30th of February', '260230000000Z', derTag.utcTime],
    ['the 29th of February of 1900', '19000229000000Z', derTag.generalizedTime],
    ['month 13', '261301000000Z', derTag.utcTime],
    ['day 0', '260100000000Z', derTag.utcTime],
    ['hour 24', '260101240000Z', derTag.utcTime],
    ['second 60', '260101000060Z', derTag.utcTime],
    ['letters', '26010100000xZ', derTag.utcTime],
    ['another type', '260101000000Z', derTag.utf8String],
  ])('a time with %s', (_, text, tag) => {
    expect(() => read(writeString(text, tag), readTime)).toThrow(refusal)
  })

  test('more elements than the budget', () => {
    const reader = new DerReader(writeSequence(writeNull(), writeNull(), writeNull()), { elements: 3 })
    const inner = reader.enter()
    readNull(inner)
    readNull(inner)
    expect(() => readNull(inner)).toThrow(refusal)
  })
})

describe('years of two digits', () => {
  test.each([
    ['490101000000Z', 2049],
    ['500101000000Z', 1950],
    ['000229120000Z', 2000],
  ])('%s', (text, year) => {
    expect(read(writeString(text, derTag.utcTime), readTime).getUTCFullYear()).toBe(year)
  })
})

test('the writer writes what it is told', () => {
  expect(writeExplicit(704, writeInteger(255))).toEqual(bytes('bf8540 04 020200ff'))
  expect(writeInteger(bytes('0000 80'))).toEqual(bytes('0202 0080'))
  expect(() => writeInteger(-1)).toThrow(RangeError)
  expect(describeTag(derTag.sequence)).toBe('sequence')
  expect(describeTag(0x5f * 2 ** 24 + 99)).toBe('application tag 99')
})
