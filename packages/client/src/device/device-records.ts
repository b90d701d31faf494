import type { Call } from '../calls/calls.ts'
import type { Limit } from '../calls/settle.ts'
import { failure } from '../failures.ts'
import { longestStorage } from '../limits.ts'
import type { PlatformStorage } from '../platform.ts'
import { readStored } from '../read.ts'
import type { Memory, StateStore } from '../state.ts'
import { type DeviceRecord, deviceRecord } from './device-record.ts'

/**
 * The records of one server on this device, and what the client's state knows of them. One key per account, so that
 * tabs writing at once do not undo one another.
 */
export interface DeviceRecords {
  /** Reads them anew, because another tab may have changed them; the state keeps the known ones if the device cannot. */
  readonly refresh: (call: Call) => Promise<void>
  /**
   * Remembers a credential as the one used last, under the name that is known unless another is given; in the state at
   * once. Not ended by an abort. Rejects `storage_failed`.
   */
  readonly keep: (
    call: Call,
    used: Omit<DeviceRecord, 'order' | 'name'> & Partial<Pick<DeviceRecord, 'name'>>,
  ) => Promise<void>
  /** Forgets the credential of an account, in the state at once and with what else changes there. As `keep`. */
  readonly drop: (call: Call, account: string, change?: Partial<Memory>) => Promise<void>
}

/** Makes the records of one server. */
export function createDeviceRecords(
  storage: PlatformStorage,
  server: string,
  state: StateStore,
): DeviceRecords {
  const prefix = `keybound/1/account/${server}/`
  const others = (account: string) => state.memory().records.filter((record) => record.account !== account)

  async function load(): Promise<readonly DeviceRecord[]> {
    const records: DeviceRecord[] = []
    for (const key of await storage.keys(prefix)) {
      const record = readStored(deviceRecord, await storage.get(key))
      // What cannot be read counts as no record; one under another account's key was not written by this client.
      if (record && key === prefix + record.account) records.push(record)
    }
    return records.sort((a, b) => b.order - a.order)
  }

  return {
    async refresh(call) {
      const records = await call.tolerate(call.step(load, storageLimit))
      if (records) state.update({ records })
    },
    keep(call, used) {
      const { account } = used
      const [newest] = state.memory().records
      const name = state.recordOf(account)?.name ?? null
      const record = { name, ...used, order: 1 + (newest?.order ?? 0) }
      // What was wrong with an earlier key is over.
      state.update({ records: [record, ...others(account)], reason: undefined })
      return call.commit(() => storage.set(prefix + account, JSON.stringify(record)), storageLimit)
    },
    drop(call, account, change) {
      state.update({ ...change, records: others(account) })
      return call.commit(() => storage.delete(prefix + account), storageLimit)
    },
  }
}

/** Bounds every read and write of the device. */
export const storageLimit: Limit = [
  longestStorage,
  failure('storage_failed', 'This device does not answer; close this app’s other tabs and try again.'),
]
