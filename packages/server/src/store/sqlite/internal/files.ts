import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { KeyboundError } from '@keybound/protocol'

/**
 * Makes the folder (0700) and the database file (0600) if they are missing; SQLite gives its other files the mode of
 * the database file. What is there already keeps its mode: a host may have shared it on purpose.
 */
export function prepareFile(path: string): void {
  try {
    makeFolder(dirname(path))
    makeFile(path)
  } catch (error) {
    throw new KeyboundError(
      'store_unavailable',
      `Unexpected ${codeOf(error)} at ${path}, expected a folder this process may write. Make the folder writable for the user of this process, or choose another path.`,
      { cause: error },
    )
  }
}

/**
 * Folder by folder, because Node's recursive `mkdir` never returns where the parent is there and still nothing can be
 * made, as in /proc. A folder whose entry in its parent is not synced can vanish in a power loss, commits and all.
 */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || existsSync(above)) throw error
    makeFolder(above)
    makeFolder(folder)
    return
  }
  syncFolder(dirname(folder))
}

/**
 * Never opens a file that is there: closing it again would drop the POSIX locks that another connection of this
 * process holds on it (sqlite.org/howtocorrupt.html §2.2).
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function syncFolder(folder: string): void {
  // Windows has no way to sync a folder.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'failure'
}
