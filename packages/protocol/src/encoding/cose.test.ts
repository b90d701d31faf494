import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CborValue, decodeCbor } from './cbor.ts'
import { encodeCbor } from './cbor-encoder.ts'
import { type CoseKey, decodeCoseKey, encodeCoseKey } from './cose.ts'

const bytes = (length: number, fill = 0x81): Uint8Array => new Uint8Array(length).fill(fill)

const keys: readonly CoseKey[] = [
  { type: 'EC2', algorithm: -7, curve: 'P-256', x: bytes(32), y: bytes(32) },
  { type: 'EC2', algorithm: -9, curve: 'P-256', x: bytes(32), y: bytes(32) },
  { type: 'EC2', algorithm: -35, curve: 'P-384', x: bytes(48), y: bytes(48) },
  { type: 'EC2', algorithm: -51, curve: 'P-384', x: bytes(48), y: bytes(48) },
  { type: 'EC2', algorithm: -36, curve: 'P-521', x: bytes(66), y: bytes(66) },
  { type: 'EC2', algorithm: -52, curve: 'P-521', x: bytes(66), y: bytes(66) },
  { type: 'OKP', algorithm: -8, curve: 'Ed25519', x: bytes(32) },
  { type: 'OKP', algorithm: -19, curve: 'Ed25519', x: bytes(32) },
  { type: 'OKP', algorithm: -53, curve: 'Ed448', x: bytes(57) },
  { type: 'RSA', algorithm: -257, n: bytes(256), e: Uint8Array.of(1, 0, 1) },
  { type: 'RSA', algorithm: -38, n: bytes(436, 0x03), e: Uint8Array.of(3) },
  { type: 'AKP', algorithm: -48, parameters: 'ML-DSA-44', publicKey: bytes(1312) },
  { type: 'AKP', algorithm: -49, parameters: 'ML-DSA-65', publicKey: bytes(1952) },
  { type: 'AKP', algorithm: -50, parameters: 'ML-DSA-87', publicKey: bytes(2592) },
]
const es256 = encodeCoseKey(keys[0] as CoseKey)
const rs256 = encodeCoseKey(keys[9] as CoseKey)

/** The key with one label set to another value, or removed. */
function changed(key: Uint8Array, label: number, value: CborValue | undefined): Uint8Array {
  const labels = new Map(decodeCbor(key) as ReadonlyMap<number, CborValue>)
  if (value === undefined) labels.delete(label)
  else labels.set(label, value)
  return encodeCbor(labels)
}

describe('COSE_Key', () => {
  test.each(keys)('algorithm $algorithm survives the round trip', (key) => {
    expect(decodeCoseKey(encodeCoseKey(key))).toEqual(key)
  })

  test('the numbers are those of the key that Node made', () => {
    const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
    const point = { x: Buffer.from(x ?? '', 'base64url'), y: Buffer.from(y ?? '', 'base64url') }
    const key = decodeCoseKey(encodeCoseKey({ type: 'EC2', algorithm: -7, curve: 'P-256', ...point }))
    expect(Buffer.from((key as { x: Uint8Array }).x).toString('base64url')).toBe(x)
  })

  test.each<[string, Uint8Array, number, CborValue | undefined]>([
    ['no alg', es256, 3, undefined],
    ['alg RS1', es256, 3, -65535],
    ['alg ES256K', es256, 3, -47],
    ['alg of another curve', es256, 3, -35],
    ['alg of another type', es256, 3, -257],
    ['alg as text', es256, 3, 'ES256'],
    ['alg as a 64-bit integer', es256, 3, -(2n ** 64n)],
    ['no kty', es256, 1, undefined],
    ['kty OKP', es256, 1, 1],
    ['kty as text', es256, 1, 'EC2'],
    ['no crv', es256, -1, undefined],
    ['crv P-384', es256, -1, 2],
    ['crv secp256k1', es256, -1, 8],
    ['x of 31 bytes', es256, -2, bytes(31)],
    ['x of 33 bytes', es256, -2, bytes(33)],
    ['no y', es256, -3, undefined],
    ['a compressed point', es256, -3, true],
    ['a private part', es256, -4, bytes(32)],
    ['a key id', es256, 2, bytes(4)],
    ['a text label', es256, 'd' as unknown as number, bytes(32)],
    ['a modulus of 2,047 bits', rs256, -1, bytes(256, 0x7f)],
    ['a modulus with a zero in front', rs256, -1, Uint8Array.of(0, ...bytes(256))],
    ['a modulus of 1,024 bits', rs256, -1, bytes(128)],
    ['a modulus of 16,384 bits', rs256, -1, bytes(2048)],
    ['an even exponent', rs256, -2, Uint8Array.of(1, 0, 2)],
    ['the exponent 1', rs256, -2, Uint8Array.of(1)],
    ['an exponent with a zero in front', rs256, -2, Uint8Array.of(0, 1, 0, 1)],
    ['no exponent', rs256, -2, Uint8Array.of()],
    ['a private exponent', rs256, -3, bytes(256)],
  ])('refuses %s', (_, key, label, value) => {
    expect(() => decodeCoseKey(changed(key, label, value))).toThrow(
      expect.objectContaining({ code: 'malformed_encoding' }),
    )
  })

  test('refuses alg twice', () => {
    const twice = Uint8Array.of(0xa6, ...es256.subarray(1), 0x03, 0x26)
    expect(() => decodeCoseKey(twice)).toThrow(expect.objectContaining({ rule: 'RFC 8949 §5.6' }))
  })

  test('refuses what is not a map', () => {
    expect(() => decodeCoseKey(encodeCbor([1, 2, -7]))).toThrow(
      expect.objectContaining({ code: 'malformed_encoding', rule: 'RFC 9052 §7' }),
    )
  })

  test('a flipped byte gives another key or a refusal, never another reading of the same key', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.nat(), fc.integer({ min: 1, max: 255 }), (key, at, mask) => {
        const encoded = encodeCoseKey(key)
        const index = at % encoded.length
        encoded[index] = (encoded[index] as number) ^ mask
        let mutant: CoseKey
        try {
          mutant = decodeCoseKey(encoded)
        } catch (error) {
          expect(error).toMatchObject({ code: 'malformed_encoding' })
          return
        }
        expect(mutant).not.toEqual(key)
        expect(encodeCoseKey(mutant)).toEqual(encoded)
      }),
      { seed: 21, numRuns: 1000 },
    )
  })
})
