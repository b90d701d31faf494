import type { Attack } from '../attack.ts'
import type { Opened } from '../target/target.ts'
import { judge } from './outcome.ts'

export const recovery: Attack = {
  id: 'A18',
  title: 'A new key with the session that is still there',
  done: 'After the attacker’s finger has destroyed the key, the app is made to set itself up anew without the password, and opened with that finger.',
  standard: 'MASWE-0022 “Unsafe Invalidation Recovery” · MAS-ATTACK-0035',
  stoppedBy:
    'The server takes a new key only with a fresh password, and revokes the old one; the app closes and says so.',
  async run(target) {
    await target.phone.enrol('stranger')
    return target.hooked(async (hook) => {
      target.phone.touch('stranger')
      return judge(target, (await hook.evaluate('globalThis.recover()')) as Opened)
    })
  },
}
