import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteStore, type SqliteDatabase } from '@keybound/server/store/sqlite'
import { createSamples } from '../../../packages/server/src/store/conformance/internal/samples.ts'

// Records assertions while its system calls are traced, and says on standard output what was acknowledged, when.

const [path = '', order = '', count = '', kind] = process.argv.slice(2)

/** A driver that switches syncing off once the store has asserted that it is on. */
function openUnsynced(file: string): SqliteDatabase {
  const database = new DatabaseSync(file)
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare: (sql) => {
      if (sql === 'BEGIN IMMEDIATE') database.exec('PRAGMA synchronous = OFF')
      return database.prepare(sql)
    },
  }
}

const store = createSqliteStore(kind === 'unsynced' ? { path, open: openUnsynced } : { path })
const samples = createSamples()
const registration = samples.registration()
await store.registerCredential(registration)

/** A challenge of its own each time, or the one of the registration, which is used up. */
const challenge = () => (order === 'refused' ? registration.challenge : samples.singleUse())

async function record(n: number): Promise<void> {
  const input = samples.authentication(registration.credential, { challenge: challenge() })
  const { outcome } = await store.recordAuthentication(input)
  writeSync(1, `${outcome} ${n}\n`)
}

writeSync(1, 'begin\n')
const numbers = Array.from({ length: Number(count) }, (_, n) => n)
if (order === 'together') await Promise.all(numbers.map(record))
else for (const n of numbers) await record(n)
writeSync(1, 'end\n')
await store.close()
