import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const clock: Attack = {
  id: 'A26',
  title: 'The clock set back',
  done: 'The owner opens and locks the app; a day later the phone’s clock is set back to that minute, and the app is opened without a touch.',
  standard: 'MASWE-0024',
  stoppedBy:
    'No time on the phone opens anything: the server’s clock and the secure world’s own counter decide.',
  async run(target) {
    target.phone.touch('owner')
    await target.open()
    await target.lock()
    await target.phone.pass(86_400_000)
    await target.phone.setClockBack(86_400_000)
    return judge(target, await target.open())
  },
}
