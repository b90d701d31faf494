import { expect, test } from 'vitest'
import type { WebEnvironment } from '../environment.ts'
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

test('gives random bytes of the browser', () => {
  const crypto = { getRandomValues: (array: Uint8Array) => array.fill(9) }
  const { randomBytes } = createWebVault({ crypto } as unknown as WebEnvironment, {} as never, async () => {})
  expect(randomBytes(3)).toEqual(Uint8Array.of(9, 9, 9))
})
