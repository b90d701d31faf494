import type { TimeSource } from './device-clock.ts'
import type { HardwareDelays } from './options.ts'

/** Runs the hardware's work, and lets no answer out before the hardware would have had it. */
export function createPace(
  delays: HardwareDelays,
  now: TimeSource,
  wait: (milliseconds: number) => Promise<void>,
) {
  return async <T>(what: 'generate' | 'use', work: () => Promise<T>): Promise<T> => {
    const delay = delays[what] ?? 0
    if (delay === 0) return work()
    const began = now()
    try {
      return await work()
    } finally {
      const left = delay - (now() - began)
      if (left > 0) await wait(left)
    }
  }
}
