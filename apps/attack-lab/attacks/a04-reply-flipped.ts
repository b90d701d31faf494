import type { Attack } from '../attack.ts'
import { forceSuccess } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const replyFlipped: Attack = {
  id: 'A04',
  title: 'The reply of LAContext flipped',
  done: 'Code in the app’s process answers `evaluatePolicy` with YES, at once and for nobody.',
  standard: 'MASWE-0020 · MASTG-TEST-0266, MASTG-TEST-0267',
  stoppedBy:
    'No reply is waited for: the key itself asks, and the Secure Enclave wants the sensor’s word for each use of it.',
  only: 'ios',
  run: (target) => openHooked(target, forceSuccess),
}
