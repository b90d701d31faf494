import type { ServerContext } from './context.ts'
import { createRootAlarm } from './root-alarm.ts'

/** Seconds between two prunings of the store. */
const pruneEvery = 300

/**
 * Keeps count of what is under way, prunes the store now and then and has an eye on the roots, so that the host needs no
 * timer for it.
 */
export interface Housekeeping {
  /** Does the work, or the other thing once closing has begun. */
  during<T>(work: () => Promise<T>, whenClosing: () => T): Promise<T>
  close(): Promise<void>
}

export function createHousekeeping(context: ServerContext): Housekeeping {
  let closing = false
  let underWay = 0
  let prunedAt = context.now()
  let pruning: Promise<void> | undefined
  let idle: (() => void) | undefined
  const tellEndingRoots = createRootAlarm(context)
  tellEndingRoots()

  function pruneWhenDue(): void {
    if (pruning !== undefined || context.now() - prunedAt < pruneEvery) return
    prunedAt = context.now()
    pruning = context.store
      .prune(prunedAt)
      // Nothing depends on it now; it is tried again when it is due again, and requests will tell of a broken store.
      .catch(() => undefined)
      .then(() => {
        pruning = undefined
      })
  }

  /** Fails no request and holds up no closing: a root that cannot be read refuses registrations, which tell of it. */
  function lookAtRoots(): void {
    try {
      tellEndingRoots()
    } catch {
      // Said above.
    }
  }

  return {
    async during(work, whenClosing) {
      if (closing) return whenClosing()
      underWay++
      try {
        return await work()
      } finally {
        underWay--
        pruneWhenDue()
        lookAtRoots()
        if (underWay === 0) idle?.()
      }
    },
    async close() {
      closing = true
      if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve))
      await pruning
    },
  }
}
