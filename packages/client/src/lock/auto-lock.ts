import type { Platform } from '../platform.ts'
import type { PlatformVault } from '../platform-vault.ts'

/** When an unlocked app locks by itself. Milliseconds; `Infinity` for never. */
export interface LockOptions {
  /** Since the user last touched or typed. Requests of the app do not count. Default 5 minutes. */
  readonly inactivity?: number
  /** Since the unlock, whatever happens. Default 12 hours. */
  readonly maxAge?: number
  /** Since the app went to the background. Default 30 seconds. */
  readonly backgroundGrace?: number
}

/** Watches an unlocked app. */
export interface AutoLock {
  /** Begins to count; ends an earlier counting. */
  readonly arm: () => void
  readonly disarm: () => void
  /** Locks now if it is time: timers stand still while a device sleeps. */
  readonly check: () => void
}

/** Makes it. Time is the later of two clocks: one stands still in sleep, the other can be set back. */
export function createAutoLock(
  { monotonicNow, wait, vault }: Platform & { readonly vault: PlatformVault },
  { inactivity = 300_000, maxAge = 43_200_000, backgroundGrace = 30_000 }: LockOptions,
  lock: () => void,
): AutoLock {
  let running: AbortController | undefined
  let offset = 0
  let age = 0
  let active = 0
  let hidden = Number.POSITIVE_INFINITY

  const clock = () => {
    offset = Math.max(offset, vault.now() - monotonicNow())
    return monotonicNow() + offset
  }
  const deadline = () => Math.min(age + maxAge, active + inactivity, hidden + backgroundGrace)

  function check(): void {
    if (running && clock() >= deadline()) lock()
  }

  async function checkAfter(milliseconds: number, signal: AbortSignal): Promise<void> {
    await wait(milliseconds, signal)
    if (!signal.aborted) check()
  }

  async function count(signal: AbortSignal): Promise<void> {
    // Timers of browsers end at once when they are to wait longer than 2^31 ms.
    while (!signal.aborted) await checkAfter(Math.min(Math.max(deadline() - clock(), 0), 60_000), signal)
  }

  function disarm(): void {
    running?.abort()
    running = undefined
  }

  return {
    arm() {
      disarm()
      offset = vault.now() - monotonicNow()
      age = clock()
      active = age
      hidden = Number.POSITIVE_INFINITY
      running = new AbortController()
      const { signal } = running
      const unwatch = vault.watch((event) => {
        check()
        if (event === 'activity') active = clock()
        else hidden = event === 'hidden' ? clock() : Number.POSITIVE_INFINITY
        // The wait that is under way may end after the grace time.
        if (event === 'hidden') checkAfter(backgroundGrace, signal).catch(() => {})
      })
      signal.addEventListener('abort', unwatch)
      count(signal).catch(() => {})
    },
    disarm,
    check,
  }
}
