import { encodeCanonicalJson } from '../encoding/canonical-json.ts'
import { matches } from './matches.ts'
import { unacceptable } from './unacceptable.ts'

/**
 * Writing systems that are written in one word together (UTS #39 §5.2 "highly restrictive"). Letters of others in
 * one word are how look-alikes are made: a Cyrillic а in a Latin name.
 */
const together: readonly RegExp[] = [
  'Latin Han Hiragana Katakana',
  'Latin Han Bopomofo',
  'Latin Han Hangul',
  ...(
    'Cyrillic Greek Arabic Hebrew Armenian Georgian Ethiopic Thai Lao Khmer Myanmar Tibetan Sinhala ' +
    'Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Mongolian Thaana'
  ).split(' '),
]
  .map((scripts) => scripts.split(' '))
  .map((scripts) => {
    // Letters alone are looked at: with all that is common to writing systems, a pattern takes 0.1 s to compile.
    return new RegExp(`^[${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]*$`, 'u')
  })

/**
 * Prose of 1 to `most` code units, as it may be shown and signed:
 * - the canonical profile: NFC, nothing unseen, no space but U+0020;
 * - no space at either end and no two in a row, which pages show as one;
 * - no compatibility characters such as `ﬁ`, `Ａ` or `²` (the text equals its NFKC), but `…`, `№`, `™`;
 * - digits are `0-9`; each word is of one writing system;
 * - marks stand above and below something, and come at most two in a row.
 */
export function checkText(place: string, text: unknown, most: number): asserts text is string {
  if (typeof text !== 'string') throw unacceptable(place, 'kind of value', 'text')
  if (text === '' || text.length > most) throw unacceptable(place, 'length', `1 to ${most} characters`)
  try {
    encodeCanonicalJson(text)
  } catch {
    throw unacceptable(place, 'character', 'NFC text without control, hidden or bidirectional characters')
  }
  if (text !== text.trim() || text.includes('  '))
    throw unacceptable(place, 'space', 'single spaces between words')
  const plain = text.replace(/[…№™]/g, '')
  if (plain.normalize('NFKC') !== plain) {
    throw unacceptable(place, 'compatibility character', 'plain letters, such as "fi" for the ligature')
  }
  if (/(?![0-9])\p{N}/u.test(text)) throw unacceptable(place, 'digit', 'digits from 0 to 9')
  if (/(^| |\p{M}{2})\p{M}/u.test(text)) throw unacceptable(place, 'mark', 'at most two on a letter')
  if (!text.split(' ').every(isOfOneSystem)) {
    throw unacceptable(place, 'mixture of writing systems', 'letters of one in each word')
  }
}

/** Visible ASCII without space, 1 to 140 characters. */
export function checkCode(place: string, text: unknown): asserts text is string {
  if (matches(/^[\x21-\x7e]{1,140}$/, text)) return
  throw unacceptable(place, 'text', '1 to 140 visible ASCII characters without space')
}

function isOfOneSystem(word: string): boolean {
  const letters = word.replace(/\P{L}/gu, '')
  return together.some((pattern) => pattern.test(letters))
}
