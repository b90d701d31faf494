import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictJson } from './json.ts'

const utf8 = new TextEncoder()
const parse = (text: string) => parseStrictJson(utf8.encode(text))
const refused = (rule: string) => expect.objectContaining({ code: 'malformed_encoding', rule })

describe('strict JSON', () => {
  test('says what JSON.parse says of every text that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const value: unknown = JSON.parse(json)
        expect(parseStrictJson(utf8.encode(JSON.stringify(value, null, indent)), { maxBytes: 1e6 })).toEqual(
          value,
        )
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('refuses any object once one of its members is written twice, and never otherwise', () => {
    const name = fc.string({ unit: 'binary', maxLength: 4 })
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), fc.nat(), (names, pick) => {
        const members = names.map((member) => `${JSON.stringify(member)}:{"a":1}`)
        expect(Object.keys(parse(`{${members.join(',')}}`) as object)).toHaveLength(names.length)
        const again = escapeAll(names[pick % names.length] ?? '')
        expect(() => parse(`{${members.join(' , ')},${again} :2}`)).toThrow(refused('RFC 7493 §2.3'))
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  test('strips a byte order mark', () => {
    expect(parse('\u{FEFF}{"type":"webauthn.get"}')).toEqual({ type: 'webauthn.get' })
  })

  test('a member named __proto__ is a member', () => {
    const value = parse('{"__proto__":{"type":"webauthn.get"}}') as Record<string, unknown>
    expect(value.type).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__'])
  })

  test.each([
    ['a name twice', '{"origin":"https://a","origin":"https://b"}', 'RFC 7493 §2.3'],
    ['a name twice, once escaped', '{"origin":1,"\\u006frigin":2}', 'RFC 7493 §2.3'],
    ['a name twice inside an array', '[{"a":[{"b":"\\\\\\"","b":1}]}]', 'RFC 7493 §2.3'],
    ['text after the value', '{} x', 'RFC 8259 §2'],
    ['a second value', '{}{}', 'RFC 8259 §2'],
    ['nothing', '', 'RFC 8259 §2'],
    ['a comment', '{/**/}', 'RFC 8259 §2'],
    ['a trailing comma', '[1,]', 'RFC 8259 §2'],
    ['NaN', 'NaN', 'RFC 8259 §2'],
    ['a number beyond a double', '{"n":[1, 1e400 ]}', 'RFC 7493 §2.2'],
    ['a negative number beyond a double', '-1e999', 'RFC 7493 §2.2'],
    ['seventeen levels', `${'['.repeat(17)}${']'.repeat(17)}`, 'depth'],
  ])('refuses %s', (_, text, rule) => {
    expect(() => parse(text)).toThrow(refused(rule))
  })

  test('takes the same name in different objects, and as a value', () => {
    expect(parse('{"a":{"a":"a"},"b":["a",{"a":1},{"a":2}]}')).toEqual({
      a: { a: 'a' },
      b: ['a', { a: 1 }, { a: 2 }],
    })
  })

  test.each([
    ['an invalid byte', [0x22, 0xff, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut character', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x22, 0x00, 0x22, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(() => parseStrictJson(Uint8Array.from(bytes))).toThrow(refused('RFC 3629 §4'))
  })

  test('is bounded in size and depth, at the bound exactly', () => {
    const bytes = utf8.encode('[[1]]')
    expect(parseStrictJson(bytes, { maxBytes: 5, maxDepth: 2 })).toEqual([[1]])
    expect(() => parseStrictJson(bytes, { maxBytes: 4 })).toThrow(refused('size'))
    expect(() => parseStrictJson(bytes, { maxDepth: 1 })).toThrow(refused('depth'))
  })

  test('answers the same for hostile bytes as its own rules say: a value or its refusal, nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\ue0-1. tn'), maxLength: 24 }), (text) => {
        try {
          expect(parse(text)).toEqual(JSON.parse(text))
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformed_encoding' })
        }
      }),
      { seed: 3, numRuns: 3000 },
    )
  })
})

/** The name with every code unit escaped, to look different and be the same. */
function escapeAll(name: string): string {
  const units = Array.from({ length: name.length }, (_, at) => name.charCodeAt(at))
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
}
