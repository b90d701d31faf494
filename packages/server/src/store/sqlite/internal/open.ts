import { resolve } from 'node:path'
import { KeyboundError } from '@keybound/protocol'
import type { SqliteDatabase } from '../driver.ts'
import { migrations } from '../migrations/index.ts'
import { configure, startServing } from './connection.ts'
import { asKeyboundError } from './failure.ts'
import { prepareFile } from './files.ts'
import { migrate } from './migrate.ts'

/** Opens the database with every setting asserted and its schema brought to this version. Blocks; part of start-up. */
export function openDatabase(
  path: string,
  open: (path: string) => SqliteDatabase,
  lockTimeout: number,
): SqliteDatabase {
  if (path === '' || path === ':memory:') {
    throw new KeyboundError(
      'configuration_invalid',
      `Unexpected path "${path}", expected a file. Use createMemoryStore() for a store that is forgotten.`,
    )
  }
  // An absolute path is never taken for a file: URI with options in it.
  const file = resolve(path)
  prepareFile(file)
  let database: SqliteDatabase | undefined
  try {
    database = open(file)
    configure(database, lockTimeout)
    migrate(database, migrations)
    startServing(database)
    return database
  } catch (error) {
    database?.close()
    throw asKeyboundError(error)
  }
}
