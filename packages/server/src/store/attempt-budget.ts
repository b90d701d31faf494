import type { EpochSeconds } from '@keybound/protocol'
import type { AttemptBudget } from './contract.ts'

/** What a store keeps of one bucket. A bucket that is not there is empty. */
export interface AttemptBucket {
  /** Tries taken since the bucket was last empty. */
  readonly tries: number
  /** When the last try was taken. */
  readonly lastTryAt: EpochSeconds
  /** When the bucket is empty again; it may be pruned {@link clockTolerance} later. */
  readonly forgetAt: EpochSeconds
}

/** The bucket with the try in it, or whole seconds (at least 1) until the next try may be taken. */
export type TakeFromBudget =
  | { readonly outcome: 'taken'; readonly bucket: AttemptBucket }
  | { readonly outcome: 'exhausted'; readonly retryAfter: number }

/** Judges one try against one budget: the arithmetic that {@link AttemptBudget} describes. Pure. */
export function takeFromBudget(
  bucket: AttemptBucket | undefined,
  budget: AttemptBudget,
  now: EpochSeconds,
): TakeFromBudget {
  const before = bucket !== undefined && now < bucket.forgetAt ? bucket : undefined
  if (before === undefined) return { outcome: 'taken', bucket: holding(1, now, budget) }
  if (before.tries >= budget.limit) {
    const wait = before.lastTryAt + waitAfter(before.tries, budget) - now
    if (wait > 0) return { outcome: 'exhausted', retryAfter: Math.ceil(wait) }
  }
  // A process whose clock is behind must not move the bucket back in time.
  return { outcome: 'taken', bucket: holding(before.tries + 1, Math.max(before.lastTryAt, now), budget) }
}

/** The bucket after one try was given back, or `undefined` when it is empty then. Pure. */
export function refundToBudget(bucket: AttemptBucket | undefined): AttemptBucket | undefined {
  return bucket === undefined || bucket.tries <= 1 ? undefined : { ...bucket, tries: bucket.tries - 1 }
}

/** Seconds that must lie between this try, of those beyond the free ones, and the next. */
function waitAfter(tries: number, budget: AttemptBudget): number {
  return Math.min(budget.delay * 2 ** (tries - budget.limit), budget.maxDelay)
}

function holding(tries: number, lastTryAt: EpochSeconds, budget: AttemptBudget): AttemptBucket {
  return { tries, lastTryAt, forgetAt: lastTryAt + Math.max(budget.forgetAfter, budget.maxDelay) }
}
