import { KeyboundError } from '@keybound/protocol'
import { asKeyboundError, cancelled, type Failure } from '../failures.ts'
import type { Platform } from '../platform.ts'

/** How long a step may take, and what it ends with when it takes longer. */
export type Limit = readonly [milliseconds: number, expired: Failure]

/**
 * Awaits one step of a call. `work` does it; its signal aborts as soon as nobody waits for the step any more. A step has no
 * `limit` only where it waits for what is limited itself. `late` gets a value that came after the step had ended without
 * it, to undo what made it.
 */
export type Await = <T>(
  work: (signal: AbortSignal) => Promise<T>,
  limit?: Limit,
  late?: (value: T) => void,
) => Promise<T>

/**
 * Makes what runs a step to the first of: its own end, its time limit, the abort of `signal`. So a call always settles,
 * whatever the platform does with the signal it is given, and rejects with a `KeyboundError`. Without `signal` nothing
 * aborts it.
 */
export function awaitWith(wait: Platform['wait'], signal?: AbortSignal): Await {
  return (work, limit, late) =>
    new Promise((resolve, reject) => {
      const over = new AbortController()
      // Only the first end counts.
      const end = <T>(settle: (outcome: T) => void, outcome: T) => {
        settle(outcome)
        over.abort()
        signal?.removeEventListener('abort', onAbort)
        pending.abort = undefined
      }
      const fail = (error: unknown) => end(reject, asKeyboundError(error))
      const pending: Pending = { abort: fail }
      const onAbort = () => fail(abortError(signal))
      if (signal?.aborted) return onAbort()
      signal?.addEventListener('abort', onAbort)

      start(() => work(over.signal)).then(
        (value) => (over.signal.aborted ? late?.(value) : end(resolve, value)),
        fail,
      )
      if (limit) {
        const [milliseconds, expired] = limit
        const passed = start(() => wait(milliseconds, over.signal))
        failAfter(passed, expired, pending)
      }
    })
}

/**
 * All that a timer holds of a step, and nothing once that has ended: what it worked on may be secret, and timers outlive a
 * lock. Not the signal either, whose reason holds the functions that were running when it was made.
 */
interface Pending {
  abort: ((error: unknown) => void) | undefined
}

function failAfter(passed: Promise<void>, expired: Failure, pending: Pending): void {
  const expire = () => pending.abort?.(expired())
  // A clock that fails must not lift the limit.
  passed.then(expire, expire)
}

/** Turns a synchronous throw into a rejection. */
async function start<T>(work: () => Promise<T>): Promise<T> {
  return work()
}

/** The error of a call whose signal aborted: the client's own reason, or the app's as its cause. */
export function abortError(signal: AbortSignal | undefined): KeyboundError {
  const cause: unknown = signal?.reason
  return cause instanceof KeyboundError ? cause : cancelled({ cause })
}
