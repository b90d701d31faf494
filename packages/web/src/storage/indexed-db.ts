import { KeyboundError } from '@keybound/protocol'
import { explanations } from '../availability.ts'
import type { WebEnvironment } from '../environment.ts'

const storeName = 'records'

/** Records of any type that IndexedDB clones; the client keeps text, bytes and keys apart by their names. */
export interface WebStorage {
  readonly get: <T>(key: string) => Promise<T | undefined>
  readonly set: (key: string, value: unknown) => Promise<void>
  readonly delete: (key: string) => Promise<void>
  readonly keys: (prefix: string) => Promise<readonly string[]>
}

/**
 * Records in IndexedDB. Opened at the first use and again after a failure, so that a user who allows storage
 * later need not reload; every refusal of the browser is `storage_failed`.
 */
export function createStorage(environment: WebEnvironment, name: string): WebStorage {
  let opened: Promise<IDBDatabase> | undefined
  const lose = () => {
    opened = undefined
  }

  async function run<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    try {
      opened ??= open(environment, name, lose)
      const database = await opened
      // Strict: a record that was said to be kept survives a power cut.
      const transaction = database.transaction(storeName, mode, { durability: 'strict' })
      const request = ask(transaction.objectStore(storeName))
      // Only once its transaction is committed is it kept.
      await settled(transaction, 'oncomplete', 'onabort')
      return request.result
    } catch (cause) {
      lose()
      throw new KeyboundError('storage_failed', explanations.storageBlocked, { cause })
    }
  }

  return {
    get: (key) => run('readonly', (store) => store.get(key)),
    async set(key, value) {
      await run('readwrite', (store) => store.put(value, key))
    },
    delete: (key) => run('readwrite', (store) => store.delete(key)),
    async keys(prefix) {
      const keys = (await run('readonly', (store) => store.getAllKeys())) as string[]
      return keys.filter((key) => key.startsWith(prefix))
    },
  }
}

/** Opens the database; `lost` is called when the browser closes it or another tab wants to change it. */
async function open({ indexedDB }: WebEnvironment, name: string, lost: () => void): Promise<IDBDatabase> {
  // Missing, it throws like one that refuses.
  const request = (indexedDB as IDBFactory).open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(storeName)
  await settled(request, 'onsuccess', 'onerror')
  const database = request.result
  database.onclose = database.onversionchange = () => {
    database.close()
    lost()
  }
  return database
}

/** Waits for the event that ends well; the other one rejects with the error. */
function settled(target: IDBRequest | IDBTransaction, well: string, badly: string): Promise<void> {
  return new Promise((resolve, reject) => {
    Object.assign(target, { [well]: resolve, [badly]: () => reject(target.error) })
  })
}
