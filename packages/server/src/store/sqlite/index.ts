import type { Store } from '../contract.ts'
import { openNodeSqlite, type SqliteDatabase } from './driver.ts'
import { createGroupCommit } from './internal/group-commit.ts'
import { createLifetime } from './internal/lifetime.ts'
import { openDatabase } from './internal/open.ts'
import { patiently } from './internal/patience.ts'
import { prune } from './internal/prune.ts'
import { createReadCalls } from './internal/read-calls.ts'
import { prepareStatements } from './internal/statements.ts'
import { createTransaction } from './internal/transaction.ts'
import { createWriteCalls } from './internal/write-calls.ts'

export type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.ts'

/** What {@link createSqliteStore} needs to know. */
export interface SqliteStoreOptions {
  /**
   * The database file, made with mode 0600 if missing, in a folder made with mode 0700 if missing. On a local disk:
   * the write-ahead log does not work over a network. Any number of processes of one machine may share it.
   */
  readonly path: string
  /**
   * Milliseconds to wait while other processes hold the write lock, before `store_unavailable`. Blocks the event loop
   * at start only. Default 5000 (5 seconds), at least 1.
   */
  readonly lockTimeout?: number
  /** Opens a connection. Default: the SQLite built into Node. For better-sqlite3: `(path) => new Database(path)`. */
  readonly open?: (path: string) => SqliteDatabase
}

/**
 * Opens the embedded store, and brings its schema to this version.
 *
 * Every commit is synced before it is acknowledged; operations asked in the same turn of the event loop share one.
 * Throws `store_unavailable` when the file cannot be opened or written, `store_schema_newer` or
 * `store_schema_changed` when another version wrote it, `configuration_invalid` for a path that is no file.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const lockTimeout = options.lockTimeout ?? 5000
  const database = openDatabase(options.path, options.open ?? openNodeSqlite, lockTimeout)
  const statements = prepareStatements(database)
  const commit = createGroupCommit(createTransaction(database), lockTimeout)
  const lifetime = createLifetime()
  return {
    ...createReadCalls((read) => lifetime.during(() => patiently(() => read(statements), lockTimeout))),
    ...createWriteCalls((work) => lifetime.during(() => commit(() => work(statements))), database),
    prune: (now) => lifetime.during(() => prune(database, statements, commit, now)),
    close: () => lifetime.end(() => database.close()),
  }
}
