import type { Attack } from '../attack.ts'
import { replayTouch } from '../tools/scripts.ts'
import { judge } from './outcome.ts'

export const replayedTouch: Attack = {
  id: 'A13',
  title: 'An earlier touch replayed',
  done: 'The owner opens the app once; what that touch gave is kept, and given again when the app asks the next time.',
  standard: 'MASWE-0020',
  stoppedBy: 'A touch authorises one operation of one key, and that is spent.',
  async run(target) {
    return target.hooked(async (hook) => {
      await hook.evaluate(replayTouch)
      target.phone.touch('owner')
      await target.open()
      await target.lock()
      return judge(target, await target.open())
    })
  },
}
