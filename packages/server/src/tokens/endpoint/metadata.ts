import type { Acr, TokenAcr } from '@keybound/protocol'
import type { ServerContext } from '../../internal/context.ts'
import { acrValuesFrom, refreshedAcr } from '../access-token/acr.ts'
import { publicJwks } from '../access-token/keys.ts'
import { grantTypes, tokenPath } from './token-endpoint.ts'

export const metadataPath = '/.well-known/oauth-authorization-server'
export const jwksPath = '/v1/jwks'
export const revocationPath = '/v1/revocation'

/**
 * Seconds for which caches may keep metadata and keys: far below the hour for which a key is published before it is
 * used (`keys/file/rotation.ts`), and below the ten minutes for which a retired one is still accepted.
 */
const maxAge = 300

/** RFC 8414 §2 metadata. There is no authorization endpoint, so no response type either. */
export function metadataAnswer({ publicUrl, policy }: ServerContext): Response {
  const signed: readonly Acr[] = acrValuesFrom('pwd')
  const acrValues: readonly TokenAcr[] = signed.flatMap((acr) => [refreshedAcr(acr), acr])
  return cacheable('application/json', {
    issuer: publicUrl,
    token_endpoint: publicUrl + tokenPath,
    revocation_endpoint: publicUrl + revocationPath,
    jwks_uri: publicUrl + jwksPath,
    grant_types_supported: grantTypes,
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    dpop_signing_alg_values_supported: policy.tokens.proofAlgorithms,
    acr_values_supported: acrValues,
  })
}

/** RFC 7517 §5 and §8.5.2. */
export async function jwksAnswer({ keys, now }: ServerContext): Promise<Response> {
  return cacheable('application/jwk-set+json', publicJwks(await keys.list('token'), now()))
}

function cacheable(type: string, json: object): Response {
  const headers = {
    'content-type': type,
    'cache-control': `public, max-age=${maxAge}`,
    // Both are for whoever verifies tokens, wherever that is.
    'cross-origin-resource-policy': 'cross-origin',
  }
  return new Response(JSON.stringify(json), { headers })
}
