import { KeyboundError } from '@keybound/protocol'
import type { ProofReplayStore } from './replay.ts'

export interface MemoryReplayOptions {
  /** Most proofs remembered at a time, about 150 bytes each. Default 200,000: 3,000 requests a second from right clocks. */
  readonly capacity?: number
}

/**
 * Remembers used proofs in this process: for a resource server that runs as one process. Several processes need a
 * shared store, or a proof serves once in each.
 *
 * When it is full of proofs that are still good it refuses with `overloaded`: forgetting one would let it be replayed.
 */
export function createMemoryReplayStore(options: MemoryReplayOptions = {}): ProofReplayStore {
  const { capacity = 200_000 } = options
  const uses = new Map<string, number>()

  function forgetExpired(now: number): void {
    // Proofs live about equally long, so the oldest entries expire first and the walk is short.
    for (const [key, expiresAt] of uses) {
      if (expiresAt >= now) return
      uses.delete(key)
    }
  }

  return {
    async useProof({ realm, hash, expiresAt, now }) {
      forgetExpired(now)
      const key = `${realm} ${hash}`
      if (uses.has(key) || expiresAt < now) return 'used'
      if (uses.size >= capacity) {
        const message = `Unexpected number of proofs in ${capacity} remembered ones, expected fewer. Try again soon.`
        throw new KeyboundError('overloaded', message, { retryAfter: 5 })
      }
      uses.set(key, expiresAt)
      return 'fresh'
    },
  }
}
