import {
  writeInteger,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '@keybound/attestation/der'
import type { VaultPair } from '@keybound/phone'
import type { VirtualCrypto } from '../crypto/port.ts'
import { type Bytes, concat, decode, encode } from './bytes.ts'
import { invalidArgument } from './errors.ts'
import type { KeyMemory } from './key-memory.ts'
import { ecdh, opening } from './software-keys.ts'

/** A sealed private half, taken apart. */
export interface SealedPair {
  readonly publicKey: Bytes
  /** The fresh key, encrypted to the sealing key. */
  readonly wrapped: Bytes
  readonly nonce: Bytes
  readonly ciphertext: Bytes
}

const scalarLength = 32
const longestContext = 4096

/** Makes a pair and seals its private half; `wrap` encrypts a fresh key to the sealing key. */
export async function sealVaultPair(
  crypto: VirtualCrypto,
  context: string,
  wrap: (key: Bytes) => Promise<Bytes>,
): Promise<VaultPair> {
  const { subtle, getRandomValues } = crypto
  const additionalData = contextBytes(context)
  const pair = await subtle.generateKey(ecdh, true, ['deriveKey'])
  const { d = '' } = await subtle.exportKey('jwk', pair.privateKey)
  const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  const scalar = decode(d)
  const fresh = getRandomValues(new Uint8Array(32))
  const nonce = getRandomValues(new Uint8Array(12))
  const key = await subtle.importKey('raw', fresh, 'AES-GCM', false, ['encrypt'])
  const ciphertext = new Uint8Array(
    await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, scalar),
  )
  const wrapped = await wrap(fresh)
  scalar.fill(0)
  fresh.fill(0)
  const length = Uint8Array.of(wrapped.length >> 8, wrapped.length & 255)
  return { publicKey: encode(publicKey), sealed: encode(concat(length, wrapped, nonce, ciphertext)) }
}

/** Takes a pair apart. Rejects `openFailed` for what never was one. */
export function readVaultPair({ publicKey, sealed }: VaultPair): Promise<SealedPair> {
  return opening(async () => {
    const bytes = decode(sealed)
    const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
    const rest = bytes.slice(2 + length)
    if (length === 0 || rest.length !== 12 + scalarLength + 16) throw new Error('Not a sealed pair.')
    return {
      publicKey: decode(publicKey),
      wrapped: bytes.slice(2, 2 + length),
      nonce: rest.slice(0, 12),
      ciphertext: rest.slice(12),
    }
  })
}

/** Opens the private half into native memory, with the key that the sealing key gave back. */
export function openVaultPair(
  { subtle }: VirtualCrypto,
  memory: KeyMemory,
  { publicKey, nonce, ciphertext }: SealedPair,
  fresh: Bytes,
  context: string,
): Promise<string> {
  const additionalData = contextBytes(context)
  return opening(async () => {
    const key = await subtle.importKey('raw', fresh, 'AES-GCM', false, ['decrypt'])
    fresh.fill(0)
    const scalar = new Uint8Array(
      await subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData }, key, ciphertext),
    )
    const pkcs8 = privateKeyInfo(scalar)
    scalar.fill(0)
    const whole = await subtle.importKey('pkcs8', pkcs8, ecdh, true, ['deriveKey'])
    pkcs8.fill(0)
    // Whoever swaps the public half beside a sealed private one would have secrets sealed to a key of their own.
    const jwk = await subtle.exportKey('jwk', whole)
    const { x = '', y = '' } = jwk
    if (encode(publicKey) !== encode(concat(Uint8Array.of(4), decode(x), decode(y)))) {
      throw new Error('The halves are not of one pair.')
    }
    const privateKey = await subtle.importKey('jwk', jwk, ecdh, false, ['deriveKey'])
    return memory.keep('vault', { privateKey, publicKey })
  })
}

function contextBytes(context: string): Bytes {
  if (context.length > longestContext)
    throw invalidArgument('context', `at most ${longestContext} characters`)
  return new TextEncoder().encode(context)
}

/** PKCS #8 of a P-256 key without its public half (RFC 5208, RFC 5915). */
function privateKeyInfo(scalar: Bytes): Bytes {
  const algorithm = writeSequence(
    writeObjectIdentifier('1.2.840.10045.2.1'),
    writeObjectIdentifier('1.2.840.10045.3.1.7'),
  )
  const key = writeSequence(writeInteger(1), writeOctetString(scalar))
  return writeSequence(writeInteger(0), algorithm, writeOctetString(key))
}
