import { isBusy } from './failure.ts'
import { pauses } from './patience.ts'

/** The three steps of a transaction; each blocks. */
export interface Transaction {
  begin(): void
  commit(): void
  rollback(): void
}

/**
 * Runs the work inside a transaction that it shares with whatever else was asked in the same turn of the event loop,
 * and resolves with what the work returned once that is committed. Work is synchronous and must be safe to run again:
 * when any work of a shared transaction throws, or the commit fails, all is rolled back and each work runs again in a
 * transaction of its own, so that one failure undoes nothing else.
 */
export type GroupCommit = <Result>(work: () => Result) => Promise<Result>

interface Entry {
  readonly work: () => unknown
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly alone: boolean
}

/** Most entries of one transaction: bounds how long one flush may block the event loop. */
const largestBatch = 256

/** @param lockTimeout Milliseconds to wait, without blocking, while other processes hold the write lock. */
export function createGroupCommit(transaction: Transaction, lockTimeout: number): GroupCommit {
  let waiting: Entry[] = []
  let scheduled = false
  let patience = pauses(lockTimeout)

  /** After the input of this turn was handled, so that everything it asked shares one transaction and one sync. */
  function schedule(pause?: number): void {
    if (scheduled) return
    scheduled = true
    if (pause === undefined) setImmediate(flush)
    else setTimeout(flush, pause)
  }

  function flush(): void {
    scheduled = false
    if (!begun()) return
    const size = batchSize(waiting)
    const batch = waiting.slice(0, size)
    waiting = waiting.slice(size)
    const failure = commitTogether(batch)
    if (failure !== undefined && batch.length > 1) {
      waiting = [...batch.map((entry) => ({ ...entry, alone: true })), ...waiting]
    } else if (failure !== undefined) batch[0]?.reject(failure.error)
    if (waiting.length > 0) schedule()
  }

  /** False when the lock is held by another process: then a later flush is scheduled, or everything is rejected. */
  function begun(): boolean {
    try {
      transaction.begin()
      patience = pauses(lockTimeout)
      return true
    } catch (error) {
      const pause = isBusy(error) ? patience.next().value : undefined
      if (pause !== undefined) schedule(pause)
      else {
        patience = pauses(lockTimeout)
        for (const entry of waiting.splice(0)) entry.reject(error)
      }
      return false
    }
  }

  /** Nothing is acknowledged before the commit has returned. */
  function commitTogether(batch: readonly Entry[]): { readonly error: unknown } | undefined {
    const results: unknown[] = []
    try {
      for (const entry of batch) results.push(entry.work())
      transaction.commit()
    } catch (error) {
      transaction.rollback()
      return { error }
    }
    for (const [index, entry] of batch.entries()) entry.resolve(results[index])
    return undefined
  }

  return <Result>(work: () => Result) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ work, resolve: resolve as (result: unknown) => void, reject, alone: false })
      schedule()
    })
}

/** How many entries from the front may share the next transaction. */
function batchSize(waiting: readonly Entry[]): number {
  const firstAlone = waiting.slice(0, largestBatch).findIndex((entry) => entry.alone)
  if (firstAlone === -1) return Math.min(waiting.length, largestBatch)
  return Math.max(firstAlone, 1)
}
