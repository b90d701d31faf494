/**
 * Sends one approval, in a process that is killed at a point of it: 2k is before step k, 2k + 1 after it, from step 1; 0
 * is never. A step is a statement on a database, or telling whoever waits that the payment is made.
 */
import { DatabaseSync } from 'node:sqlite'
import type { SqliteDatabase } from '@keybound/server/store/sqlite'
import { type Mode, openLedgerBank } from './ledger-bank.ts'

const [, , folder = '', mode, killedAt = '0', approval = ''] = process.argv
let armed = false
let steps = 0
/** The step at which the ledger got its row. */
let moved = 0

/** A connection whose every statement is a step. */
function open(path: string): SqliteDatabase {
  const database = new DatabaseSync(path)
  return {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      return {
        run: (...values) => {
          const result = step(() => statement.run(...values))
          if (/ ledger /.test(sql)) moved = steps
          return result
        },
        get: (...values) => step(() => statement.get(...values)),
        all: (...values) => step(() => statement.all(...values)),
      }
    },
    exec: (sql) => step(() => database.exec(sql)),
    close: () => database.close(),
  }
}

function step<Result>(work: () => Result): Result {
  if (!armed) return work()
  const point = 2 * ++steps
  die(point)
  const result = work()
  die(point + 1)
  return result
}

function die(point: number): void {
  if (point === Number(killedAt)) process.kill(process.pid, 'SIGKILL')
}

const bank = await openLedgerBank({ folder, mode: mode as Mode, open })
armed = true
await bank.server.transactions.approve(JSON.parse(approval))
// Written before it returns: a pipe of Linux is written to synchronously.
step(() => process.stdout.write(`acknowledged at step ${steps}\n`))
await bank.server.close()
process.stdout.write(`moved at step ${moved}\nsteps ${steps}\n`)
armed = false
await bank.close()
