import { KeyboundError } from '@keybound/protocol'

/** A place in the queue. Leave it in every case. */
export interface Place {
  /** Resolves when it is this one's turn to work. */
  readonly turn: () => Promise<void>
  readonly leave: () => void
}

/** Bounds work that is expensive: so many at a time, so many waiting, the rest is refused at once. */
export interface BoundedQueue {
  /** Takes a place. Refuses with `overloaded` when there is none, before any work was done. */
  enter(): Place
}

/** @param retryAfter seconds that are told to those who are refused */
export function createQueue(concurrency: number, waiting: number, retryAfter: number): BoundedQueue {
  let taken = 0
  let working = 0
  const line: (() => void)[] = []

  function startNext(): void {
    while (working < concurrency) {
      const next = line.shift()
      if (next === undefined) return
      working++
      next()
    }
  }

  function enter(): Place {
    if (taken >= concurrency + waiting) {
      const message = `Unexpected load, expected room in the password queue. Try again in ${retryAfter} s.`
      throw new KeyboundError('overloaded', message, { retryAfter })
    }
    taken++
    let state: 'entered' | 'working' | 'left' = 'entered'
    return {
      turn: () =>
        new Promise((resolve) => {
          line.push(() => {
            state = 'working'
            resolve()
          })
          startNext()
        }),
      leave() {
        if (state === 'left') return
        if (state === 'working') working--
        state = 'left'
        taken--
        startNext()
      },
    }
  }

  return { enter }
}
