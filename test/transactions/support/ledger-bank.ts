/** A bank over one folder, for several processes: the store with a ledger in it, and a ledger of its own beside it. */
import { DatabaseSync } from 'node:sqlite'
import { type ApprovedTransaction, createKeyboundServer, openFileKeys, standardTypes } from '@keybound/server'
import { createSqliteStore, type SqliteDatabase } from '@keybound/server/store/sqlite'
import { cheapPasswords, origin, rpId } from '../../support/server.ts'
import { common, limitsOn } from './bank.ts'

export type Mode = 'within' | 'outbox'

/** When everything takes place; processes have no common clock but this. */
export const noon = 1_800_000_000_000

const table =
  'CREATE TABLE IF NOT EXISTS ledger (id TEXT NOT NULL PRIMARY KEY, minor INTEGER NOT NULL) STRICT'

export interface LedgerBankOptions {
  readonly folder: string
  readonly mode: Mode
  /** Opens the database of the store, and that of the ledger beside it. */
  readonly open?: (path: string) => SqliteDatabase
  readonly now?: () => number
}

export async function openLedgerBank(options: LedgerBankOptions) {
  const { folder, mode, open = (path: string) => new DatabaseSync(path), now = () => noon } = options
  const store = createSqliteStore({ path: `${folder}/keybound.db`, open })
  const ledger = open(mode === 'within' ? `${folder}/keybound.db` : `${folder}/ledger.db`)
  ledger.exec(table)
  const keys = await openFileKeys({ folder: `${folder}/keys`, secret: 'the secret of these tests', now })
  const most = { ...common, total: 1e9 }
  const { newDevice, transactions } = limitsOn({ W: most, probation: most, newPayee: most })
  const server = await createKeyboundServer({
    publicUrl: origin,
    realm: 'test',
    relyingParty: { id: rpId, name: 'Test Bank' },
    origins: [origin],
    store,
    keys,
    firstFactor: cheapPasswords,
    policy: { newDevice, transactions: { ...transactions, open: 100 } },
    transactions: {
      types: standardTypes,
      ...(mode === 'within'
        ? { within: (approved, connection) => book(connection as SqliteDatabase, 'INSERT INTO', approved) }
        : { deliver: (approved) => book(ledger, 'INSERT OR IGNORE INTO', approved) }),
    },
    demo: true,
    now,
  })
  return {
    server,
    store,
    /** How often the ledger has the transaction; its key allows one row, so this is 0 or 1. */
    booked: (id: string) => ledger.prepare('SELECT id FROM ledger WHERE id = ?').all(id).length,
    total: () =>
      (ledger.prepare('SELECT total(minor) AS total FROM ledger').get() as { total: number }).total,
    close: async () => {
      await server.close()
      await store.close()
      ledger.close()
    },
  }
}

/** The host's effect: the money moves. In the store's database a second row for one id would be refused. */
function book(database: SqliteDatabase, insert: string, { id, fields }: ApprovedTransaction): void {
  const minor = fields.amount?.kind === 'amount' ? fields.amount.minor : 0
  database.prepare(`${insert} ledger (id, minor) VALUES (?, ?)`).run(id, minor)
}
