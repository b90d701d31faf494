import { type Await, limitOf } from '../calls/settle.ts'
import { longestStorage } from '../limits.ts'
import type { PlatformStorage } from '../platform.ts'
import { type DeviceRecord, decodeRecord } from './device-record.ts'

/**
 * The records of one server on this device, one key per account, so that tabs writing at once do not undo one another.
 * Everything rejects with `storage_failed` when the device refuses.
 */
export interface DeviceRecords {
  /** The one used last first. */
  readonly load: (via: Await) => Promise<readonly DeviceRecord[]>
  readonly save: (via: Await, record: DeviceRecord) => Promise<void>
  readonly drop: (via: Await, account: string) => Promise<void>
}

/** Makes the records of one server. */
export function createDeviceRecords(storage: PlatformStorage, server: string): DeviceRecords {
  const prefix = `keybound/1/account/${server}/`

  async function load(): Promise<readonly DeviceRecord[]> {
    const records: DeviceRecord[] = []
    for (const key of await storage.keys(prefix)) {
      const record = decodeRecord(await storage.get(key))
      // A record under another account's key was not written by this client.
      if (record && key === prefix + record.account) records.push(record)
    }
    return records.sort((a, b) => b.order - a.order)
  }

  return {
    load: (via) => via(load, storageLimit),
    save: (via, record) =>
      via(() => storage.set(prefix + record.account, JSON.stringify(record)), storageLimit),
    drop: (via, account) => via(() => storage.delete(prefix + account), storageLimit),
  }
}

/** Bounds every read and write of the device. */
export const storageLimit = limitOf(
  longestStorage,
  'storage_failed',
  'This device neither reads nor stores this app’s records; close its other tabs and try again.',
)
