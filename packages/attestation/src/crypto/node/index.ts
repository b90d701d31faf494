import { constants, createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import { BoundedCache } from '../../internal/bounded-cache.ts'
import { fromLatin1, toLatin1 } from '../../internal/bytes.ts'
import { algorithms, type KeyKind } from '../algorithms.ts'
import { isStrictEcdsaSignature } from '../ecdsa-signature.ts'
import { type CryptoOptions, defaultCachedKeys } from '../options.ts'
import type { CryptoPort, HashAlgorithm, PublicKey, SignatureAlgorithm } from '../port.ts'
import { rsaSignatureSize } from '../rsa-signature.ts'
import { keyKindOf } from '../spki.ts'
import { unusableKey } from '../unusable-key.ts'

export type { CryptoOptions } from '../options.ts'

const pssPadding = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

interface ImportedKey {
  readonly kind: KeyKind
  readonly key: KeyObject
  /** Bytes of an RSA signature; 0 for all other kinds. */
  readonly rsaSize: number
}

/** The crypto port over `node:crypto`. Every answer comes at once: nothing is queued behind other work. */
export function createNodeCrypto({ cachedKeys = defaultCachedKeys }: CryptoOptions = {}): CryptoPort {
  const cache = new BoundedCache<ImportedKey>(cachedKeys)

  // The name of a key in the cache is its bytes as text, made once for each object that holds them.
  const names = new WeakMap<PublicKey, string>()

  const importKey = (algorithm: SignatureAlgorithm, key: PublicKey): ImportedKey | undefined => {
    let name = names.get(key)
    if (name === undefined) {
      name = toLatin1(key.spki)
      names.set(key, name)
    }
    let imported = cache.get(name)
    if (imported === undefined) {
      imported = importSpki(key.spki)
      if (imported === undefined) return undefined
      cache.set(name, imported)
    }
    return imported.kind === algorithms[algorithm].kind ? imported : undefined
  }

  return {
    sha256: (data) => digest('sha256', data),
    hash: digest,
    validateKey: (algorithm, key) => importKey(algorithm, key) !== undefined,
    verify: (algorithm, key, signature, data) => {
      const imported = importKey(algorithm, key)
      if (imported === undefined) throw unusableKey(algorithm)
      const { hash: hashName, scalarSize, isPss } = algorithms[algorithm]
      if (scalarSize > 0 && !isStrictEcdsaSignature(signature, scalarSize)) return false
      if (imported.rsaSize > 0 && signature.length !== imported.rsaSize) return false
      return verify(hashName, data, isPss ? { key: imported.key, ...pssPadding } : imported.key, signature)
    },
  }
}

/** The port that verifiers use when none is passed in. */
export const defaultCrypto: CryptoPort = createNodeCrypto()

/** By way of text: making a Buffer takes longer than hashing the little that is hashed here. */
function digest(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array {
  return fromLatin1(hash(algorithm, data, 'binary'))
}

function importSpki(spki: Uint8Array): ImportedKey | undefined {
  const kind = keyKindOf(spki)
  if (kind === undefined) return undefined
  try {
    const imported = createPublicKey(asPem(spki))
    // Asked of RSA keys only: the details take as long as a good part of the import.
    const modulusBits = kind === 'RSA' ? imported.asymmetricKeyDetails?.modulusLength : undefined
    return { kind, key: imported, rsaSize: rsaSignatureSize(modulusBits) }
  } catch {
    // A point off the curve, or an algorithm this runtime does not know.
    return undefined
  }
}

/**
 * As text, because createPublicKey asks of an object, and of bytes in it, whether they are keys already, and each time
 * answers itself by an exception: in Node 24 that takes longer than the import.
 */
function asPem(spki: Uint8Array): string {
  const base64 = Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('base64')
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`
}
