import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteStore, type SqliteDatabase } from '@keybound/server/store/sqlite'
import { type Step, success, take } from './crash-plan.ts'

// Registers, signs in and removes until it is killed, and says before and after each step on standard output. A line
// that was written reaches the reader even when this process dies at once.

/** A driver that begins a transaction and never commits it, while it says that it did. */
function openLying(file: string): SqliteDatabase {
  const database = new DatabaseSync(file)
  let began = false
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql) => {
      if (sql === 'COMMIT') return database.prepare('SELECT 1 WHERE false')
      const statement = database.prepare(sql)
      if (sql !== 'BEGIN IMMEDIATE') return statement
      const begin = () => {
        if (!began) statement.run()
        began = true
        return { changes: 0 }
      }
      return { run: begin, get: begin, all: () => [] }
    },
  }
}

const [path = '', writer = '', kind] = process.argv.slice(2)
const store = createSqliteStore(kind === 'lying' ? { path, open: openLying } : { path })
/** Steps asked at once, so that commits are shared. */
const together = 5

async function step(name: Step, n: number): Promise<void> {
  writeSync(1, `ask ${name} ${n}\n`)
  const outcome = await take(store, writer, name, n)
  writeSync(1, outcome === success[name] ? `done ${name} ${n}\n` : `wrong ${name} ${n} ${outcome}\n`)
}

/** One key's life. Of three keys one is removed before it signs in, one after, one stays. */
async function live(n: number): Promise<void> {
  await step('register', n)
  if (n % 3 === 0) await step('remove', n)
  else await step('authenticate', n)
  if (n % 3 === 1) await step('remove', n)
}

async function lane(first: number): Promise<void> {
  // Bounded, so that a writer nobody kills ends by itself.
  for (let n = first; n < 20_000; n += together) await live(n)
}

await Promise.all(Array.from({ length: together }, (_, first) => lane(first)))
