import { webcrypto } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeKeys, newSalts } from './make-keys.ts'
import { openKey } from './sealing-keys.ts'
import { createWebSealing } from './web-sealing.ts'
import { createWebVault } from './web-vault.ts'

const owner = { server: 'https://bank.example', account: 'acct-1', credentialId: 'Y3JlZGVudGlhbA' }
const associated = new TextEncoder().encode('header')
const output = (value: number) => new Uint8Array(32).fill(value)

/** WebCrypto that counts how often data keys are unwrapped. */
function countingCrypto() {
  const { subtle } = webcrypto
  const counted = { unwraps: 0 }
  const counting = new Proxy(subtle, {
    get(target, name) {
      if (name === 'unwrapKey') counted.unwraps++
      const member = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const getRandomValues = webcrypto.getRandomValues.bind(webcrypto)
  return { counted, crypto: { getRandomValues, subtle: counting } as unknown as Crypto }
}

async function vault() {
  const { counted, crypto } = countingCrypto()
  const sealing = createWebSealing({ crypto })
  const keys = await makeKeys(crypto, { unlock: output(1), everyTime: output(2) }, newSalts(crypto), owner)
  const unlock = () => openKey(crypto, output(1), keys.unlock, owner, 'unlock')
  async function seal(text: string) {
    const dataKey = await sealing.newDataKey()
    const wrapped = await sealing.wrapKey(keys.unlock.publicKey, dataKey)
    const parts = await sealing.seal(dataKey, new TextEncoder().encode(text), associated)
    return { wrapped, sealed: new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part)))) }
  }
  async function open(
    key: Awaited<ReturnType<typeof unlock>>,
    { wrapped, sealed }: Awaited<ReturnType<typeof seal>>,
  ) {
    const dataKey = await sealing.unwrapKey(key, wrapped)
    return new TextDecoder().decode(await sealing.open(dataKey, sealed, associated))
  }
  return { counted, sealing, keys, crypto, unlock, seal, open }
}

describe('data keys', () => {
  test('are unwrapped once while a key is open, and anew after the next touch', async () => {
    const { counted, unlock, seal, open } = await vault()
    const [pin, note] = [await seal('1234'), await seal('milk')]
    const first = await unlock()
    counted.unwraps = 0
    expect(await open(first, pin)).toBe('1234')
    expect(await open(first, note)).toBe('milk')
    expect(await open(first, pin)).toBe('1234')
    expect(counted.unwraps).toBe(2)
    const second = await unlock()
    counted.unwraps = 0
    expect(await open(second, pin)).toBe('1234')
    expect(counted.unwraps).toBe(1)
  })

  test('of another key are refused, also by an opened key that remembers some', async () => {
    const { unlock, seal, open, keys, crypto, sealing } = await vault()
    const pin = await seal('1234')
    const key = await unlock()
    await open(key, pin)
    const other = await openKey(crypto, output(2), keys.everyTime, owner, 'everyTime')
    await expect(sealing.unwrapKey(other, pin.wrapped)).rejects.toThrow()
    const mixed = { epk: (await seal('5678')).wrapped.epk, wrapped: pin.wrapped.wrapped }
    await expect(sealing.unwrapKey(key, mixed)).rejects.toThrow()
  })
})

test('a proof key that several ask for at once is made once', async () => {
  const stored = new Map<string, unknown>()
  const storage = {
    get: async (name: string) => stored.get(name),
    set: async (name: string, value: unknown) => void stored.set(name, value),
  }
  const environment = { crypto: webcrypto, Date } as never
  const keys = createWebVault(environment, storage as never, async () => {})
  expect(await keys.proofKey('proof', owner, false)).toBeUndefined()
  const asked = await Promise.all([1, 2, 3].map(() => keys.proofKey('proof', owner, true)))
  expect(new Set(asked.map((key) => key?.jwk.x)).size).toBe(1)
  expect((await keys.proofKey('proof', owner, false))?.jwk).toEqual(asked[0]?.jwk)
})
