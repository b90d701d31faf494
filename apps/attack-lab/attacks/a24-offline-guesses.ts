import type { Attack } from '../attack.ts'
import { tokenUnderPin, type UnderPin } from '../naive/app-pin.ts'
import type { Target } from '../target/target.ts'
import { notApplicable } from './outcome.ts'

export const offlineGuesses: Attack = {
  id: 'A24',
  title: 'The app’s PIN guessed away from the phone',
  done: 'The app’s files are copied, and every PIN of four digits is tried on them with the attacker’s own machine, until one opens what lies there.',
  standard: 'MASWE-0013 · MASWE-0016',
  stoppedBy:
    'Nothing in the files is under something a person can type: what opens them is in the phone’s hardware, and the password is checked by the server alone.',
  async run(target) {
    const kept = readKept(target)
    if (!kept) return notApplicable('Nothing in its files lies under a PIN of its own.')
    for (let guess = 0; guess < 10_000; guess++) {
      const token = await tokenUnderPin(kept, String(guess).padStart(4, '0')).catch(() => undefined)
      if (token !== undefined && (await target.opensFor(token)))
        return { result: 'lost', observed: `Guess ${guess + 1} gave the token, and the server took it.` }
    }
    return { result: 'held', observed: 'No PIN of four digits opened it.' }
  },
}

/** What an app keeps under a PIN, wherever in its files it stands. */
function readKept(target: Target): UnderPin | undefined {
  for (const bytes of target.files().values()) {
    const text = bytes.toString('latin1')
    const salt = /"salt":"([0-9a-f]+)"/.exec(text)?.[1]
    const sealedUnderPin = /"sealedUnderPin":"([0-9a-f]+)"/.exec(text)?.[1]
    if (salt !== undefined && sealedUnderPin !== undefined) return { salt, sealedUnderPin }
  }
  return undefined
}
