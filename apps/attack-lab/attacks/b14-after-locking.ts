import type { Attack } from '../attack.ts'
import type { Opened } from '../target/target.ts'
import { judge } from './outcome.ts'

export const afterLocking: Attack = {
  id: 'B14',
  title: 'Content left after locking',
  done: 'The owner opens the app and locks it; then what is behind the lock is drawn again without a touch.',
  standard: 'MASWE-0024',
  stoppedBy: 'Locking drops the keys and the token, not only the screen.',
  notFor: ({ kind }) => (kind === 'naive' ? 'It has no lock of its own; see A09.' : undefined),
  async run(target) {
    target.phone.touch('owner')
    await target.open()
    await target.lock()
    return target.hooked(async (hook) => {
      return judge(target, (await hook.evaluate('globalThis.showSecret()')) as Opened)
    })
  },
}
