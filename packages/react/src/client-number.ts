import type { KeyboundClient } from '@keybound/client'

const numbers = new WeakMap<KeyboundClient, number>()
let last = 0

/** A number that no other client has: for keys of React, which are no objects. */
export function clientNumber(client: KeyboundClient): number {
  const number = numbers.get(client) ?? ++last
  numbers.set(client, number)
  return number
}
