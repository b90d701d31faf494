import { randomBytes } from 'node:crypto'
import type { Attack } from '../attack.ts'
import type { Opened, Target } from '../target/target.ts'

/** Guesses until the app's files are put back. */
const guessesAtOnce = 4
/** Where in the attacker's list the right word stands. */
const place = 14

export const resetCounter: Attack = {
  id: 'A25',
  title: 'The counter of wrong guesses reset',
  done: 'What the owner can type instead of a touch is guessed from a list that holds it at the fourteenth place; after every fourth guess the app’s files are put back as they were, and the app is started anew.',
  standard: 'MASWE-0057 · NIST SP 800-63B-4 §3.2.2',
  stoppedBy: 'The server counts, for the account and for each device; nothing on the phone knows a number.',
  notFor: ({ typed }) => (typed === undefined ? 'It takes nothing that can be typed.' : undefined),
  async run(target) {
    const { typed = '' } = target
    const before = target.files()
    const guesses = Array.from({ length: place }, (_, guess) => (guess === place - 1 ? typed : wrong(typed)))
    let last: Opened = { refused: '' }
    for (let guess = 0; guess < place; guess += guessesAtOnce) {
      last = await guessSome(target, guesses.slice(guess, guess + guessesAtOnce))
      if ('shown' in last)
        return { result: 'lost', observed: `Went on guessing, and got in at guess ${place}.` }
      for (const [path, bytes] of before) target.writeFile(path, bytes)
      await target.restart()
    }
    return { result: 'held', observed: `The right one, at guess ${place}, was refused: “${last.refused}”` }
  },
}

/** Stops at the first that gets in. */
async function guessSome(target: Target, guesses: readonly string[]): Promise<Opened> {
  return target.hooked(async (hook) => {
    let opened: Opened = { refused: '' }
    for (const guess of guesses) {
      opened = (await hook.evaluate(`guess(${JSON.stringify(guess)})`)) as Opened
      if ('shown' in opened) break
    }
    return opened
  })
}

/** Another word of the same length. */
function wrong(typed: string): string {
  const word = randomBytes(typed.length).toString('hex').slice(0, typed.length)
  return word === typed ? wrong(typed) : word
}
