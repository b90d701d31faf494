import { type AlgorithmShape, algorithms } from '../algorithms.ts'
import { readEcdsaSignature, toFixedLength } from '../ecdsa-signature.ts'
import { type CryptoOptions, defaultCachedKeys, KeyCache } from '../key-cache.ts'
import type { CryptoPort, HashAlgorithm, PublicKey, SignatureAlgorithm } from '../port.ts'
import { keyKindOf } from '../spki.ts'
import { unusableKey } from '../unusable-key.ts'

export type { CryptoOptions } from '../key-cache.ts'

export interface WebCryptoOptions extends CryptoOptions {
  /** Default `globalThis.crypto.subtle`, there in secure contexts only. */
  readonly subtle?: SubtleCrypto
}

const hashNames: Readonly<Record<HashAlgorithm, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/** The crypto port over WebCrypto, for browsers and workers. Nothing in its graph reaches `node:`. */
export function createWebCrypto(options: WebCryptoOptions = {}): CryptoPort {
  const { cachedKeys = defaultCachedKeys } = options
  const cache = new KeyCache<Promise<CryptoKey | undefined>>(cachedKeys)
  // Read at the first use, not when the module loads: the global may be absent where another port is passed in.
  const subtle = (): SubtleCrypto => options.subtle ?? globalThis.crypto.subtle

  const importKey = (algorithm: SignatureAlgorithm, { spki }: PublicKey): Promise<CryptoKey | undefined> => {
    // RSA keys are imported for one hash, so the algorithm is part of the name.
    const id = `${algorithm}:${String.fromCharCode(...spki)}`
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
      const encoded = encodeSignature(shape, signature)
      if (encoded === undefined) return false
      return subtle().verify(verifyParameters(shape), imported, encoded as BufferSource, data as BufferSource)
    },
  }
}

/** The port that verifiers use when none is passed in, outside Node. */
export const defaultCrypto: CryptoPort = createWebCrypto()

async function importSpki(
  subtle: SubtleCrypto,
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

function importParameters({
  kind,
  hash,
  scalarSize,
}: AlgorithmShape): RsaHashedImportParams | EcKeyImportParams {
  if (scalarSize > 0) return { name: 'ECDSA', namedCurve: kind }
  if (kind === 'RSA') return { name: 'RSASSA-PKCS1-v1_5', hash: hashNames[hash ?? 'sha256'] }
  return { name: kind } as EcKeyImportParams
}

function verifyParameters({ kind, hash, scalarSize }: AlgorithmShape): AlgorithmIdentifier | EcdsaParams {
  if (scalarSize > 0) return { name: 'ECDSA', hash: hashNames[hash ?? 'sha256'] }
  return { name: kind === 'RSA' ? 'RSASSA-PKCS1-v1_5' : kind }
}

/** WebCrypto wants ECDSA signatures as r ‖ s, so the DER must be read; all others go as they are. */
function encodeSignature({ scalarSize }: AlgorithmShape, signature: Uint8Array): Uint8Array | undefined {
  if (scalarSize === 0) return signature
  const numbers = readEcdsaSignature(signature, scalarSize)
  return numbers && toFixedLength(numbers, scalarSize)
}
