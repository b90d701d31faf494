import type { Call } from '../calls/calls.ts'
import type { PlatformStorage } from '../platform.ts'
import { listOf, type Reader, readStored, text } from '../read.ts'
import { storageLimit } from './device-records.ts'

/** Users of one device whose tokens are remembered; further ones push out the oldest. */
const remembered = 16

/**
 * What names this device to the server's throttle, per user: with it, failures elsewhere cannot lock this device out.
 * Opens nothing, so losing it costs nothing but that, and no call fails for want of it.
 */
export interface DeviceTokens {
  readonly find: (call: Call, username: string) => Promise<string | undefined>
  /** Only after a success, so that a password typed into the wrong box is never stored. */
  readonly keep: (call: Call, username: string, token: string) => Promise<void>
}

/** Makes the tokens of one server. */
export function createDeviceTokens(storage: PlatformStorage, server: string): DeviceTokens {
  const key = `keybound/1/devices/${server}`
  const load = async () => new Map(readStored(tokens, await storage.get(key)))

  return {
    async find(call, username) {
      const known = await call.tolerate(call.step(load, storageLimit))
      return known?.get(username)
    },
    async keep(call, username, token) {
      const write = async () => {
        const others = await load()
        others.delete(username)
        await storage.set(key, JSON.stringify([[username, token], ...others].slice(0, remembered)))
      }
      await call.tolerate(call.commit(write, storageLimit))
    },
  }
}

/** User name and token, the one used last first. */
const tokens = listOf(listOf(text) as Reader<readonly [string, string]>)
