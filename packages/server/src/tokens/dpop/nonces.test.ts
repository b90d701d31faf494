import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyInfo } from '../../keys/contract.ts'
import { createDpopNonces } from './nonces.ts'

const start = 1_795_348_800 // begin of a period
const period = 300

function keyInfo(kid: string, activeFrom: number, acceptUntil = Number.MAX_SAFE_INTEGER): KeyInfo {
  return { kid, purpose: 'dpop-nonce', algorithm: 'HS256', activeFrom, acceptUntil }
}

/** A provider of MAC keys named by their secret, newest first, that counts what it is asked. */
function macKeys(...infos: KeyInfo[]) {
  const asked = { macs: 0 }
  return {
    asked,
    list: () => infos,
    mac: (kid: string, bytes: Uint8Array) => {
      asked.macs++
      return new Uint8Array(createHmac('sha256', kid).update(bytes).digest())
    },
  }
}

const keys = macKeys(keyInfo('k1', 0))
const nonces = createDpopNonces({ keys, realm: 'bank' })

describe('a nonce', () => {
  test('stays for a period, is accepted in the next, refused after', async () => {
    const nonce = await nonces.current(start)
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(await nonces.current(start + period - 1)).toBe(nonce)
    expect(await nonces.current(start + period)).not.toBe(nonce)
    expect(await nonces.accepts(nonce, start + period)).toBe(true)
    expect(await nonces.accepts(nonce, start + 2 * period - 1)).toBe(true)
    expect(await nonces.accepts(nonce, start + 2 * period)).toBe(false)
  })

  test('of a server ten seconds ahead is accepted, of one further ahead not', async () => {
    const ahead = await nonces.current(start)
    expect(await nonces.accepts(ahead, start - 10)).toBe(true)
    expect(await nonces.accepts(ahead, start - 11)).toBe(false)
  })

  test('is shared by processes with the same keys and nobody else', async () => {
    const nonce = await nonces.current(start)
    const elsewhere = createDpopNonces({ keys: macKeys(keyInfo('k1', 0)), realm: 'bank' })
    expect(await elsewhere.accepts(nonce, start)).toBe(true)
    const otherRealm = createDpopNonces({ keys, realm: 'shop' })
    expect(await otherRealm.accepts(nonce, start)).toBe(false)
    const otherKey = createDpopNonces({ keys: macKeys(keyInfo('k2', 0)), realm: 'bank' })
    expect(await otherKey.accepts(nonce, start)).toBe(false)
  })

  test.each(['', 'x', 'x'.repeat(22), 'x'.repeat(5000), 'é'.repeat(22)])(
    'that nobody gave is refused: %j',
    async (nonce) => {
      expect(await nonces.accepts(nonce, start)).toBe(false)
    },
  )
})

test('a new key is accepted before it is used, and the old one until it is retired', async () => {
  const old = keyInfo('old', 0, start + 1000)
  const rotated = createDpopNonces({ keys: macKeys(keyInfo('new', start + 100), old), realm: 'bank' })
  const onlyOld = createDpopNonces({ keys: macKeys(old), realm: 'bank' })
  const onlyNew = createDpopNonces({ keys: macKeys(keyInfo('new', 0)), realm: 'bank' })
  expect(await rotated.current(start + 99)).toBe(await onlyOld.current(start + 99))
  expect(await rotated.current(start + 100)).toBe(await onlyNew.current(start + 100))
  expect(await rotated.accepts(await onlyNew.current(start), start)).toBe(true)
  expect(await rotated.accepts(await onlyOld.current(start + 999), start + 999)).toBe(true)
  expect(await rotated.accepts(await onlyOld.current(start + 1000), start + 1000)).toBe(false)
})

test('costs one MAC per period, not one per request', async () => {
  const counted = macKeys(keyInfo('k1', 0))
  const fresh = createDpopNonces({ keys: counted, realm: 'bank' })
  const nonce = await fresh.current(start + 20)
  for (let i = 0; i < 100; i++) expect(await fresh.accepts(nonce, start + 20 + i)).toBe(true)
  expect(counted.asked.macs).toBeLessThanOrEqual(2)
})
