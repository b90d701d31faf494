import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSamples, noon } from '../conformance/internal/samples.ts'
import type { Store } from '../contract.ts'
import { createSqliteStore, type SqliteDatabase, type SqliteStoreOptions } from './index.ts'

let folder: string
let path: string
let stores: Store[] = []
const samples = createSamples()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keybound-sqlite-'))
  path = join(folder, 'keybound.db')
})

afterEach(async () => {
  for (const store of stores) await store.close()
  stores = []
  await rm(folder, { recursive: true })
})

function opened(options: Partial<SqliteStoreOptions> = {}): Store {
  const store = createSqliteStore({ path, ...options })
  stores.push(store)
  return store
}

/** A driver whose statements can be tampered with: `around` decides what running one does. */
function driver(around: (sql: string, run: () => unknown) => unknown): (path: string) => SqliteDatabase {
  return (file) => {
    const database = new DatabaseSync(file)
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare: (sql) => {
        const statement = database.prepare(sql)
        return {
          run: (...values) => around(sql, () => statement.run(...values)) as { changes: number },
          get: (...values) => around(sql, () => statement.get(...values)),
          all: (...values) => around(sql, () => statement.all(...values)) as unknown[],
        }
      },
    }
  }
}

/** Throws this often before it works. */
function failing(times: number, error: object) {
  return () => {
    if (times-- > 0) throw Object.assign(new Error('as SQLite would'), error)
  }
}

