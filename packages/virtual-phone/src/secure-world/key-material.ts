import type { Bytes } from '../channel/channel.ts'
import { decryptEcies } from '../crypto/ecies.ts'
import { newSigningPair, signDer } from '../crypto/p256.ts'
import type { VirtualCrypto } from '../crypto/port.ts'
import { decryptOaep, newRsaPair } from '../crypto/rsa-oaep.ts'
import type { KeyPolicy } from './types.ts'

/** A key pair of the secure world. Its private half has no way out. */
export interface KeyMaterial {
  readonly spki: Bytes
  readonly sign: (bytes: Bytes) => Promise<Bytes>
  readonly decrypt: (bytes: Bytes, mgfDigest: 'SHA-1' | 'SHA-256' | null) => Promise<Bytes>
}

/** Makes a key pair as the policy has it. */
export async function makeKey(
  crypto: VirtualCrypto,
  { algorithm, purposes }: Pick<KeyPolicy, 'algorithm' | 'purposes'>,
): Promise<KeyMaterial> {
  if (algorithm === 'RSA') {
    const pair = await newRsaPair(crypto)
    return {
      spki: pair.spki,
      sign: () => Promise.reject(new Error('No signatures by RSA keys here.')),
      decrypt: async (bytes, mgfDigest) => decryptOaep(pair, bytes, mgfDigest ?? 'SHA-1'),
    }
  }
  if (purposes.includes('decrypt')) return makeEnclaveKey(crypto)
  const pair = await newSigningPair(crypto)
  return {
    spki: pair.spki,
    sign: (bytes) => signDer(crypto, pair.privateKey, bytes),
    decrypt: () => Promise.reject(new Error('No decryption by this key.')),
  }
}

/** Keys of the Secure Enclave sign and decrypt alike; WebCrypto wants two views of one. */
async function makeEnclaveKey(crypto: VirtualCrypto): Promise<KeyMaterial> {
  const { subtle } = crypto
  const ecdh = { name: 'ECDH', namedCurve: 'P-256' }
  const pair = await subtle.generateKey(ecdh, true, ['deriveBits'])
  const { key_ops: _, ...jwk } = await subtle.exportKey('jwk', pair.privateKey)
  const signer = await subtle.importKey('jwk', jwk, { ...ecdh, name: 'ECDSA' }, false, ['sign'])
  const opener = await subtle.importKey('jwk', jwk, ecdh, false, ['deriveBits'])
  return {
    spki: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)),
    sign: (bytes) => signDer(crypto, signer, bytes),
    decrypt: (bytes) => decryptEcies(crypto, opener, bytes),
  }
}
