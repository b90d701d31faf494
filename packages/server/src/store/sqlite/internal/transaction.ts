import type { SqliteDatabase } from '../driver.ts'
import type { Transaction } from './group-commit.ts'

/** Transactions that take the write lock at once: one that only took it when it writes could fail in the middle. */
export function createTransaction(database: SqliteDatabase): Transaction {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  return {
    begin: () => void begin.run(),
    commit: () => void commit.run(),
    rollback: () => rollBack(database),
  }
}

/** Ends the transaction without its effects. */
export function rollBack(database: SqliteDatabase): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself, as it does when the disk is full; the first error says why.
  }
}
