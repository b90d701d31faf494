/** Sends one approval, in a process that is killed before the given step on a database (from 1; 0: never). */
import { DatabaseSync } from 'node:sqlite'
import type { SqliteDatabase } from '@keybound/server/store/sqlite'
import { type Mode, openLedgerBank } from './ledger-bank.ts'

const [, , folder = '', mode, killedAt = '0', approval = ''] = process.argv
let armed = false
let steps = 0

/** A connection whose every statement is a step. */
function open(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        run: (...values) => step(() => statement.run(...values)),
        get: (...values) => step(() => statement.get(...values)),
        all: (...values) => step(() => statement.all(...values)),
      }
    },
    exec: (sql) => step(() => database.exec(sql)),
    close: () => database.close(),
  }
}

function step<Result>(work: () => Result): Result {
  if (armed && ++steps === Number(killedAt)) process.kill(process.pid, 'SIGKILL')
  return work()
}

const bank = await openLedgerBank({ folder, mode: mode as Mode, open })
armed = true
await bank.server.transactions.approve(JSON.parse(approval))
process.stdout.write('acknowledged\n')
await bank.server.close()
process.stdout.write(`steps ${steps}\n`)
armed = false
await bank.close()
