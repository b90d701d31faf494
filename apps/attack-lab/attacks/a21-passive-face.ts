import type { Attack } from '../attack.ts'
import { isLost, type Opened } from '../target/target.ts'
import { judge } from './outcome.ts'

export const passiveFace: Attack = {
  id: 'A21',
  title: 'A face that happens to be there',
  done: 'On a phone with a face sensor of class 3, code in the app’s process opens the prompt while its owner looks at the phone for something else.',
  standard: 'MASWE-0020 · MASTG-TEST-0329',
  stoppedBy:
    'On Android the prompt asks for a confirmation: who only looks has not given it. iOS asks apps’ users for none; there it opens once, until the lock, and a payment wants a look of its own. Who holds the phone before a sleeping face can confirm as well: whether eyes must be open is the phone’s.',
  async run(target) {
    const face = await target.onPhoneWithFace(3)
    try {
      if ('refused' in face.set) throw new Error(`Could not be set up with a face: ${face.set.refused}`)
      face.target.phone.look()
      const opened = (await face.target.hooked(({ evaluate }) => evaluate('globalThis.openApp()'))) as Opened
      return target.system === 'ios' && isLost(target, opened)
        ? { result: 'residual', observed: 'Opened by a look, as with every app on iOS.' }
        : judge(face.target, opened)
    } finally {
      await face.target.close()
    }
  },
}
