import type { Handlers } from '../channel/channel.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { AuthTokens } from './auth-tokens.ts'
import type { AuthToken, Lockout, SecureWorldCalls } from './types.ts'

/** How a sensor answers to strangers. */
export interface SensorRules {
  /** 3: its word opens keys. 2: it recognises, and proves nothing. */
  readonly class: 2 | 3
  readonly enrolled: readonly string[]
  /** Failures in a row until it locks for `lockoutTime`; Infinity: never for a time. */
  readonly failuresToLockOut: number
  /** Failures without a success until only the device credential helps. */
  readonly failuresToLockForGood: number
  /** Milliseconds. */
  readonly lockoutTime: number
}

export interface SensorSurroundings {
  readonly random: SeededRandom
  readonly tokens: AuthTokens
  /** Milliseconds since start: no clock that anybody can set. */
  readonly elapsed: () => number
  /** Secure id of the user; `0` without a screen lock. */
  readonly userSid: () => string
}

type SensorCalls = Pick<
  SecureWorldCalls,
  'sensor.state' | 'sensor.enrol' | 'sensor.remove' | 'sensor.touch' | 'sensor.lockOut'
>

/** The sensor, with its templates: it alone says who touched it. */
export function createSensor(rules: SensorRules, surroundings: SensorSurroundings) {
  const { random, tokens, elapsed, userSid } = surroundings
  const enrolled = new Set(rules.enrolled)
  const newSid = () => (rules.class === 3 && enrolled.size > 0 ? random.hex(8) : '0')
  let sid = newSid()
  let failures = 0
  let lockedUntil = 0
  let lockedForGood = false

  const lockout = (): Lockout =>
    lockedForGood ? 'lockedOutPermanently' : elapsed() < lockedUntil ? 'lockedOut' : 'none'
  const release = (): void => {
    failures = 0
    lockedUntil = 0
    lockedForGood = false
  }
  const fail = (): void => {
    failures += 1
    if (failures >= rules.failuresToLockForGood) lockedForGood = true
    else if (failures % rules.failuresToLockOut === 0) lockedUntil = elapsed() + rules.lockoutTime
  }

  const handlers: Handlers<SensorCalls> = {
    'sensor.state': () => ({ enrolled: [...enrolled], sid, lockout: lockout() }),
    'sensor.enrol'({ finger }) {
      enrolled.add(finger)
      sid = newSid()
      return null
    },
    'sensor.remove'({ finger }) {
      if (enrolled.delete(finger)) sid = newSid()
      return null
    },
    async 'sensor.touch'({ finger, challenge }) {
      const locked = lockout()
      if (locked !== 'none') return { result: locked }
      if (!enrolled.has(finger)) {
        fail()
        return { result: 'refused' }
      }
      release()
      const token: AuthToken | null =
        rules.class === 2
          ? null
          : await tokens.issue({
              challenge,
              userSid: userSid(),
              authenticatorSid: sid,
              type: 2,
              at: elapsed(),
            })
      return { result: 'recognised', token }
    },
    'sensor.lockOut'({ lockout: wanted }) {
      release()
      if (wanted === 'lockedOut') lockedUntil = elapsed() + rules.lockoutTime
      if (wanted === 'lockedOutPermanently') lockedForGood = true
      return null
    },
  }
  return { handlers, release }
}
