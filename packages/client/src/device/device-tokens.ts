import type { Await } from '../calls/settle.ts'
import type { PlatformStorage } from '../platform.ts'
import { listOf, readStored, text } from '../read.ts'
import { storageLimit } from './device-records.ts'

/** Users of one device whose tokens are remembered; further ones push out the oldest. */
const remembered = 16

/**
 * What names this device to the server's throttle, per user: with it, failures elsewhere cannot lock this device out.
 * Opens nothing, so losing it costs nothing but that.
 */
export interface DeviceTokens {
  readonly find: (via: Await, username: string) => Promise<string | undefined>
  /** Only after a success, so that a password typed into the wrong box is never stored. */
  readonly keep: (via: Await, username: string, token: string) => Promise<void>
}

/** Makes the tokens of one server. */
export function createDeviceTokens(storage: PlatformStorage, server: string): DeviceTokens {
  const key = `keybound/1/devices/${server}`
  const load = async () => readStored(tokens, await storage.get(key)) ?? []

  return {
    async find(via, username) {
      const tokens = await via(load, storageLimit)
      return tokens.find(([user]) => user === username)?.[1]
    },
    keep: (via, username, token) =>
      via(async () => {
        const others = (await load()).filter(([user]) => user !== username)
        const kept = [[username, token], ...others].slice(0, remembered)
        await storage.set(key, JSON.stringify(kept))
      }, storageLimit),
  }
}

/** User name and token, the one used last first. */
const tokens = listOf(listOf(text))
