import { malformed } from './malformed.ts'

/** What the profile can say: text, whole numbers that a double holds exactly, lists and objects of these. */
export type CanonicalValue =
  | string
  | number
  | readonly CanonicalValue[]
  | { readonly [name: string]: CanonicalValue }

const maxDepth = 16

/**
 * Characters that are not seen, or change how others are seen: control, format (bidirectional overrides among them),
 * private, unassigned, lone surrogates; line and paragraph separators; every space but U+0020; what fonts ignore; and the
 * Braille pattern without dots, which Unicode counts among the symbols.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u

/**
 * Writes a value in its one canonical text (RFC 8785) of a narrower profile: strings and safe integers only, strings in
 * NFC (Unicode UAX #15) and without unseen characters, so that equal bytes are what equal sights are made of. Without
 * fractions and exponents no rule of RFC 8785 §3.2.2.3 on numbers is left but "as ECMAScript writes it".
 *
 * Refuses with `malformed_encoding`: booleans, null, undefined, fractions, negative zero, numbers from 2^53 on, text
 * outside the profile, and more than 16 levels.
 */
export function encodeCanonicalJson(value: CanonicalValue): string {
  return encode(value, maxDepth)
}

function encode(value: CanonicalValue, depth: number): string {
  if (typeof value === 'string') return encodeText(value)
  if (typeof value === 'number') return encodeInteger(value)
  if (depth === 0) throw malformed('depth', `Unexpected nesting, expected at most ${maxDepth} levels.`)
  if (Array.isArray(value)) {
    // Array.from also visits holes, which map() would skip.
    return `[${Array.from(value as readonly CanonicalValue[], (item) => encode(item, depth - 1)).join(',')}]`
  }
  if (typeof value !== 'object' || value === null || !isPlain(value)) {
    throw malformed(
      'profile',
      'Unexpected kind of value, expected text, a whole number, a list or an object.',
    )
  }
  // RFC 8785 §3.2.3: by UTF-16 code units, which is how ECMAScript sorts.
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${encodeText(name)}:${encode(member, depth - 1)}`).join(',')}}`
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function encodeText(text: string): string {
  if (unseen.test(text)) {
    throw malformed(
      'profile',
      'Unexpected unseen character in text, expected none that is not shown as itself.',
    )
  }
  if (text.normalize('NFC') !== text) throw malformed('UAX #15', 'Unexpected form of text, expected NFC.')
  return JSON.stringify(text)
}

function encodeInteger(value: number): string {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    throw malformed(
      'RFC 7493 §2.2',
      'Unexpected number, expected a whole one below 2^53 that is not negative zero.',
    )
  }
  return String(value)
}
