import type { EpochSeconds } from '@keybound/protocol'
import { clockTolerance } from '../../contract.ts'
import type { SqliteDatabase } from '../driver.ts'
import type { GroupCommit } from './group-commit.ts'
import type { Statements } from './statements.ts'

/** Most rows that one transaction deletes. */
const step = 500

/** Deletes what has expired in transactions of their own, so that requests come between, and empties the log. */
export async function prune(
  database: SqliteDatabase,
  run: Statements,
  commit: GroupCommit,
  now: EpochSeconds,
): Promise<void> {
  const { pruneOperations, pruneUses, pruneSessions, pruneFamilies, pruneProofs, pruneBuckets } = run
  const { pruneTransactions, pruneNotices, pruneNoticesDone } = run
  const tokens = [pruneFamilies, pruneProofs]
  const notices = [pruneNotices, pruneNoticesDone]
  const all = [
    pruneOperations,
    pruneUses,
    pruneSessions,
    ...tokens,
    ...notices,
    pruneBuckets,
    pruneTransactions,
  ]
  for (const statement of all) {
    let deleted: number
    do {
      deleted = await commit(() => Number(statement.run(now - clockTolerance, step).changes))
    } while (deleted === step)
  }
  // Old pages of the log still hold what was deleted. Does nothing while a reader in another process needs them.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}
