import { createHash } from 'node:crypto'
import { KeyboundError } from '@keybound/protocol'
import type { SqliteDatabase } from '../driver.ts'
import type { Migration } from '../migrations/index.ts'
import { rollBack } from './transaction.ts'

/**
 * Brings the schema to the newest of these versions, in one transaction: processes that start together wait for the
 * first, and a crash in the middle leaves the schema as it was.
 */
export function migrate(database: SqliteDatabase, migrations: readonly Migration[]): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(`CREATE TABLE IF NOT EXISTS keybound_migrations (
      version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT`)
    // Changes nothing, and fails where only reading is allowed: better now than at the first sign-in.
    database.exec('UPDATE keybound_migrations SET name = name WHERE false')
    const applied = requireKnown(appliedIn(database), migrations)
    const record = database.prepare(
      'INSERT INTO keybound_migrations (version, name, checksum) VALUES (?, ?, ?)',
    )
    for (const migration of migrations.slice(applied)) {
      database.exec(migration.sql)
      record.run(migration.version, migration.name, checksumOf(migration))
    }
    database.exec('COMMIT')
  } catch (error) {
    rollBack(database)
    throw error
  }
}

interface Applied {
  readonly version: number
  readonly name: string
  readonly checksum: string
}

function appliedIn(database: SqliteDatabase): readonly Applied[] {
  const rows = database.prepare('SELECT version, name, checksum FROM keybound_migrations ORDER BY version')
  return rows.all() as readonly Applied[]
}

/** How many migrations are applied; refuses a database whose migrations are not the first of ours. */
function requireKnown(applied: readonly Applied[], migrations: readonly Migration[]): number {
  const newest = applied.at(-1)?.version ?? 0
  if (newest > migrations.length) {
    throw new KeyboundError(
      'store_schema_newer',
      `Unexpected schema version ${newest}, expected at most ${migrations.length}. Start the version of Keybound that wrote this database, or restore a backup from before it.`,
    )
  }
  for (const [index, { version, name, checksum }] of applied.entries()) {
    const known = migrations[index]
    if (known === undefined || version !== known.version || checksum !== checksumOf(known)) {
      throw new KeyboundError(
        'store_schema_changed',
        `Unexpected migration ${version} (${name}) in the database, expected ${known?.version} (${known?.name}) as this version has it. Install an unmodified release.`,
      )
    }
  }
  return applied.length
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('base64url')
}
