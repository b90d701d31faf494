import type { Attack } from '../attack.ts'
import { claimGenuine } from '../tools/scripts.ts'
import { judge } from './outcome.ts'

export const repackaged: Attack = {
  id: 'A07',
  title: 'The app repackaged, and signed by somebody else',
  done: 'The app is signed with the attacker’s certificate, with code in it that claims to be the genuine one; its owner installs it and turns biometrics on.',
  standard: 'MASWE-0020 · MAS-ATTACK-0040',
  stoppedBy:
    'Whatever the app says of itself, the phone attests who signed it, and the server registers keys of its own app alone. Below level L2 nothing is attested.',
  async run(target) {
    const { target: copy, set } = await target.resigned(claimGenuine)
    try {
      if ('refused' in set) return { result: 'held', observed: `Could not be set up: “${set.refused}”` }
      copy.phone.touch('owner')
      return judge(copy, await copy.open())
    } finally {
      await copy.close()
    }
  },
}
