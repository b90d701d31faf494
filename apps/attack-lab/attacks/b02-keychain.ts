import { findCanaries } from '../../../test/support/canaries.ts'
import type { Attack } from '../attack.ts'

/** What tools that dump keychains print: every item of the app, which no access control guards. */
const dump = `(async () => {
  const { accounts } = await system.call('item.list', {})
  const items = []
  for (const account of accounts) {
    const { bytes } = await system.call('item.get', { account })
    items.push([account, Array.from(bytes)])
  }
  return items
})()`

export const keychainDump: Attack = {
  id: 'B02',
  title: 'The keychain dumped',
  done: 'Every item that the app has in the keychain is read, and searched for the session’s token, or the key it lies under.',
  standard: 'MASWE-0001 · MASTG-TECH-0061',
  stoppedBy:
    'The keychain holds what names the keys, nothing that opens: keys never leave the Secure Enclave.',
  only: 'ios',
  async run(target) {
    const keys = (await target.keys()).map((secret) => ({ name: 'a key', secret }))
    const items = (await target.hooked(({ evaluate }) => evaluate(dump))) as readonly [string, number[]][]
    const found = findCanaries(keys, new Map(items.map(([name, bytes]) => [name, Buffer.from(bytes)])))
    return found.length > 0
      ? { result: 'lost', observed: `Found it in ${found.length} of ${items.length} item(s).` }
      : { result: 'held', observed: `Found it in none of ${items.length} item(s).` }
  },
}
