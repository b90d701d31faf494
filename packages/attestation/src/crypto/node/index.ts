import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { algorithms, type KeyKind } from '../algorithms.ts'
import { readEcdsaSignature } from '../ecdsa-signature.ts'
import { type CryptoOptions, defaultCachedKeys, KeyCache } from '../key-cache.ts'
import type { CryptoPort, HashAlgorithm, PublicKey, SignatureAlgorithm } from '../port.ts'
import { keyKindOf } from '../spki.ts'
import { unusableKey } from '../unusable-key.ts'

export type { CryptoOptions } from '../key-cache.ts'

const pssPadding = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

interface ImportedKey {
  readonly kind: KeyKind
  readonly key: KeyObject
}

/** The crypto port over `node:crypto`. Every answer comes at once: nothing is queued behind other work. */
export function createNodeCrypto({ cachedKeys = defaultCachedKeys }: CryptoOptions = {}): CryptoPort {
  const cache = new KeyCache<ImportedKey>(cachedKeys)

  const importKey = (algorithm: SignatureAlgorithm, { spki }: PublicKey): KeyObject | undefined => {
    const id = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1')
    let imported = cache.get(id)
    if (imported === undefined) {
      imported = importSpki(spki)
      if (imported === undefined) return undefined
      cache.set(id, imported)
    }
    return imported.kind === algorithms[algorithm].kind ? imported.key : undefined
  }

  return {
    sha256: (data) => digest('sha256', data),
    hash: digest,
    validateKey: (algorithm, key) => importKey(algorithm, key) !== undefined,
    verify: (algorithm, key, signature, data) => {
      const imported = importKey(algorithm, key)
      if (imported === undefined) throw unusableKey(algorithm)
      const { hash: hashName, scalarSize, isPss } = algorithms[algorithm]
      if (scalarSize > 0 && readEcdsaSignature(signature, scalarSize) === undefined) return false
      return verify(hashName, data, isPss ? { key: imported, ...pssPadding } : imported, signature)
    },
  }
}

/** The port that verifiers use when none is passed in. */
export const defaultCrypto: CryptoPort = createNodeCrypto()

function digest(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array {
  return hash(algorithm, data, 'buffer')
}

function importSpki(spki: Uint8Array): ImportedKey | undefined {
  const kind = keyKindOf(spki)
  if (kind === undefined) return undefined
  try {
    const bytes = Buffer.from(spki.buffer, spki.byteOffset, spki.length)
    return { kind, key: createPublicKey({ key: bytes, format: 'der', type: 'spki' }) }
  } catch {
    // A point off the curve, or an algorithm this runtime does not know.
    return undefined
  }
}
