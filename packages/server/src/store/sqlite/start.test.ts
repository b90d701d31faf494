import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSqliteStore, type SqliteDatabase } from './index.ts'

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-sqlite-'))
})

afterEach(() => rm(folder, { recursive: true }))

function refused(open: () => unknown, code: string, sentence: RegExp): void {
  expect(open).toThrow(
    expect.objectContaining({ name: 'KeyboundError', code, message: expect.stringMatching(sentence) }),
  )
}

describe('opening the SQLite store', () => {
  test('makes folders of mode 0700 and files of mode 0600, whatever the database writes beside', async () => {
    const umask = process.umask(0)
    try {
      const store = createSqliteStore({ path: at('new', 'deep', 'keybound.db') })
      await store.openAs('demo')
      const modes = async (...path: string[]) => ((await stat(at(...path))).mode & 0o777).toString(8)
      expect(await modes('new')).toBe('700')
      expect(await modes('new', 'deep')).toBe('700')
      for (const suffix of ['', '-wal', '-shm'])
        expect(await modes('new', 'deep', `keybound.db${suffix}`)).toBe('600')
      await store.close()
    } finally {
      process.umask(umask)
    }
  })

  test('keeps the mode of what is there', async () => {
    await mkdir(at('shared'))
    await chmod(at('shared'), 0o770)
    await writeFile(at('shared', 'keybound.db'), '')
    await chmod(at('shared', 'keybound.db'), 0o660)
    await createSqliteStore({ path: at('shared', 'keybound.db') }).close()
    expect((await stat(at('shared'))).mode & 0o777).toBe(0o770)
    expect((await stat(at('shared', 'keybound.db'))).mode & 0o777).toBe(0o660)
  })

  test('says plainly when the folder cannot be made', async () => {
    await writeFile(at('file'), '')
    for (const path of [at('file', 'keybound.db'), '/proc/keybound/deep/keybound.db']) {
      const sentence = /^Unexpected \w+ at .*keybound\.db, expected a folder/
      refused(() => createSqliteStore({ path }), 'store_unavailable', sentence)
    }
  })

  // Permissions do not bind root, so a process that gave root up tries.
  test('says plainly when the folder or the file cannot be written', async () => {
    await chmod(folder, 0o755)
    await mkdir(at('closed'))
    await chmod(at('closed'), 0o555)
    await createSqliteStore({ path: at('open', 'keybound.db') }).close()
    await chmod(at('open'), 0o777)
    await chmod(at('open', 'keybound.db'), 0o444)
    const script = `
      import { createSqliteStore } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534) }
      for (const path of process.argv.slice(1)) {
        try { createSqliteStore({ path }); console.log('opened') }
        catch (error) { console.log(error.code + ': ' + error.message) }
      }`
    const run = spawnSync(
      process.execPath,
      [
        '--conditions=keybound-source',
        '--input-type=module',
        '-e',
        script,
        at('closed', 'keybound.db'),
        at('open', 'keybound.db'),
      ],
      { encoding: 'utf8' },
    )
    expect(run.stderr).toBe('')
    const [folderClosed, fileClosed] = run.stdout.split('\n')
    expect(folderClosed).toMatch(/^store_unavailable: Unexpected EACCES at .*Make the folder writable/)
    expect(fileClosed).toMatch(/^store_unavailable: Unexpected read-only database/)
  })

  test('refuses a path that is no file', () => {
    for (const path of ['', ':memory:']) {
      refused(() => createSqliteStore({ path }), 'configuration_invalid', /createMemoryStore/)
    }
  })

  test('takes a path that looks like a URI for a path', async () => {
    const before = process.cwd()
    process.chdir(folder)
    try {
      await createSqliteStore({ path: 'file:keybound.db?mode=memory' }).close()
    } finally {
      process.chdir(before)
    }
    expect((await stat(at('file:keybound.db?mode=memory'))).isFile()).toBe(true)
  })

  test('refuses a file that is no database, and leaves it as it was', async () => {
    await writeFile(at('keybound.db'), 'Something else that someone keeps here. '.repeat(200))
    refused(() => createSqliteStore({ path: at('keybound.db') }), 'store_unavailable', /no SQLite database/)
    expect((await stat(at('keybound.db'))).size).toBe(40 * 200)
  })

  test('refuses a database of a newer or another version', async () => {
    const path = at('keybound.db')
    await createSqliteStore({ path }).close()
    const database = new DatabaseSync(path)
    database.exec("INSERT INTO keybound_migrations VALUES (99, 'future', 'x')")
    refused(() => createSqliteStore({ path }), 'store_schema_newer', /schema version 99/)
    database.exec(
      "DELETE FROM keybound_migrations WHERE version = 99; UPDATE keybound_migrations SET checksum = 'x'",
    )
    refused(() => createSqliteStore({ path }), 'store_schema_changed', /migration 1 \(initial\)/)
    database.close()
  })

  test('gives up, with a sentence, when another process keeps the database locked', () => {
    const path = at('keybound.db')
    const holder = new DatabaseSync(path)
    holder.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE')
    refused(
      () => createSqliteStore({ path, lockTimeout: 20 }),
      'store_unavailable',
      /lock held by another process/,
    )
    holder.close()
  })

  test.each(['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'fullfsync', 'busy_timeout'])(
    'refuses a driver that does not set %s',
    (name) => {
      const open = (path: string): SqliteDatabase => {
        const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
        // As better-sqlite3 is built: WAL without a sync at each commit.
        database.exec('PRAGMA synchronous = NORMAL')
        return {
          exec: (sql) => (sql.startsWith(`PRAGMA ${name} `) ? undefined : database.exec(sql)),
          prepare: (sql) => database.prepare(sql),
          close: () => database.close(),
        }
      }
      refused(
        () => createSqliteStore({ path: at('keybound.db'), open }),
        'store_unavailable',
        new RegExp(`PRAGMA ${name} of`),
      )
    },
  )

  test('lets go of the database when it refuses to open it', async () => {
    let closed = 0
    const open = (path: string): SqliteDatabase => {
      const database = new DatabaseSync(path)
      return {
        exec: (sql) => database.exec(sql),
        prepare: () => {
          throw Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT_VTAB' })
        },
        close: () => {
          closed++
          database.close()
        },
      }
    }
    refused(
      () => createSqliteStore({ path: at('keybound.db'), open }),
      'store_unavailable',
      /damage in the database/,
    )
    expect(closed).toBe(1)
  })
})
