import { expect, test } from 'vitest'
import { createWebVault } from './web-vault.ts'

test('making a vault touches nothing of the browser: pages without WebCrypto, or rendered on a server, may', () => {
  const untouchable = new Proxy({} as never, {
    get: (_, name) => {
      throw new Error(`unexpected use of ${String(name)}`)
    },
  })
  const make = () => createWebVault(untouchable, {} as never, async () => {})
  expect(make).not.toThrow()
})
