import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const reinstalled: Attack = {
  id: 'A27',
  title: 'What outlives the app',
  done: 'The owner removes the app, and with it, they think, what it kept; who has the phone next installs it again, and opens it with a finger that is enrolled.',
  standard: 'MASWE-0024',
  stoppedBy:
    'The vault goes with the app. Keys that the keychain kept are those of an installation that is gone: nothing here names them, they open nothing, and the next registration deletes them.',
  async run(target) {
    await target.reinstall()
    target.phone.touch('owner')
    return judge(target, await target.open())
  },
}
