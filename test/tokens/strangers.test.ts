import { createRemoteKeys, createResourceServer } from '@keybound/server/protect'
import { createRemoteJWKSet, customFetch as joseFetch, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createAuthenticator } from '../support/authenticator.ts'
import { origin } from '../support/server.ts'
import { webauthnGrant } from './support/device.ts'
import { startTokenWorld, type TokenWorld } from './support/world.ts'

// Clients and verifiers that know the standards and nothing of Keybound.

let world: TokenWorld
/** What the strangers call instead of the network: localhost without TLS is what tests have. */
let options: { [oauth.customFetch]: never; [oauth.allowInsecureRequests]: true }
let as: oauth.AuthorizationServer
const client: oauth.Client = { client_id: 'bank-app' }

beforeAll(async () => {
  world = await startTokenWorld()
  // They read the system clock, so it stands where the server's does.
  vi.useFakeTimers({ toFake: ['Date'], now: world.clock.now() })
  const send = (input: string | URL | Request, init?: RequestInit) => world.send(new Request(input, init))
  // Each of their calls wants another type of function; this one takes them all.
  options = { [oauth.customFetch]: send as never, [oauth.allowInsecureRequests]: true }
  const response = await oauth.discoveryRequest(new URL(origin), { algorithm: 'oauth2', ...options })
  as = await oauth.processDiscoveryResponse(new URL(origin), response)
})
afterAll(() => {
  vi.useRealTimers()
})

/** Does it again with the nonce, when the server wants one. */
async function withNonce<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return await attempt()
  }
}

async function signIn(username: 'ada' | 'grace' = 'ada') {
  const authenticator = createAuthenticator({ origin })
  await world.device({ authenticator }).register(username)
  const keyPair = await oauth.generateKeyPair('ES256')
  const dpop = oauth.DPoP(client, keyPair)
  const answer = await world.call<{ challenge: string }>('POST', '/v1/authentication/options', {
    body: { dpopJkt: await dpop.calculateThumbprint() },
  })
  const assertion = JSON.stringify(authenticator.authenticate(answer.json as never))
  const tokens = await withNonce(async () => {
    const response = await oauth.genericTokenEndpointRequest(
      as,
      client,
      oauth.None(),
      webauthnGrant,
      { assertion },
      {
        DPoP: dpop,
        ...options,
      },
    )
    return oauth.processGenericTokenEndpointResponse(as, client, response)
  })
  return { dpop, tokens, keyPair }
}

async function refresh(dpop: oauth.DPoPHandle, token: string | undefined) {
  return withNonce(async () => {
    const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), token ?? '', {
      DPoP: dpop,
      ...options,
    })
    return oauth.processRefreshTokenResponse(as, client, response)
  })
}

