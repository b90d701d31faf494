import { KeyboundError } from '@keybound/protocol'
import type { SqliteDatabase } from '../driver.ts'

/**
 * Milliseconds for which SQLite itself may wait for a lock, which blocks the event loop. What takes longer is waited
 * for without blocking, by the group commit.
 */
const blockingWait = 5

/**
 * What every connection must run with, as PRAGMA values read back: drivers and builds differ in their defaults
 * (better-sqlite3 is built to sync no commit in WAL mode), so each is set and then asserted.
 */
const settings = {
  // Readers and one writer at a time, across processes; the write-ahead log is synced at each commit…
  journal_mode: 'wal',
  // … by FULL, which is what makes an acknowledged commit survive a power loss.
  synchronous: 2,
  // On macOS fsync leaves data in the drive's cache; this asks for F_FULLFSYNC. No effect elsewhere.
  fullfsync: 1,
  checkpoint_fullfsync: 1,
  foreign_keys: 1,
  // What is deleted is overwritten with zeros instead of lingering in free pages.
  secure_delete: 1,
  busy_timeout: blockingWait,
  // 16 MiB of pages, instead of 2: a commit should not have to read the pages it changes.
  cache_size: -16_384,
} as const

/**
 * Gives the connection its settings and asserts them.
 * @param startWait Milliseconds to wait, blocking, for other processes that are starting too.
 */
export function configure(database: SqliteDatabase, startWait: number): void {
  database.exec(`PRAGMA busy_timeout = ${startWait}`)
  for (const [name, value] of Object.entries(settings)) {
    if (name !== 'busy_timeout') database.exec(`PRAGMA ${name} = ${value}`)
  }
}

/** Ends the start: from here on waiting must not block. */
export function startServing(database: SqliteDatabase): void {
  database.exec(`PRAGMA busy_timeout = ${blockingWait}`)
  for (const [name, value] of Object.entries(settings)) {
    const found = Object.values(Object(database.prepare(`PRAGMA ${name}`).get()))[0]
    if (found !== value) {
      throw new KeyboundError(
        'store_unavailable',
        `Unexpected PRAGMA ${name} of ${String(found)}, expected ${value}. Use a local disk and an unmodified SQLite.`,
      )
    }
  }
}