describe('the SQLite store, when things go wrong', () => {
  test('keeps everything over closing and opening again', async () => {
    const first = opened()
    const registration = samples.registration()
    await first.registerCredential(registration)
    await first.close()
    const second = opened()
    expect(await second.findCredential('realm', registration.credential.id)).toEqual(registration.credential)
    expect(await second.registerCredential(registration)).toEqual({ outcome: 'registered' })
  })

  test('waits for another process without blocking the event loop', async () => {
    const store = opened()
    const holder = new DatabaseSync(path)
    holder.exec('BEGIN IMMEDIATE')
    const asked = store.registerCredential(samples.registration())
    // Were the event loop blocked until the lock is free, this would never free it.
    setTimeout(() => holder.exec('COMMIT'), 30)
    expect(await asked).toEqual({ outcome: 'registered' })
    holder.close()
  })

  test('says that it is unavailable when the lock stays held, and changes nothing', async () => {
    const store = opened({ lockTimeout: 20 })
    const holder = new DatabaseSync(path)
    holder.exec('BEGIN IMMEDIATE')
    const registration = samples.registration()
    await expect(store.registerCredential(registration)).rejects.toMatchObject({
      name: 'KeyboundError',
      code: 'store_unavailable',
      retryAfter: 1,
    })
    holder.exec('COMMIT')
    holder.close()
    expect(await store.findCredential('realm', registration.credential.id)).toBeUndefined()
    expect(await store.registerCredential(registration)).toEqual({ outcome: 'registered' })
  })

  test('reads again when a read finds the database busy, with either way drivers say so', async () => {
    for (const error of [{ errcode: 261 }, { code: 'SQLITE_BUSY_RECOVERY' }]) {
      const fail = failing(3, error)
      const open = driver((sql, run) => {
        if (sql.startsWith('SELECT token_hash')) fail()
        return run()
      })
      expect(await opened({ open }).findSession('realm', 'token')).toBeUndefined()
    }
  })

  test('has one effect when a commit succeeded but looked as if it had failed', async () => {
    const fail = failing(1, { errcode: 10 })
    const open = driver((sql, run) => {
      const result = run()
      if (sql === 'COMMIT') fail()
      return result
    })
    const store = opened({ open })
    const inputs = [samples.registration(), samples.registration(), samples.registration()]
    const results = await Promise.all(inputs.map((input) => store.registerCredential(input)))
    expect(results).toEqual(inputs.map(() => ({ outcome: 'registered' })))
    const listed = await store.listCredentials('realm', 'ada')
    expect(listed).toEqual(inputs.map(({ credential }) => credential))
  })

  test('says that the outcome is unknown when a commit fails alone, and answers the same id again', async () => {
    const fail = failing(1, { errcode: 10 })
    const open = driver((sql, run) => {
      const result = run()
      if (sql === 'COMMIT') fail()
      return result
    })
    const store = opened({ open })
    const registration = samples.registration()
    await expect(store.registerCredential(registration)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await store.registerCredential(registration)).toEqual({ outcome: 'registered' })
    expect(await store.listCredentials('realm', 'ada')).toEqual([registration.credential])
  })

  test('keeps what it acknowledged when the disk is full, and goes on when there is room', async () => {
    let database: DatabaseSync | undefined
    const store = opened({
      open: (file) => {
        database = new DatabaseSync(file)
        return database
      },
    })
    database?.exec('PRAGMA max_page_count = 60')
    const inputs = Array.from({ length: 400 }, () => samples.registration({}, { limit: 1000 }))
    const results = await Promise.allSettled(inputs.map((input) => store.registerCredential(input)))
    const kept = inputs.filter((_, index) => results[index]?.status === 'fulfilled')
    expect(kept.length).toBeGreaterThan(0)
    expect(kept.length).toBeLessThan(400)
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'store_unavailable', message: expect.stringContaining('full disk') },
    })
    const listed = await store.listCredentials('realm', 'ada')
    expect(listed.map(({ id }) => id)).toEqual(kept.map(({ credential }) => credential.id))

    database?.exec('PRAGMA max_page_count = 100000')
    const again = await Promise.all(inputs.map((input) => store.registerCredential(input)))
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['registered']))
    expect((await store.listCredentials('realm', 'ada')).length).toBe(400)
  })

  test('refuses input that no type allows, and nothing else in the same commit', async () => {
    const store = opened()
    const wrong = samples.registration({ signCount: 1.5 })
    const right = samples.registration()
    const results = await Promise.allSettled([
      store.registerCredential(wrong),
      store.registerCredential(right),
      store.startSession({ ...samples.operation(), now: Number.NaN, session: samples.session() }),
    ])
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'internal' } },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'internal' } },
    ])
    expect(await store.findCredential('realm', wrong.credential.id)).toBeUndefined()
  })

  test('leaves no trace of what was removed, replaced or forgotten in any file', async () => {
    const store = opened()
    const canaries = ['canaryName', 'canaryPasswordHash', 'canaryDisplay', 'canaryAccount', 'canaryToken']
    const registration = samples.registration({ name: 'canaryName', account: 'canaryAccount' })
    await store.registerCredential(registration)
    const session = samples.session({ tokenHash: 'canaryToken', expiresAt: noon })
    await store.startSession({ ...samples.operation(), session })
    const password = samples.password({ passwordHash: 'canaryPasswordHash', displayName: 'canaryDisplay' })
    await store.savePassword({ ...samples.operation(), password })
    const files = async () =>
      Promise.all(
        (await readdir(folder)).map(async (file) => (await readFile(join(folder, file))).toString('latin1')),
      )
    const found = async () => {
      const text = (await files()).join()
      return canaries.filter((canary) => text.includes(canary))
    }
    expect(await found()).toEqual(canaries)

    await store.removeCredential(samples.removal(registration.credential))
    await store.savePassword({ ...samples.operation(), password: samples.password() })
    await store.prune(noon + 100_000)
    expect(await found()).toEqual([])
  })

  test('is backed up while it is open, and the copy opens as a store', async () => {
    const store = opened()
    const registration = samples.registration()
    await store.registerCredential(registration)
    const source = new DatabaseSync(path)
    await backup(source, join(folder, 'backup.db'))
    source.close()
    await store.removeCredential(samples.removal(registration.credential))
    const copy = opened({ path: join(folder, 'backup.db') })
    expect(await copy.findCredential('realm', registration.credential.id)).toEqual(registration.credential)
  })
})