describe('oauth4webapi', () => {
  test('finds the metadata of RFC 8414', () => {
    expect(as).toEqual({
      issuer: origin,
      token_endpoint: `${origin}/v1/token`,
      revocation_endpoint: `${origin}/v1/revocation`,
      jwks_uri: `${origin}/v1/jwks`,
      grant_types_supported: ['refresh_token', webauthnGrant],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      dpop_signing_alg_values_supported: ['ES256'],
      acr_values_supported: [
        'pwd.refreshed',
        'pwd',
        'W.refreshed',
        'W',
        'L1.refreshed',
        'L1',
        'L2.refreshed',
        'L2',
        'R.refreshed',
        'R',
      ],
    })
  })

  test('signs in, refreshes, calls a protected resource and revokes', async () => {
    const { dpop, tokens } = await signIn()
    expect(tokens).toMatchObject({ token_type: 'dpop', expires_in: 300, acr: 'W' })
    const refreshed = await refresh(dpop, tokens.refresh_token)
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)

    const call = () =>
      withNonce(() =>
        oauth.protectedResourceRequest(
          refreshed.access_token,
          'GET',
          new URL(`${origin}/v1/session`),
          undefined,
          undefined,
          { DPoP: dpop, ...options },
        ),
      )
    expect(await (await call()).json()).toMatchObject({ account: world.ada })

    const revoked = await oauth.revocationRequest(
      as,
      client,
      oauth.None(),
      refreshed.refresh_token ?? '',
      options,
    )
    await oauth.processRevocationResponse(revoked)
    await expect(call()).rejects.toMatchObject({ status: 401 })
    await expect(refresh(dpop, refreshed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('understands refusals: another key, and what a step-up needs', async () => {
    const { tokens } = await signIn()
    const thief = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    await expect(refresh(thief, tokens.refresh_token)).rejects.toMatchObject({
      error: 'invalid_grant',
      code: oauth.RESPONSE_BODY_ERROR,
    })

    const route = world.route({ acr: 'L2', maxAge: 60 })
    const toRoute = {
      ...options,
      [oauth.customFetch]: (url: string, init: RequestInit) => route(new Request(url, init)),
    }
    const { dpop: own, tokens: fresh } = await signIn('grace')
    const refused = withNonce(() =>
      oauth.protectedResourceRequest(
        fresh.access_token,
        'GET',
        new URL(`${origin}/transfer`),
        undefined,
        undefined,
        { DPoP: own, ...toRoute } as never,
      ),
    )
    await expect(refused).rejects.toMatchObject({
      code: oauth.WWW_AUTHENTICATE_CHALLENGE,
      cause: [
        {
          scheme: 'dpop',
          parameters: {
            error: 'insufficient_user_authentication',
            acr_values: 'L2 R',
            max_age: '60',
            algs: 'ES256',
          },
        },
      ],
    })
  })

  test('verifies our tokens and proofs as a resource server of its own', async () => {
    const { dpop, tokens } = await signIn()
    const requests: Request[] = []
    const keep = async (url: string, init: RequestInit) => {
      requests.push(new Request(url, init))
      return new Response('ok')
    }
    await oauth.protectedResourceRequest(
      tokens.access_token,
      'GET',
      new URL(`${origin}/x`),
      undefined,
      undefined,
      {
        DPoP: dpop,
        ...options,
        [oauth.customFetch]: keep as never,
      },
    )
    const claims = await oauth.validateJwtAccessToken(as, requests[0] as Request, origin, {
      requireDPoP: true,
      ...options,
    })
    expect(claims).toMatchObject({ sub: world.ada, client_id: 'bank-app', acr: 'W', auth_time: world.now() })
  })
})

describe('jose', () => {
  test('verifies our access tokens against our JWKS', async () => {
    const { tokens } = await signIn()
    const keys = createRemoteJWKSet(new URL(as.jwks_uri ?? ''), {
      [joseFetch]: (url, init) => world.send(new Request(url, init as RequestInit)),
    })
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, {
      issuer: origin,
      audience: origin,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: [
        'iss',
        'exp',
        'aud',
        'sub',
        'client_id',
        'iat',
        'jti',
        'auth_time',
        'acr',
        'amr',
        'cnf',
      ],
      maxTokenAge: 300,
    })
    expect(payload.sub).toBe(world.ada)
    expect(Object.keys(protectedHeader).sort()).toEqual(['alg', 'kid', 'typ'])
  })
})

describe('our own resource server apart from the issuer', () => {
  test('verifies with nothing but the issuer’s address, and challenges an honest stranger along', async () => {
    const api = 'https://api.bank.example'
    const { protect } = createResourceServer({
      issuer: origin,
      realm: 'test',
      keys: createRemoteKeys({ url: as.jwks_uri ?? '', fetch: world.send }),
      resource: api,
      publicUrl: api,
      nonceSecret: new Uint8Array(32).fill(3),
      now: world.clock.now,
    })
    const guard = protect()
    const route = async (url: string, init: RequestInit) => {
      const verdict = await guard(new Request(url, init))
      return verdict.outcome === 'refused' ? verdict.response : Response.json(verdict.caller)
    }
    const { dpop, tokens } = await signIn()
    const call = (token: string) =>
      withNonce(() =>
        oauth.protectedResourceRequest(token, 'POST', new URL(`${api}/pay`), undefined, undefined, {
          DPoP: dpop,
          [oauth.customFetch]: route as never,
        }),
      )
    // The token of the first sign-in is for the issuer's own routes.
    await expect(call(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    const forApi = await withNonce(async () => {
      const response = await oauth.refreshTokenGrantRequest(
        as,
        client,
        oauth.None(),
        tokens.refresh_token ?? '',
        {
          DPoP: dpop,
          additionalParameters: { resource: api },
          ...options,
        },
      )
      return oauth.processRefreshTokenResponse(as, client, response)
    })
    expect(await (await call(forApi.access_token)).json()).toMatchObject({
      account: world.ada,
      acr: 'W.refreshed',
    })
  })
})

test('metadata and keys may be cached for five minutes, tokens never', async () => {
  for (const path of ['/v1/jwks', '/.well-known/oauth-authorization-server']) {
    const answer = await world.call('GET', path)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  }
  const jwks = await world.call('GET', '/v1/jwks')
  expect(jwks.headers.get('content-type')).toBe('application/jwk-set+json')
  expect(jwks.text).not.toContain('"d"')
})
