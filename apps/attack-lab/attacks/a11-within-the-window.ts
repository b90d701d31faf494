import type { Attack } from '../attack.ts'
import { forceSuccess } from '../tools/scripts.ts'
import { openHooked } from './outcome.ts'

export const withinTheWindow: Attack = {
  id: 'A11',
  title: 'Success forced after the phone was unlocked',
  done: 'The owner unlocks the phone for anything else; then success is forced as in A01.',
  standard: 'MASWE-0020 · MASTG-TEST-0330',
  stoppedBy: 'Every use wants a touch of its own: what the owner did a minute ago opens nothing.',
  async run(target) {
    await target.phone.unlock()
    return openHooked(target, forceSuccess)
  },
}
