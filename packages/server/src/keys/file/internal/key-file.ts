import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import type { EpochSeconds } from '@keybound/protocol'
import { type KeyPurpose, keyAlgorithms, type PublicJwk } from '../../contract.ts'
import type { Seal, SealedBytes } from './seal.ts'

/** One key as it lies in its file. The header is authenticated with the key, so none can be swapped for another. */
export interface StoredKey {
  readonly purpose: KeyPurpose
  /** Counts the keys of a purpose, from 1. */
  readonly generation: number
  readonly kid: string
  readonly activeFrom: EpochSeconds
  readonly key: KeyObject
}

const format = 'keybound-key/1'

/** `challenge.1.json` */
export function keyFileName(purpose: KeyPurpose, generation: number): string {
  return `${purpose}.${generation}.json`
}

/** The purpose and generation of a file name, or undefined for files that are not keys. */
export function parseKeyFileName(name: string): { purpose: KeyPurpose; generation: number } | undefined {
  const [, purpose = '', generation] = /^([a-z-]+)\.([1-9]\d{0,8})\.json$/.exec(name) ?? []
  if (!Object.hasOwn(keyAlgorithms, purpose)) return undefined
  return { purpose: purpose as KeyPurpose, generation: Number(generation) }
}

/** Makes a key and the text of its file. */
export function newKeyFile(
  seal: Seal,
  purpose: KeyPurpose,
  generation: number,
  activeFrom: EpochSeconds,
  randomBytes: (length: number) => Uint8Array,
): string {
  const kid = Buffer.from(randomBytes(8)).toString('base64url')
  const header = { format, purpose, generation, kid, activeFrom }
  const sealed = seal.close(newKeyMaterial(purpose, randomBytes), JSON.stringify(header))
  return `${JSON.stringify({ ...header, ...sealed }, null, 2)}\n`
}

/** Reads the text of a key file, or undefined when anything in it is not what was sealed under this name. */
export function readKeyFile(
  seal: Seal,
  text: string,
  expected: { readonly purpose: KeyPurpose; readonly generation: number },
): StoredKey | undefined {
  try {
    const { nonce, sealed, ...header } = JSON.parse(text) as SealedBytes &
      Omit<StoredKey, 'key'> & { format: string }
    const { kid, activeFrom } = header
    if (header.format !== format) return undefined
    if (header.purpose !== expected.purpose || header.generation !== expected.generation) return undefined
    const material = seal.open({ nonce, sealed }, JSON.stringify(header))
    return material && { ...expected, kid, activeFrom, key: importKey(expected.purpose, material) }
  } catch {
    return undefined
  }
}

function newKeyMaterial(purpose: KeyPurpose, randomBytes: (length: number) => Uint8Array): Uint8Array {
  if (keyAlgorithms[purpose] === 'HS256') return randomBytes(32)
  // The one key whose randomness cannot be injected: Node makes key pairs itself.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'der' })
}

function importKey(purpose: KeyPurpose, material: Buffer): KeyObject {
  if (keyAlgorithms[purpose] === 'HS256') return createSecretKey(material)
  return createPrivateKey({ key: material, format: 'der', type: 'pkcs8' })
}

/** The public half of an ES256 key. */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x, y }
}
