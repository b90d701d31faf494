import type { Attack } from '../attack.ts'
import { forceSuccessWithObject } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const ownObject: Attack = {
  id: 'A02',
  title: 'Success forced, with the app’s own object',
  done: 'Code in the app’s process answers every prompt with success and the object that the app asked to authorise.',
  standard: 'MASWE-0020 · MASTG-TEST-0327',
  stoppedBy:
    'The secure world wants the sensor’s own word for each use of the key; the app’s process cannot write it.',
  only: 'android',
  run: (target) => openHooked(target, forceSuccessWithObject),
}
