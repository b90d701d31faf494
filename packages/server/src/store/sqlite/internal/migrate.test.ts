import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import type { Migration } from '../migrations/index.ts'
import { migrations } from '../migrations/index.ts'
import { migrate } from './migrate.ts'

const first: Migration = {
  version: 1,
  name: 'first',
  sql: 'CREATE TABLE one (a TEXT); CREATE TABLE two (b TEXT)',
}
const second: Migration = { version: 2, name: 'second', sql: 'ALTER TABLE one ADD COLUMN c TEXT' }
const broken: Migration = { version: 2, name: 'broken', sql: 'CREATE TABLE three (d TEXT); CREATE NONSENSE' }

function tablesIn(database: DatabaseSync): readonly unknown[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name)
}

describe('migrate', () => {
  test('applies every migration once, in order, and goes on where it stopped', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database, [first])
    migrate(database, [first])
    database.exec("INSERT INTO one VALUES ('kept')")
    migrate(database, [first, second])
    migrate(database, [first, second])
    expect(database.prepare('SELECT a, c FROM one').all()).toEqual([{ a: 'kept', c: null }])
    expect(database.prepare('SELECT version, name FROM keybound_migrations').all()).toEqual([
      { version: 1, name: 'first' },
      { version: 2, name: 'second' },
    ])
  })

  test('leaves nothing of a migration that fails, nor of those before it in the same run', () => {
    const database = new DatabaseSync(':memory:')
    expect(() => migrate(database, [first, broken])).toThrow('NONSENSE')
    expect(tablesIn(database)).toEqual([])
    migrate(database, [first, second])
    expect(tablesIn(database)).toEqual(['keybound_migrations', 'one', 'two'])
  })

  test('refuses a database of a newer version and changes nothing in it', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database, [first, second])
    expect(() => migrate(database, [first])).toThrow(
      expect.objectContaining({ name: 'KeyboundError', code: 'store_schema_newer' }),
    )
    expect(database.prepare('SELECT count(*) AS count FROM keybound_migrations').get()).toEqual({ count: 2 })
  })

  test('refuses a migration that differs from the one that was applied', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database, [first])
    const changed = { ...first, sql: `${first.sql} ` }
    expect(() => migrate(database, [changed, second])).toThrow(
      expect.objectContaining({ code: 'store_schema_changed' }),
    )
    expect(database.prepare('SELECT * FROM one').columns().length).toBe(1)
  })

  test('refuses a database in which a migration is missing', () => {
    const database = new DatabaseSync(':memory:')
    migrate(database, [first, second])
    database.exec('DELETE FROM keybound_migrations WHERE version = 1')
    expect(() => migrate(database, [first, second])).toThrow(
      expect.objectContaining({ code: 'store_schema_changed' }),
    )
  })

  test('has its migrations numbered without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })
})
