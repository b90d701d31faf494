import type { Attack } from '../attack.ts'
import type { Opened } from '../target/target.ts'
import { judge } from './outcome.ts'

export const pastTheLock: Attack = {
  id: 'A09',
  title: 'The screen behind the lock opened directly',
  done: 'The function that draws what is protected is called as if the lock had been passed.',
  standard: 'MASWE-0018 · MASWE-0020',
  stoppedBy:
    'The lock is no screen in front of the data: without the vault’s key there is neither token nor data to draw.',
  async run(target) {
    return target.hooked(async (hook) => {
      return judge(target, (await hook.evaluate('globalThis.showSecret()')) as Opened)
    })
  },
}
