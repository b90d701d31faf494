import { DatabaseSync } from 'node:sqlite'
import type { RecordAuthentication, Store } from '@keybound/server/store'
import { createSqliteStore } from '@keybound/server/store/sqlite'

// A process of the races: opens the store, then makes the calls that each message names, all at once.

/** The name of an operation of the store, and its input. */
export type Call = readonly [name: keyof Store, input: unknown]

type Operations = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

/**
 * What a store is that is atomic in its own process alone: it looks whether the challenge was used, takes the time that
 * a slow disk takes, and writes. It shows that the processes of the test do meet.
 */
function createNaiveStore(path: string): Operations {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA busy_timeout = 5000; CREATE TABLE IF NOT EXISTS used (hash TEXT)')
  const find = database.prepare('SELECT 1 FROM used WHERE hash = ?')
  const add = database.prepare('INSERT INTO used VALUES (?)')
  return {
    recordAuthentication: async (input) => {
      const { challenge } = input as RecordAuthentication
      if (find.get(challenge.hash) !== undefined) return { outcome: 'challengeUsed' }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      add.run(challenge.hash)
      return { outcome: 'recorded' }
    },
  }
}

const [path = '', kind] = process.argv.slice(2)
const store =
  kind === 'naive' ? createNaiveStore(path) : (createSqliteStore({ path }) as unknown as Operations)

process.on('message', async (calls: readonly Call[]) => {
  const answers = await Promise.all(
    calls.map(([name, input]) =>
      store[name]?.(input).catch((error: { code?: string }) => ({ failed: error.code })),
    ),
  )
  process.send?.(answers)
})
process.send?.('opened')
