import { KeyboundError } from '@keybound/protocol'

/** Primary result codes of SQLite by number (sqlite.org/rescode.html); better-sqlite3 gives the names instead. */
const names = new Map([
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [7, 'SQLITE_NOMEM'],
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
  [19, 'SQLITE_CONSTRAINT'],
  [26, 'SQLITE_NOTADB'],
])

/** What each result means to whoever runs the server. */
const sentences: Readonly<Record<string, string>> = {
  SQLITE_BUSY:
    'Unexpected lock held by another process for longer than lockTimeout, expected a short one. Look for a process that keeps a transaction open.',
  SQLITE_READONLY:
    'Unexpected read-only database, expected one this process may write. Give the user of this process write permission on the file and its folder.',
  SQLITE_IOERR:
    'Unexpected failure of the disk, expected reads and writes to succeed. Look at the disk and the system log.',
  SQLITE_CORRUPT:
    'Unexpected damage in the database file, expected a sound one. Stop every process and restore a backup.',
  SQLITE_FULL: 'Unexpected full disk, expected room to write. Free space on the disk of the database.',
  SQLITE_CANTOPEN:
    'Unexpected refusal to open the database, expected a file this process may read and write. Check its path, its folder and the permissions of both.',
  SQLITE_NOTADB:
    'Unexpected file that is no SQLite database, expected a database or no file. Check the path.',
}

/** The primary result code of an error that a driver threw, by name; undefined when it is no error of SQLite. */
export function resultOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') {
    return names.get(error.errcode & 0xff) ?? 'SQLITE_ERROR'
  }
  if ('code' in error && typeof error.code === 'string') return /^SQLITE_[A-Z]+/.exec(error.code)?.[0]
  return undefined
}

export function isBusy(error: unknown): boolean {
  return resultOf(error) === 'SQLITE_BUSY'
}

/** The one error callers see. Nothing but the cause says what SQLite said. */
export function asKeyboundError(error: unknown): KeyboundError {
  if (error instanceof KeyboundError) return error
  const result = resultOf(error)
  if (result === undefined || result === 'SQLITE_CONSTRAINT') {
    return new KeyboundError(
      'internal',
      'Unexpected input that the store cannot keep, expected a record as its type describes. See the cause.',
      { cause: error },
    )
  }
  return new KeyboundError(
    'store_unavailable',
    sentences[result] ?? 'Unexpected failure of SQLite, expected a result. See the cause.',
    { cause: error, ...(result === 'SQLITE_BUSY' ? { retryAfter: 1 } : {}) },
  )
}
