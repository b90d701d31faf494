import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { migrations } from '../migrations/index.ts'
import { migrate } from './migrate.ts'
import { sql } from './statements.ts'

const database = new DatabaseSync(':memory:')
migrate(database, migrations)

function planOf(statement: string): readonly string[] {
  return database
    .prepare(`EXPLAIN QUERY PLAN ${statement}`)
    .all()
    .map((step) => String(step.detail))
}

/** A step that reads more rows than it needs: a whole table, all of a realm, or rows to be sorted. */
const wasteful = /^SCAN|\(realm=\?\)$|TEMP B-TREE/

describe('the plan of', () => {
  for (const [name, statement] of Object.entries(sql)) {
    test(`${name} finds its rows by a whole key`, () => {
      const plan = planOf(statement)
      if (!statement.startsWith('INSERT')) expect(plan).toContainEqual(expect.stringMatching(/^SEARCH/))
      expect(plan).not.toContainEqual(expect.stringMatching(wasteful))
    })
  }

  test('a statement without an index is found out', () => {
    expect(planOf('SELECT * FROM keybound_sessions WHERE account = ?')).toContainEqual(
      expect.stringMatching(wasteful),
    )
    expect(planOf('DELETE FROM keybound_sessions WHERE realm = ? AND acr = ?')).toContainEqual(
      expect.stringMatching(wasteful),
    )
    expect(
      planOf('SELECT * FROM keybound_credentials WHERE realm = ? AND account = ? ORDER BY name'),
    ).toContainEqual(expect.stringMatching(wasteful))
  })

  test('every table leads its primary key with the realm, but for marks and migrations', () => {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const leads = Object.fromEntries(
      tables.map(({ name }) => {
        const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}') WHERE pk = 1`)
        return [name, columns.get()?.name]
      }),
    )
    const { keybound_marks: mark, keybound_migrations: version, ...others } = leads
    expect([mark, version]).toEqual(['mark', 'version'])
    expect(new Set(Object.values(others))).toEqual(new Set(['realm']))
  })

  test('every table is strict', () => {
    const loose = database.prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    expect(loose.all()).toEqual([])
  })
})
