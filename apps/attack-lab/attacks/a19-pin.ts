import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const pin: Attack = {
  id: 'A19',
  title: 'The PIN instead of the finger',
  done: 'Who watched the owner type the PIN opens the app and enters it.',
  standard: 'MASWE-0021 · MASTG-TEST-0326, MASTG-TEST-0268',
  stoppedBy: 'The prompt takes no PIN, and a key that only biometrics open would not care.',
  async run(target) {
    target.phone.enterPin()
    const opened = await target.open()
    return judge(target, opened)
  },
}
