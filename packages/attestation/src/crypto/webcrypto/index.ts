import { BoundedCache } from '../../internal/bounded-cache.ts'
import { toLatin1 } from '../../internal/bytes.ts'
import { type AlgorithmShape, algorithms } from '../algorithms.ts'
import { toFixedLength } from '../ecdsa-signature.ts'
import { type CryptoOptions, defaultCachedKeys } from '../options.ts'
import type { CryptoPort, HashAlgorithm, PublicKey, SignatureAlgorithm } from '../port.ts'
import { rsaSignatureSize } from '../rsa-signature.ts'
import { keyKindOf } from '../spki.ts'
import type { Subtle } from '../subtle.ts'
import { unusableKey } from '../unusable-key.ts'

export type { CryptoOptions } from '../options.ts'

export interface WebCryptoOptions extends CryptoOptions {
  /** Default `globalThis.crypto.subtle`, there in secure contexts only. */
  readonly subtle?: Subtle
}

const hashNames: Readonly<Record<HashAlgorithm, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

const hashSizes: Readonly<Record<HashAlgorithm, number>> = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 }

/** The crypto port over WebCrypto, for browsers and workers. Nothing in its graph reaches `node:`. */
export function createWebCrypto(options: WebCryptoOptions = {}): CryptoPort {
  const { cachedKeys = defaultCachedKeys } = options
  const cache = new BoundedCache<Promise<CryptoKey | undefined>>(cachedKeys)
  // Read at the first use, not when the module loads: the global may be absent where another port is passed in.
  const subtle = (): Subtle => options.subtle ?? globalThis.crypto.subtle

  const importKey = (algorithm: SignatureAlgorithm, { spki }: PublicKey): Promise<CryptoKey | undefined> => {
    // RSA keys are imported for one hash, so the algorithm is part of the name.
    const id = `${algorithm}:${toLatin1(spki)}`
    let imported = cache.get(id)
    if (imported === undefined) {
      imported = importSpki(subtle(), algorithms[algorithm], spki)
      cache.set(id, imported)
    }
    return imported
  }
  const digest = async (algorithm: HashAlgorithm, data: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await subtle().digest(hashNames[algorithm], data as BufferSource))

  return {
    sha256: (data) => digest('sha256', data),
    hash: digest,
    validateKey: async (algorithm, key) => (await importKey(algorithm, key)) !== undefined,
    verify: async (algorithm, key, signature, data) => {
      const imported = await importKey(algorithm, key)
      if (imported === undefined) throw unusableKey(algorithm)
      const shape = algorithms[algorithm]
      const { modulusLength } = imported.algorithm as Partial<RsaHashedKeyAlgorithm>
      if (shape.kind === 'RSA' && signature.length !== rsaSignatureSize(modulusLength)) return false
      const encoded = encodeSignature(shape, signature)
      if (encoded === undefined) return false
      return subtle().verify(verifyParameters(shape), imported, encoded as BufferSource, data as BufferSource)
    },
  }
}

/** The port that verifiers use when none is passed in, outside Node. */
export const defaultCrypto: CryptoPort = createWebCrypto()

async function importSpki(
  subtle: Subtle,
  shape: AlgorithmShape,
  spki: Uint8Array,
): Promise<CryptoKey | undefined> {
  if (keyKindOf(spki) !== shape.kind) return undefined
  try {
    return await subtle.importKey('spki', spki as BufferSource, importParameters(shape), false, ['verify'])
  } catch {
    // A point off the curve, or an algorithm this runtime does not know.
    return undefined
  }
}

/** What WebCrypto calls the algorithm. */
function nameOf({ kind, scalarSize, isPss }: AlgorithmShape): string {
  if (scalarSize > 0) return 'ECDSA'
  if (kind !== 'RSA') return kind
  return isPss ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
}

function importParameters(shape: AlgorithmShape): RsaHashedImportParams | EcKeyImportParams {
  const name = nameOf(shape)
  return shape.kind === 'RSA' ? { name, hash: hashName(shape) } : { name, namedCurve: shape.kind }
}

function verifyParameters(
  shape: AlgorithmShape,
): Algorithm & { readonly hash: string; readonly saltLength: number } {
  return { name: nameOf(shape), hash: hashName(shape), saltLength: hashSizes[shape.hash ?? 'sha256'] }
}

/** Algorithms that hash by themselves ignore the name. */
function hashName({ hash }: AlgorithmShape): string {
  return hashNames[hash ?? 'sha256']
}

/** WebCrypto wants ECDSA signatures as r ‖ s, so the DER must be read; all others go as they are. */
function encodeSignature({ scalarSize }: AlgorithmShape, signature: Uint8Array): Uint8Array | undefined {
  return scalarSize === 0 ? signature : toFixedLength(signature, scalarSize)
}
