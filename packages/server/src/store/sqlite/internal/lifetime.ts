import { KeyboundError } from '@keybound/protocol'
import { asKeyboundError } from './failure.ts'

/** The time in which a store takes calls. */
export interface Lifetime {
  /** Does the work, and makes its errors ours. Refuses with `store_unavailable` once the end was asked for. */
  during<Result>(work: () => Promise<Result>): Promise<Result>
  /** Waits for everything under way, then releases, once. */
  end(release: () => void): Promise<void>
}

export function createLifetime(): Lifetime {
  const underWay = new Set<Promise<unknown>>()
  let ended: Promise<void> | undefined
  return {
    during: (work) => {
      if (ended !== undefined) {
        const message = 'Unexpected call of a closed store, expected an open one. Open a new one.'
        return Promise.reject(new KeyboundError('store_unavailable', message))
      }
      const call = work()
        .catch((error: unknown) => {
          throw asKeyboundError(error)
        })
        .finally(() => underWay.delete(call))
      underWay.add(call)
      return call
    },
    end: (release) => {
      ended ??= Promise.allSettled(underWay).then(release)
      return ended
    },
  }
}
