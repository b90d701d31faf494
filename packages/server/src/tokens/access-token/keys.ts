import type { EpochSeconds } from '@keybound/protocol'
import type { KeyInfo, KeyProvider } from '../../keys/contract.ts'
import { importPublicJwk, type VerificationKey } from '../internal/signature.ts'

/** A public key of the issuer. Its algorithm is part of the key: no token chooses one (RFC 8725 §3.1). */
export type IssuerKey = VerificationKey

/** The issuer's current public keys. */
export interface IssuerKeys {
  /**
   * The key under this `kid`, or undefined when the issuer has none by this name now. The same object as long as
   * the key is the same.
   */
  find(kid: string, now: EpochSeconds): Promise<IssuerKey | undefined>
}

/** Public key of an issuer as its JWKS shows it (RFC 7517 §4). */
export interface IssuerJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly kid: string
  readonly use: 'sig'
  readonly alg: 'ES256'
}

/** The keys of the server's own provider, also those not in use yet or any more, until they are retired. */
export function createProviderKeys(provider: Pick<KeyProvider, 'list'>): IssuerKeys {
  const imported = new Map<string, IssuerKey>()
  return {
    async find(kid, now) {
      const info = (await provider.list('token')).find((key) => key.kid === kid && key.acceptUntil > now)
      if (info?.publicKey === undefined) return undefined
      const known = imported.get(kid)
      if (known !== undefined) return known
      const key = importPublicJwk(info.publicKey, 'ES256')
      imported.set(kid, key)
      return key
    },
  }
}

/**
 * The JWKS to publish (RFC 7517 §5): every key that is used, will be used or may still verify a token. Keys are
 * listed before their first use, so that caches know them by then.
 */
export function publicJwks(
  keys: readonly KeyInfo[],
  now: EpochSeconds,
): { readonly keys: readonly IssuerJwk[] } {
  return {
    keys: keys.flatMap(({ kid, publicKey, acceptUntil }) =>
      publicKey !== undefined && acceptUntil > now
        ? [
            {
              kty: 'EC',
              crv: 'P-256',
              x: publicKey.x,
              y: publicKey.y,
              kid,
              use: 'sig',
              alg: 'ES256',
            } as const,
          ]
        : [],
    ),
  }
}
