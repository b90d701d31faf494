import { createECDH, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sample } from '../../../test/support/sample.ts'
import { derOfRaw, jwkOfPoint, pointOfSpki, rawOfDer } from './p256.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

describe('signatures', () => {
  test('are those of Node, both ways', () => {
    for (let at = 0; at < sample({ small: 200, large: 2_000, full: 20_000 }); at++) {
      const der = sign('sha256', Buffer.of(at & 255, at >> 8), privateKey)
      const raw = rawOfDer(der)
      expect(raw).toHaveLength(64)
      expect(Buffer.from(derOfRaw(raw)).equals(der)).toBe(true)
    }
  })

  test('with short numbers keep their place', () => {
    const raw = new Uint8Array(64)
    raw[31] = 1
    raw[63] = 0x80
    expect(Buffer.from(derOfRaw(raw)).toString('hex')).toBe('300702010102020080')
    expect(rawOfDer(derOfRaw(raw))).toEqual(raw)
  })

  test.each([
    ['nothing', ''],
    ['another tag', '310602010102010 1'.replace(' ', '')],
    ['a length that is too long', '300702010102010 1'.replace(' ', '')],
    ['bytes behind', '30060201010201010 0'.replace(' ', '')],
    ['an empty number', '30050200020101'],
    ['a number of 33 digits', `302602210${'1'.repeat(65)}020101`],
    ['one number only', '3003020101'],
  ])('%s is refused', (_, hex) => {
    expect(() => rawOfDer(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ code: 'platform_failed' }),
    )
  })
})

test('a public key becomes its point and its JWK', () => {
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64url')
  const { x, y } = publicKey.export({ format: 'jwk' })
  expect(jwkOfPoint(pointOfSpki(spki))).toEqual({ kty: 'EC', crv: 'P-256', x, y })
  const { publicKey: larger } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  expect(() => pointOfSpki(larger.export({ type: 'spki', format: 'der' }).toString('base64url'))).toThrow()
  const compressed = createECDH('prime256v1')
  expect(() => jwkOfPoint(compressed.generateKeys('base64url', 'compressed'))).toThrow()
})
