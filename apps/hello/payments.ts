import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { KeyboundError } from '@keybound/protocol'
import type { AmountLimit, ApprovedTransaction, KeyboundServer, PolicyOverrides } from '@keybound/server'
import type { SqliteDatabase } from '@keybound/server/store/sqlite'

const most: AmountLimit = { currency: 'EUR', each: 10_000, total: 20_000 }

/** Where no limit is set, nothing moves: 100.00 EUR at a time and 200.00 a day for any key and payee here. */
export const limitPolicy: PolicyOverrides = {
  newDevice: { limits: [most] },
  transactions: {
    limits: [
      { on: 'W', ...most },
      { on: 'newPayee', ...most },
    ],
  },
}

/** Money moves: in the database transaction of the approval, so that both are kept or neither. */
export function book({ id, account, fields: { amount } }: ApprovedTransaction, connection: unknown): void {
  const database = connection as SqliteDatabase
  const minor = amount?.kind === 'amount' ? amount.minor : 0
  if (minor > balanceOf(database, account)) throw new Error('The balance is too low.')
  database.prepare('INSERT INTO ledger (id, account, minor) VALUES (?, ?, ?)').run(id, account, minor)
}

/** The ledger lies in the file of the store. Everybody begins with 1,000.00 EUR. */
export function openLedger(path: string): DatabaseSync {
  const ledger = new DatabaseSync(path, { timeout: 5_000 })
  ledger.exec('CREATE TABLE IF NOT EXISTS ledger (id TEXT PRIMARY KEY, account TEXT, minor INTEGER) STRICT')
  return ledger
}

function balanceOf(database: SqliteDatabase, account: string): number {
  const spent = database.prepare('SELECT total(minor) AS minor FROM ledger WHERE account = ?').get(account)
  return 100_000 - (spent as { minor: number }).minor
}

/** `GET /pay`: what is left. `POST /pay`: a payment that waits for its approval. For whoever is signed in. */
export async function pay(
  { fetch, transactions }: KeyboundServer,
  ledger: DatabaseSync,
  ...[request, connection]: Parameters<KeyboundServer['fetch']>
): Promise<Response> {
  const headers = { authorization: request.headers.get('authorization') ?? '' }
  const asked = await fetch(new Request(new URL('/v1/session', request.url), { headers }), connection)
  if (!asked.ok) return asked
  const { account } = await asked.json()
  if (request.method === 'GET') return Response.json({ balance: balanceOf(ledger, account) })
  const amount = { kind: 'amount', currency: 'EUR', minor: 500 } as const
  const payee = { kind: 'payee', name: 'Grace Hopper', account: 'DE02120300000000202051' } as const
  const payment = { account, type: 'payment', fields: { amount, payee }, operationId: randomUUID() }
  try {
    return Response.json({ id: (await transactions.create(payment)).id })
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    return Response.json({ detail: error.message }, { status: 409 })
  }
}
