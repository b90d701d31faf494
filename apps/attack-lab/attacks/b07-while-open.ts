import type { Attack } from '../attack.ts'
import type { Opened } from '../target/target.ts'
import { isLost } from '../target/target.ts'

export const whileOpen: Attack = {
  id: 'B07',
  title: 'Code in the app while its owner has it open',
  done: 'The owner opens the app with a real touch; code that was waiting in its process reads what is shown.',
  standard: 'MASWE-0024',
  stoppedBy:
    'Nothing on a compromised phone: what is on the screen can be read. What holds the damage: it ends with the lock, tokens work on this device only, and payments want another touch.',
  async run(target) {
    return target.hooked(async (hook) => {
      target.phone.touch('owner')
      await target.open()
      const opened = (await hook.evaluate('globalThis.showSecret()')) as Opened
      return isLost(target, opened)
        ? { result: 'residual', observed: 'Read what the owner had opened, as with every app.' }
        : { result: 'held', observed: 'Could not read it.' }
    })
  },
}
