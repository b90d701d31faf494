import type { SigningKey } from '@keybound/client'
import type { PublicJwk } from '@keybound/protocol'
import { p256, type SealingCrypto } from './crypto.ts'

const algorithm = { name: 'ECDSA', namedCurve: p256, hash: 'SHA-256' } as const

/** A new ES256 pair that no script can read. */
export function newSigningPair({ subtle }: SealingCrypto): Promise<CryptoKeyPair> {
  return subtle.generateKey(algorithm, false, ['sign', 'verify'])
}

/** A pair as the client uses it. */
export async function signingKey({ subtle }: SealingCrypto, pair: CryptoKeyPair): Promise<SigningKey> {
  const { x = '', y = '' } = await subtle.exportKey('jwk', pair.publicKey)
  const jwk: PublicJwk = { kty: 'EC', crv: p256, x, y }
  return {
    jwk,
    sign: async (bytes) =>
      new Uint8Array(await subtle.sign(algorithm, pair.privateKey, bytes as BufferSource)),
    verify: (bytes, signature) =>
      subtle.verify(algorithm, pair.publicKey, signature as BufferSource, bytes as BufferSource),
  }
}
