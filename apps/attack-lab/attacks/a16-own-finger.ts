import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const ownFinger: Attack = {
  id: 'A16',
  title: 'Own finger enrolled',
  done: 'Who knows the PIN enrols a finger of their own in the phone’s settings, and opens the app with it.',
  standard: 'MASWE-0022 · MASTG-TEST-0328, MASTG-TEST-0270',
  stoppedBy: 'The key dies with the change of enrolment; the app says so, and only the password helps.',
  async run(target) {
    await target.phone.enrol('stranger')
    target.phone.touch('stranger')
    const opened = await target.open()
    return judge(target, opened)
  },
}
