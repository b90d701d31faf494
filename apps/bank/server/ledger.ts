import { DatabaseSync } from 'node:sqlite'
import type { ApprovedTransaction } from '@keybound/server'

/** Minor units (cents) of the one currency of this bank. */
export type Minor = number

/** Money that came or went. */
export interface Movement {
  readonly id: string
  /** Seconds since the Unix epoch. */
  readonly at: number
  readonly name: string
  /** Negative when it went. */
  readonly minor: Minor
  readonly reference: string
}

/** An account as its owner sees it. */
export interface Statement {
  readonly holder: string
  readonly number: string
  readonly currency: string
  readonly minor: Minor
  /** The newest fifty, newest first. */
  readonly movements: readonly Movement[]
}

/** Who may be paid by name: the demo's customers; every other name is somebody at another bank. */
export interface Payee {
  readonly account: string
  readonly name: string
}

/** The bank's books, in the database of the Keybound store. */
export interface Ledger {
  /** Opens an account with money and a few movements in it, once. */
  readonly open: (account: string, holder: string) => void
  readonly read: (account: string) => Statement | undefined
  readonly payee: (name: string) => Payee
  /**
   * Moves the money of an approved payment. Runs on the store's own connection, inside the approval: both are committed
   * or neither. Throws when the balance is too low; then nothing happened.
   */
  readonly book: (payment: ApprovedTransaction, connection: unknown) => void
  readonly close: () => void
}

/** The one currency. */
export const currency = 'EUR'

const schema = `
  CREATE TABLE IF NOT EXISTS bank_account (
    account TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, holder TEXT NOT NULL, minor INTEGER NOT NULL CHECK (minor >= 0)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS bank_movement (
    id TEXT NOT NULL, account TEXT NOT NULL REFERENCES bank_account, at INTEGER NOT NULL, name TEXT NOT NULL,
    minor INTEGER NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (id, account)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS bank_movement_by_time ON bank_movement (account, at DESC);`

/** Opens the books. `now` in seconds since the Unix epoch. */
export function openLedger(path: string, now: () => number): Ledger {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(schema)
  return {
    open: (account, holder) => openAccount(database, account, holder, now()),
    read: (account) => readAccount(database, account),
    payee(name) {
      const found = database.prepare('SELECT number, holder FROM bank_account WHERE lower(holder) = lower(?)')
      const { number, holder } = (found.get(name) ?? {}) as Partial<AccountRow>
      return { account: number ?? numberOf(name.toLowerCase(), 'XX'), name: holder ?? name }
    },
    book: (payment, connection) => book(connection as DatabaseSync, payment),
    close: () => database.close(),
  }
}

interface AccountRow {
  readonly account: string
  readonly number: string
  readonly holder: string
  readonly minor: Minor
}

function readAccount(database: DatabaseSync, account: string): Statement | undefined {
  const row = database.prepare('SELECT * FROM bank_account WHERE account = ?').get(account)
  if (!row) return undefined
  const { number, holder, minor } = row as unknown as AccountRow
  const newest = 'SELECT * FROM bank_movement WHERE account = ? ORDER BY at DESC, rowid DESC LIMIT 50'
  const movements = database.prepare(newest).all(account) as unknown as readonly Movement[]
  const shown = movements.map(({ id, at, name, minor, reference }) => ({ id, at, name, minor, reference }))
  return { holder, number, currency, minor, movements: shown }
}

const day = 86_400
/** What lies before the first payment: days ago, who, cents, what for. */
const past: readonly (readonly [number, string, Minor, string])[] = [
  [23, 'Northwind Payroll', 312_000, 'Salary'],
  [20, 'Harbour Housing', -94_000, 'Rent'],
  [9, 'Green Grocer', -6_385, ''],
  [4, 'City Transport', -4_900, 'Monthly pass'],
  [2, 'Rosa’s Café', -1_240, ''],
]

function openAccount(database: DatabaseSync, account: string, holder: string, at: number): void {
  const opening = 245_000
  const minor = past.reduce((sum, [, , change]) => sum + change, opening)
  const add = 'INSERT OR IGNORE INTO bank_account (account, number, holder, minor) VALUES (?, ?, ?, ?)'
  const { changes } = database.prepare(add).run(account, numberOf(account, 'KB'), holder, minor)
  if (changes === 0) return
  for (const [index, [days, name, change, reference]] of past.entries())
    addMovement(database, `opening-${index}`, account, at - days * day, name, change, reference)
}

function book(database: DatabaseSync, { id, account, fields, approvedAt }: ApprovedTransaction): void {
  const { amount, payee, reference } = fields
  if (amount?.kind !== 'amount' || payee?.kind !== 'payee') throw new Error('This is no payment.')
  const text = reference?.kind === 'line' ? reference.text : ''
  const move = (where: 'account' | 'number', of: string, change: Minor, name: string) => {
    const update = `UPDATE bank_account SET minor = minor + ? WHERE ${where} = ? AND minor + ? >= 0 RETURNING account, holder`
    const moved = database.prepare(update).get(change, of, change) as AccountRow | undefined
    if (moved) addMovement(database, id, moved.account, approvedAt, name, change, text)
    return moved
  }
  const payer = move('account', account, -amount.minor, payee.name)
  if (!payer) throw new Error('The balance is too low.')
  // Of another bank: the money leaves.
  move('number', payee.account, amount.minor, payer.holder)
}

function addMovement(
  database: DatabaseSync,
  ...[id, account, at, name, minor, reference]: readonly [string, string, number, string, Minor, string]
): void {
  const add = 'INSERT INTO bank_movement (id, account, at, name, minor, reference) VALUES (?, ?, ?, ?, ?, ?)'
  database.prepare(add).run(id, account, at, name, minor, reference)
}

/** An account number for a name: the same each time, and no real one. */
function numberOf(name: string, country: string): string {
  let digits = 7n
  for (const byte of new TextEncoder().encode(name)) digits = (digits * 257n + BigInt(byte)) % 10n ** 16n
  return `${country}${String(digits).padStart(16, '0')}`.replace(/(.{4})(?=.)/g, '$1-')
}
