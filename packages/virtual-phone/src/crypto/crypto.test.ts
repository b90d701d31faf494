import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decryptEcies, encryptEcies } from './ecies.ts'
import { newSigningPair, pointOf, spkiOf } from './p256.ts'
import { platformCrypto as crypto } from './port.ts'
import { decryptOaep, encryptOaep, newRsaPair } from './rsa-oaep.ts'

const secret = Uint8Array.from({ length: 32 }, (_, at) => at)

describe('RSA-OAEP', () => {
  test.for(['SHA-1', 'SHA-256'] as const)(
    'opens what was sealed with MGF1 over %s, and only that',
    async (mgf) => {
      const pair = await newRsaPair(crypto)
      const sealed = await encryptOaep(crypto, pair.spki, secret, mgf)
      expect(decryptOaep(pair, sealed, mgf)).toEqual(secret)
      expect(() => decryptOaep(pair, sealed, mgf === 'SHA-1' ? 'SHA-256' : 'SHA-1')).toThrow()
    },
  )

  test('agrees with OpenSSL where that can do the same', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    const sealed = await encryptOaep(crypto, spki, secret, 'SHA-256')
    expect(new Uint8Array(privateDecrypt({ key: privateKey, ...padding }, sealed))).toEqual(secret)

    const pair = await newRsaPair(crypto)
    const key = createPublicKey({ key: Buffer.from(pair.spki), format: 'der', type: 'spki' })
    expect(decryptOaep(pair, publicEncrypt({ key, ...padding }, secret), 'SHA-256')).toEqual(secret)
  })
})

describe('Apple ECIES', () => {
  test('opens what was sealed to the key, and nothing else', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = privateKey.export({ format: 'jwk' })
    const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
    const key = await crypto.subtle.importKey('jwk', jwk, ecdh, false, ['deriveBits'])
    const spki = new Uint8Array(
      createPublicKey(createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))).export({
        format: 'der',
        type: 'spki',
      }),
    )
    const packet = await encryptEcies(crypto, pointOf(spki), secret)
    expect(packet).toHaveLength(65 + 32 + 16)
    expect(await decryptEcies(crypto, key, packet)).toEqual(secret)
    const changed = packet.slice()
    changed[100] = (changed[100] ?? 0) ^ 1
    await expect(decryptEcies(crypto, key, changed)).rejects.toThrow()
  })
})

test('a point and its SubjectPublicKeyInfo are one key', async () => {
  const { spki } = await newSigningPair(crypto)
  expect(spkiOf(pointOf(spki))).toEqual(spki)
})
