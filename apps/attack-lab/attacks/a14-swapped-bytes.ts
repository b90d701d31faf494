import type { Attack } from '../attack.ts'
import { swapBytes } from '../tools/scripts.ts'
import { judge } from './outcome.ts'

export const swappedBytes: Attack = {
  id: 'A14',
  title: 'Other bytes under a real touch',
  done: 'When the owner touches, the attacker’s bytes go to the key instead of the app’s.',
  standard: 'MASWE-0023',
  stoppedBy:
    'The server computes what must have been signed from what it holds itself; other bytes are no signature of that.',
  notFor: ({ kind }) => (kind === 'naive' ? 'It approves nothing with a key.' : undefined),
  async run(target) {
    return target.hooked(async (hook) => {
      await hook.evaluate(swapBytes)
      target.phone.touch('owner')
      const opened = await target.open()
      return judge(target, opened)
    })
  },
}
