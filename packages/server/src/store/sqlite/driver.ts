import type { DatabaseSync } from 'node:sqlite'

/** What SQLite keeps in a column, as the drivers take and give it. */
export type SqliteValue = string | number | null | Uint8Array

/** The part of a prepared statement that the store needs. `node:sqlite` and better-sqlite3 both have it. */
export interface SqliteStatement {
  /** Runs a statement that gives no rows. */
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  /** The first row, or undefined. */
  get(...values: SqliteValue[]): unknown
  all(...values: SqliteValue[]): readonly unknown[]
}

/** The part of a synchronous SQLite connection that the store needs, so that it depends on no driver. */
export interface SqliteDatabase {
  prepare(sql: string): SqliteStatement
  exec(sql: string): unknown
  close(): unknown
}

/** Opens a connection with the SQLite that is built into Node; loaded only here, so that another driver needs none. */
export function openNodeSqlite(path: string): SqliteDatabase {
  const { DatabaseSync: Database }: { DatabaseSync: typeof DatabaseSync } =
    process.getBuiltinModule('node:sqlite')
  return new Database(path)
}
