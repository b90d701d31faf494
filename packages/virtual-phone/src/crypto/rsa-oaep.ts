import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { mgf1, OAEP } from 'micro-rsa-dsa-dh/rsa.js'
import type { VirtualCrypto } from './port.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** Hash of the mask generation function. */
export type MgfHash = 'SHA-1' | 'SHA-256'

/** An RSA-2048 pair. WebCrypto makes it and can do no more: it knows OAEP with one hash for both of its parts only. */
export interface RsaPair {
  readonly modulus: bigint
  readonly privateExponent: bigint
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Bytes
}

const publicExponent = 65537n
const oaep = { 'SHA-1': OAEP(sha256, mgf1(sha1)), 'SHA-256': OAEP(sha256, mgf1(sha256)) } as const
const rsa = {
  name: 'RSA-OAEP',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
  hash: 'SHA-256',
} as const

/** A fresh RSA-2048 pair. */
export async function newRsaPair({ subtle }: VirtualCrypto): Promise<RsaPair> {
  const pair = await subtle.generateKey(rsa, true, ['encrypt', 'decrypt'])
  const { n = '', d = '' } = await subtle.exportKey('jwk', pair.privateKey)
  return {
    modulus: fromBase64Url(n),
    privateExponent: fromBase64Url(d),
    spki: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)),
  }
}

/** RSA-OAEP with SHA-256, and MGF1 with the hash given, for a public key as SubjectPublicKeyInfo. */
export async function encryptOaep(
  { subtle }: VirtualCrypto,
  spki: Bytes,
  plaintext: Uint8Array,
  mgf: MgfHash,
): Promise<Bytes> {
  const key = await subtle.importKey('spki', spki, { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['encrypt'])
  const { n = '' } = await subtle.exportKey('jwk', key)
  return new Uint8Array(oaep[mgf].encrypt({ n: fromBase64Url(n), e: publicExponent }, plaintext))
}

/** Opens what {@link encryptOaep} made; throws for anything else. */
export function decryptOaep(
  { modulus, privateExponent }: RsaPair,
  ciphertext: Uint8Array,
  mgf: MgfHash,
): Bytes {
  return new Uint8Array(oaep[mgf].decrypt({ n: modulus, d: privateExponent }, ciphertext))
}

function fromBase64Url(text: string): bigint {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  let value = 0n
  for (const character of binary) value = (value << 8n) | BigInt(character.charCodeAt(0))
  return value
}
