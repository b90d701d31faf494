import { type ConformanceWorld, NotProvoked, type WorldAbility } from '@keybound/phone/conformance'

/** What a person at the phone is asked to do, while a case runs. */
export type Instruction = 'touch' | 'cancel'

const byNobody = 'Only a model brings this about; see docs/device-only.md for what a person can try.'

/** Five of them lock the sensor, an iPhone's until its passcode: every case after that would fail for nothing. */
const wrongFingers =
  'Wrong fingers lock the sensor for the cases that follow; see docs/device-only.md, 8 to 10.'

const beyond: readonly WorldAbility[] = [
  'failPrompt',
  'forceSuccess',
  'enrol',
  'unenrol',
  'lockOut',
  'unlockWithCredential',
  'setScreenLock',
  'setSensor',
  'setDeviceLocked',
  'weakenNextKey',
  'background',
  'foreground',
  'recreateActivity',
  'killApp',
  'reboot',
  'interact',
  'advance',
  'setClock',
  'reinstall',
  'backup',
  'readStorage',
  'restore',
  'pruneOperations',
  'occupySlots',
  'openOperations',
  'failNext',
]

/** What the world of a real phone cannot do, and why. */
export const cannot: Partial<Readonly<Record<WorldAbility, string>>> = Object.fromEntries(
  beyond.map((ability) => [ability, byNobody]),
)

/** A real phone and the person who holds it. What it cannot do ends a case as not provoked. */
export function deviceWorld(instruct: (what: Instruction) => void): ConformanceWorld {
  const possible: Partial<ConformanceWorld> = {
    touch: async (finger) => {
      if (finger !== 'right index') throw new NotProvoked(wrongFingers)
      instruct('touch')
    },
    dismissPrompt: async () => instruct('cancel'),
    clearTouches: async () => undefined,
  }
  return new Proxy(possible as ConformanceWorld, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name) as unknown
      if (name === 'prompts') throw new NotProvoked('Prompts are seen by the person, not by the app.')
      if (typeof name === 'symbol') return undefined
      return async () => {
        throw new NotProvoked(byNobody)
      }
    },
  })
}
