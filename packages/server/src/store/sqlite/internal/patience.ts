import { setTimeout as sleep } from 'node:timers/promises'
import { isBusy } from './failure.ts'

/** Longest pause between two tries, in milliseconds. */
const longestPause = 25

/** Pauses in milliseconds between tries for a lock: short at first, together about `lockTimeout`. */
export function* pauses(lockTimeout: number): Generator<number, undefined> {
  let waited = 0
  for (let pause = 1; waited < lockTimeout; pause = Math.min(pause * 2, longestPause)) {
    waited += pause
    yield pause
  }
}

/** Does the work; while another process holds the lock it needs, tries again without blocking the event loop. */
export async function patiently<Result>(work: () => Result, lockTimeout: number): Promise<Result> {
  for (const pause of pauses(lockTimeout)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    await sleep(pause)
  }
  return work()
}
