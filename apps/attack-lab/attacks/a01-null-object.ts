import type { Attack } from '../attack.ts'
import { forceSuccess } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const nullObject: Attack = {
  id: 'A01',
  title: 'Success forced, without a cryptographic object',
  done: 'Code in the app’s process answers every prompt with success, at once and for nobody.',
  standard: 'MASWE-0020 · MASTG-TEST-0327, MASTG-TEST-0266',
  stoppedBy:
    'There is nothing to open with: success is not what the app waits for, but bytes of a key that no touch authorised.',
  only: 'android',
  run: (target) => openHooked(target, forceSuccess),
}
