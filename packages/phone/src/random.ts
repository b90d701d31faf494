import { decode } from './bytes.ts'
import { native } from './errors.ts'
import type { SecureHardware } from './hardware/secure-hardware.ts'

/** Fetched at once, because most calls want a few bytes and each call crosses the bridge. */
const stock = 1024

/** Random bytes of the system, none of them given twice. */
export function createRandom({ random }: SecureHardware): (length: number) => Promise<Uint8Array> {
  let left = new Uint8Array(0)
  return async (length) => {
    while (left.length < length) left = decode(await native(random(Math.max(stock, length))))
    const bytes = left.slice(0, length)
    left = left.subarray(length)
    return bytes
  }
}
