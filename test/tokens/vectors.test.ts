import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { IssuerKeys } from '../../packages/server/src/tokens/access-token/keys.ts'
import { verifyAccessToken } from '../../packages/server/src/tokens/access-token/verify.ts'
import { createProofChecker } from '../../packages/server/src/tokens/dpop/checker.ts'
import { createMemoryReplayStore } from '../../packages/server/src/tokens/dpop/memory-replay.ts'
import { hashAccessToken, verifyDpopProof } from '../../packages/server/src/tokens/dpop/proof.ts'
import { haveVectors, readVectorJson } from '../support/vectors.ts'

/** An issuer with one key, given as PEM. */
function keysOf(pem: string, kid: string): IssuerKeys {
  const issuerKey = { algorithm: 'ES256', key: createPublicKey(pem) } as const
  return { find: async (asked) => (asked === kid ? issuerKey : undefined) }
}

async function verdictOf(judge: () => Promise<unknown>): Promise<string> {
  try {
    await judge()
    return 'ACCEPT'
  } catch (error) {
    // Every refusal is one of ours; anything else is a fault of the verifier.
    expect((error as Error).name).toBe('KeyboundError')
    return 'REJECT'
  }
}

describe.skipIf(!haveVectors)('own-jwt-dpop-attacks', () => {
  interface JwtAttacks {
    readonly now: number
    readonly publicKeyPem: string
    readonly kid: string
    readonly expect: {
      readonly iss: string
      readonly aud: string
      readonly maxLifetimeSec: number
      readonly clockToleranceSec: number
    }
    readonly cases: readonly { readonly id: string; readonly expected: string; readonly token: string }[]
  }
  interface DpopAttacks {
    readonly now: number
    readonly accessToken: string
    readonly accessTokenKeyPem: string
    readonly request: { readonly method: string; readonly url: string }
    readonly nonce: string
    readonly iatWindowSec: number
    readonly cases: readonly {
      readonly id: string
      readonly expected: string
      readonly proof: string
      readonly env: { readonly seenJti?: readonly string[] }
    }[]
  }
  const jwt = haveVectors ? readVectorJson<JwtAttacks>('own-jwt-dpop-attacks/jwt-attacks.json') : undefined
  const dpop = haveVectors ? readVectorJson<DpopAttacks>('own-jwt-dpop-attacks/dpop-attacks.json') : undefined

  test.each(jwt?.cases ?? [])('access token: $id is $expected', async ({ token, expected }) => {
    if (jwt === undefined) return
    const { iss, aud, maxLifetimeSec, clockToleranceSec } = jwt.expect
    const keys = keysOf(jwt.publicKeyPem, jwt.kid)
    const verdict = await verdictOf(() =>
      verifyAccessToken(token, keys, {
        issuer: iss,
        audience: aud,
        now: jwt.now,
        maxLifetime: maxLifetimeSec,
        clockTolerance: clockToleranceSec,
      }),
    )
    expect(verdict).toBe(expected)
  })

  test.each(dpop?.cases ?? [])('proof: $id is $expected', async ({ proof, expected, env }) => {
    if (dpop === undefined) return
    const { now, accessToken, request, nonce, iatWindowSec } = dpop
    const keys = keysOf(dpop.accessTokenKeyPem, 'k1')
    const token = await verifyAccessToken(accessToken, keys, {
      issuer: 'https://auth.example.org',
      audience: 'https://api.example.org',
      now,
    })
    const seen = new Set(env.seenJti)
    const replay = createMemoryReplayStore()
    const checker = createProofChecker({ realm: 'test', replay, maxAge: iatWindowSec })
    const verdict = await verdictOf(async () => {
      const verified = await verifyDpopProof(
        proof,
        { ...request, now, accessToken, boundTo: token.jkt ?? '', acceptsNonce: (given) => given === nonce },
        { maxAge: iatWindowSec },
      )
      // The case says by jti what the server has seen: use it up, then use it again.
      if (seen.has(verified.jti)) await checker.use(verified, now)
      await checker.use(verified, now)
    })
    expect(verdict).toBe(expected)
  })
})

describe.skipIf(!haveVectors)('RFC 9449 examples', () => {
  interface Examples {
    readonly accessToken: string
    readonly expectedAth: string
    readonly examples: readonly {
      readonly jwt: string
      readonly header: { readonly typ?: string }
      readonly payload: {
        readonly htm?: string
        readonly htu?: string
        readonly iat?: number
        readonly ath?: string
      }
      readonly jkt: string | null
    }[]
  }
  const vectors = haveVectors ? readVectorJson<Examples>('dpop-rfc9449/dpop-examples.json') : undefined
  const proofs = vectors?.examples.filter(({ header }) => header.typ === 'dpop+jwt') ?? []

  test('the token hash of section 4.2', () => {
    expect(hashAccessToken(vectors?.accessToken ?? '')).toBe(vectors?.expectedAth)
  })

  test.each(proofs)('$payload.htm $payload.htu at $payload.iat verifies', async ({ jwt, payload, jkt }) => {
    const { htm = '', htu = '', iat = 0, ath } = payload
    const expected = {
      method: htm,
      url: htu,
      now: iat + 5,
      ...(ath === undefined ? {} : { accessToken: vectors?.accessToken ?? '' }),
      boundTo: jkt ?? '',
    }
    expect(await verifyDpopProof(jwt, expected)).toMatchObject({ jkt, issuedAt: iat })
    for (const wrong of [
      { method: 'PUT' },
      { url: `${htu}/other` },
      { now: iat + 61 },
      { boundTo: 'x'.repeat(43) },
      { accessToken: 'another token' },
    ]) {
      await expect(verifyDpopProof(jwt, { ...expected, ...wrong })).rejects.toThrow()
    }
  })

  test('the access token of section 6.1 is no RFC 9068 token, which is what we accept', async () => {
    const example = vectors?.examples.find(({ header }) => header.typ !== 'dpop+jwt')
    const keys: IssuerKeys = { find: async () => undefined }
    const expected = { issuer: 'https://server.example.com', audience: 'any', now: 1_562_262_616 }
    await expect(verifyAccessToken(example?.jwt ?? '', keys, expected)).rejects.toMatchObject({
      code: 'access_token_malformed',
    })
  })
})
