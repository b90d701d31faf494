import { webcrypto } from 'node:crypto'
import type { ManifestSigner, VaultFiles } from '@keybound/client'

/** WebCrypto of Node as the browser types it. */
export const crypto = webcrypto as unknown as Crypto

/** Files in memory. */
export function memoryFiles() {
  const stored = new Map<string, Uint8Array>()
  const files: VaultFiles = {
    get: async (key) => stored.get(key),
    set: async (key, file) => void stored.set(key, file),
    delete: async (key) => void stored.delete(key),
  }
  return { files, stored }
}

/** One at a time per name, as Web Locks do. */
export function createExclusive() {
  const queues = new Map<string, Promise<unknown>>()
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = (queues.get(name) ?? Promise.resolve()).then(work)
    queues.set(
      name,
      result.catch(() => {}),
    )
    return result
  }
}

/** A P-256 key that signs manifests. */
export async function createSigner(): Promise<ManifestSigner> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  return {
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, bytes as BufferSource)),
    verify: (bytes, signature) =>
      crypto.subtle.verify(algorithm, pair.publicKey, signature as BufferSource, bytes as BufferSource),
  }
}

/**
 * WebCrypto whose randomness is fixed: random bytes count up from `01`, and keys are generated from a list, so that
 * what is sealed has the same bytes every time. Everything else is the real thing.
 */
export function fixedCrypto(keys: {
  readonly ecdh: readonly JsonWebKey[]
  readonly aes: readonly string[]
}): Crypto {
  const ecdh = [...keys.ecdh]
  const aes = [...keys.aes]
  let drawn = 0
  const { subtle } = crypto
  const generateKey = async ({ name }: Algorithm, extractable: boolean, usages: KeyUsage[]) => {
    if (name === 'AES-GCM') {
      return subtle.importKey('raw', Buffer.from(aes.shift() ?? '', 'hex'), name, extractable, usages)
    }
    const jwk = ecdh.shift() ?? {}
    const curve = { name, namedCurve: 'P-256' }
    const { d: _, ...point } = jwk
    return {
      privateKey: await subtle.importKey('jwk', jwk, curve, extractable, usages),
      publicKey: await subtle.importKey('jwk', point, curve, true, []),
    }
  }
  return {
    getRandomValues: (bytes: Uint8Array) => bytes.fill(++drawn),
    subtle: new Proxy(subtle, {
      get: (target, name) => {
        if (name === 'generateKey') return generateKey
        const member = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    }),
  } as unknown as Crypto
}
