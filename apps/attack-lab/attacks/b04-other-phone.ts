import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const otherPhone: Attack = {
  id: 'B04',
  title: 'The app’s files on another phone',
  done: 'All files of the app are copied to the attacker’s own phone, where their own finger is enrolled, and the app is opened there.',
  standard: 'MASWE-0006 · MASTG-TEST-0262, MASTG-TEST-0298',
  stoppedBy:
    'The keys stay in the phone they were made in; without them the files open nothing and refresh nothing.',
  async run(target) {
    const copy = await target.onAnotherPhone()
    try {
      copy.phone.touch('owner')
      const opened = await copy.open()
      return judge(copy, opened)
    } finally {
      await copy.close()
    }
  },
}
