import type { Attack } from '../attack.ts'
import { judge } from './outcome.ts'

export const weakFace: Attack = {
  id: 'A20',
  title: 'A photo before a weak face sensor',
  done: 'The app is set up on a phone whose only sensor is of class 2, as many face sensors are; then a photo that this sensor takes for its owner is held before it.',
  standard: 'MASWE-0020 · MASTG-BEST-0031',
  stoppedBy:
    'The prompt wants class 3, and no key opens by the word of a weaker sensor: on such a phone biometrics cannot be turned on, and the password stays.',
  only: 'android',
  async run(target) {
    const weak = await target.onPhoneWithFace(2)
    try {
      if ('refused' in weak.set) {
        return { result: 'held', observed: `Could not be set up with such a sensor: “${weak.set.refused}”` }
      }
      // What stands for the photo: the sensor says that it was the owner.
      weak.target.phone.touch('owner')
      return judge(weak.target, await weak.target.open())
    } finally {
      await weak.target.close()
    }
  },
}
