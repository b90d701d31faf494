import type { Attack } from '../attack.ts'
import { swapCipher } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const softwareCipher: Attack = {
  id: 'A12',
  title: 'The cipher swapped for one in software',
  done: 'Where the app gets its cipher or signature from the key store, it gets one with a key of the attacker’s, which needs nobody; then success is forced with it.',
  standard: 'MASWE-0020 · MASTG-TEST-0327',
  stoppedBy:
    'What was sealed opens under the one key alone, and the server verifies with the public half it registered.',
  only: 'android',
  run: (target) => openHooked(target, swapCipher),
}
