import { commonWords } from './common-words.ts'

/** Ways over a keyboard, an alphabet or the digits; three steps or more along one of them, either way, count as one. */
const ways = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
  '147258369',
  '789456123',
].flatMap((way) => [way, [...way].reverse().join('')])

/** Digits and signs that stand for letters in passwords that want to look harder than they are. */
const disguises: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** A password of this many pieces, or fewer, is what guessers try first. */
const fewPieces = 3

/**
 * Whether a password is among those that guessers try first (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 §6.2.4): made
 * of at most three common words, years, runs over the keyboard, repetitions or single characters, however often it is
 * repeated and whatever stands between them. Stated as a rule, because lists of real passwords, once they are as long
 * as a policy asks for, consist of little else. It does not know which passwords have been stolen elsewhere.
 *
 * @param names what a guesser adds for this user and service: the user name, the realm. Shorter than 3 is ignored
 */
export function isObvious(password: string, names: readonly string[]): boolean {
  const words = new Set([...commonWords, ...names.map(withoutSeparators)])
  return piecesOf(unitOf(withoutSeparators(password)), words) <= fewPieces
}

/** In lower case and without spaces and punctuation, unless it is mostly that. Signs that disguise letters stay. */
function withoutSeparators(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase()
  const letters = plain.replaceAll(/(?![@!])[\p{Z}\p{P}]/gu, '')
  return letters.length * 2 < plain.length ? plain : letters
}

/** What the text is a repetition of: itself, when it is none. */
function unitOf(text: string): string {
  const period = (text + text).indexOf(text, 1)
  return period > 0 ? text.slice(0, period) : text
}

/** The least number of pieces the text can be cut into. */
function piecesOf(text: string, words: ReadonlySet<string>): number {
  const undisguised = text.replaceAll(/[013457@$!]/g, (character) => disguises[character] ?? character)
  const longestWord = Math.max(...[...words].map((word) => word.length))
  const least: number[] = [0]
  let sameFrom = 0
  for (let end = 1; end <= text.length; end++) {
    if (text[end - 1] !== text[sameFrom]) sameFrom = end - 1
    const begins = [end - 1, ...beginsOfRuns(text, end)]
    if (end - sameFrom >= 3) begins.push(sameFrom)
    for (let begin = end - 3; begin >= 0 && begin >= end - longestWord; begin--) {
      if (words.has(text.slice(begin, end)) || words.has(undisguised.slice(begin, end))) begins.push(begin)
    }
    least[end] = 1 + Math.min(...begins.map((begin) => least[begin] ?? 0))
  }
  return least[text.length] ?? 0
}

/** Where a year, or three or more steps along one of the ways, may begin that end here. */
function beginsOfRuns(text: string, end: number): number[] {
  const begins = /^(19|20)\d\d$/.test(text.slice(Math.max(0, end - 4), end)) ? [end - 4] : []
  for (let begin = end - 3; begin >= 0; begin--) {
    const piece = text.slice(begin, end)
    if (!ways.some((way) => way.includes(piece))) break
    begins.push(begin)
  }
  return begins
}
