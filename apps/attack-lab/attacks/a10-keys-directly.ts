import type { Attack } from '../attack.ts'
import { useKeysDirectly } from '../tools/scripts.ts'

/** Keybound’s key that proves the device, and its mark of this installation: they open nothing and approve nothing. */
const usedWithoutTouch = /\.(proof|installation)$/

export const keysDirectly: Attack = {
  id: 'A10',
  title: 'Keys used directly, without a prompt',
  done: 'Each key of the app is asked to sign and to decrypt, with no prompt shown; a day has passed since anybody unlocked the phone.',
  standard: 'MASWE-0016 · MASTG-TEST-0330',
  stoppedBy:
    'Keys that open or approve want a touch for every use. Keys that work without prove the device; they open nothing and approve nothing.',
  notFor: ({ hasKeys }) => (hasKeys ? undefined : 'It has no key.'),
  async run(target) {
    await target.phone.pass(90_000_000)
    const worked = (await target.hooked(({ evaluate }) =>
      evaluate(useKeysDirectly[target.system]),
    )) as readonly string[]
    const opening = worked.filter((alias) => !usedWithoutTouch.test(alias))
    if (opening.length > 0) return { result: 'lost', observed: `Keys that worked: ${opening.join(', ')}.` }
    const observed = worked.length > 0 ? 'Only keys that open nothing worked.' : 'Every use was refused.'
    return { result: 'held', observed }
  },
}
