import { createHash, randomBytes } from 'node:crypto'
import type { PlatformResponse } from '@keybound/client'
import { beforeEach, describe, expect, test } from 'vitest'
import { type KeyPlatform, withKeys } from '../../packages/client/src/tokens/key-platform.ts'
import { protectedFetch } from '../../packages/client/src/tokens/protected-fetch.ts'
import { createTokens, type Tokens } from '../../packages/client/src/tokens/tokens.ts'
import { verifyDpopProof } from '../../packages/server/src/tokens/dpop/proof.ts'
import { createSigner } from '../session/support/memory-vault.ts'
import { claimsOf } from './support/device.ts'
import { createTestKey } from './support/proof-key.ts'

// The examples of RFC 9449 that are no proofs: what servers answer, and what the client makes of it. The proofs and the
// token are in vectors.test.ts. The nonce, addresses and challenges are those of the figures.

const nonce = 'eyJ7S_zG.eyJH0-Z.HX4w-7v'
const endpoint = 'https://server.example.com'
const resource = 'https://resource.example.org'
const figure5 = {
  access_token: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU',
  token_type: 'DPoP',
  expires_in: 2677,
  refresh_token: 'Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g',
}
/** Ours beside those of the figure. */
const ours = { account: 'account', acr: 'W', auth_time: 1_562_262_616 }

/** What the server or the resource answers next; the last one again and again. */
let script: Response[]
let proofs: string[]
let tokens: Tokens
let platform: KeyPlatform

async function answer(dpop: string): Promise<Response> {
  proofs.push(dpop)
  return (script.length > 1 ? script.shift() : script[0]?.clone()) as Response
}

/** A platform of which only keys and network are there, and no limit passes. */
beforeEach(async () => {
  proofs = []
  const bare = {
    monotonicNow: () => 0,
    wait: () => new Promise<void>(() => {}),
    request: async ({ headers }: { headers: Record<string, string> }): Promise<PlatformResponse> => {
      const response = await answer(headers.dpop ?? '')
      return {
        status: response.status,
        header: (name: string) => response.headers.get(name),
        body: await response.text(),
      }
    },
  }
  const vault = {
    now: () => 1_562_262_616_250,
    randomBytes: async (length: number) => randomBytes(length),
    sha256: async (bytes: Uint8Array) => createHash('sha256').update(bytes).digest(),
    exclusive: (_: string, work: () => Promise<unknown>) => work(),
    fetch: (request: Request) => answer(request.headers.get('dpop') ?? ''),
  }
  platform = withKeys(bare as never, vault as never)
  const once = { signal: new AbortController().signal }
  tokens = createTokens(
    platform,
    endpoint,
    { clientId: 'app', resource },
    (work) => work(once.signal),
    () => {},
    () => {},
  )
})

async function begin() {
  const key = { ...(await createSigner()), jwk: createTestKey().jwk }
  let kept = 'Q..Zkm29lexi8VnWg2zPW1x-tgGad0Ibc3s3EwM_Ni4-g'
  const session = tokens.begin({ proof: key, session: key } as never, {
    read: async () => kept,
    write: async (token) => {
      kept = token
    },
    forget() {},
    lock: 'token',
    sealed: undefined,
  })
  tokens.adopt(session)
  return session
}

const tokenAnswer = (headers = {}) =>
  Response.json({ ...figure5, ...ours }, { headers: { 'cache-control': 'no-store', ...headers } })
const call = async (session: Awaited<ReturnType<typeof begin>>) =>
  protectedFetch(
    platform,
    tokens,
    session.accessToken,
    new Request(`${resource}/protectedresource`),
    async () => undefined,
  )
const noncesSent = () => proofs.map((proof) => claimsOf(proof).nonce)

describe('answers of the token endpoint', () => {
  test('figure 20: a nonce is asked for, and given (figure 21)', async () => {
    const description = 'Authorization server requires nonce in DPoP proof'
    script = [
      // Code and detail beside them are what this project's servers add.
      Response.json(
        {
          error: 'use_dpop_nonce',
          error_description: description,
          code: 'dpop_nonce_required',
          detail: description,
        },
        { status: 400, headers: { 'dpop-nonce': nonce } },
      ),
      tokenAnswer(),
    ]
    const session = await begin()
    await tokens.refresh(session)
    expect(noncesSent()).toEqual([undefined, nonce])
    // In milliseconds, so that what was overtaken within a second is told from a copy (docs/tokens.md).
    expect(proofs.map((proof) => claimsOf(proof).iat)).toEqual([1_562_262_616.25, 1_562_262_616.25])
    expect(session.accessToken).toBe(figure5.access_token)
  })

  test('figure 23: another nonce comes with an answer that is good, and is used from then on', async () => {
    const next = 'eyJ7S_zG.eyJbYu3.xQmBj-1'
    script = [tokenAnswer({ 'dpop-nonce': nonce }), tokenAnswer({ 'dpop-nonce': next }), tokenAnswer()]
    const session = await begin()
    for (let times = 0; times < 3; times++) await tokens.refresh(session)
    expect(noncesSent()).toEqual([undefined, nonce, next])
  })

  test('figure 6 with token_type Bearer is no answer: the token would not be bound', async () => {
    script = [Response.json({ ...figure5, ...ours, token_type: 'Bearer' })]
    const session = await begin()
    await expect(tokens.refresh(session)).rejects.toMatchObject({ code: 'server_answer_invalid' })
    expect(session.accessToken).toBe('')
  })
})

describe('answers of a resource', () => {
  const challenged = (challenge: string, headers = {}) =>
    new Response(null, { status: 401, headers: { 'www-authenticate': challenge, ...headers } })

  test('figure 24: a nonce is asked for, given once, and kept apart from that of the token endpoint', async () => {
    script = [
      tokenAnswer({ 'dpop-nonce': 'of the token endpoint' }),
      challenged(
        'DPoP error="use_dpop_nonce", error_description="Resource server requires nonce in DPoP proof"',
        { 'dpop-nonce': nonce },
      ),
      new Response('{}'),
    ]
    const session = await begin()
    await tokens.refresh(session)
    expect((await call(session)).status).toBe(200)
    expect(noncesSent()).toEqual([undefined, undefined, nonce])
    // Resources may be others' code, some of which reads whole seconds alone.
    expect(claimsOf(proofs.at(-1) ?? '').iat).toBe(1_562_262_616)
  })

  test('section 7.1: a token that is refused is refreshed once, and the answer is the answer', async () => {
    script = [
      tokenAnswer(),
      challenged('DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"'),
      tokenAnswer(),
      challenged('DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"'),
    ]
    const session = await begin()
    await tokens.refresh(session)
    expect((await call(session)).status).toBe(401)
    expect(proofs).toHaveLength(4)
  })

  test.each(['DPoP algs="ES256 PS256"', 'Bearer, DPoP algs="ES256 PS256"'])(
    'figure 14, section 7.2: %s without an error is the answer, and nothing is tried again',
    async (challenge) => {
      script = [tokenAnswer(), challenged(challenge)]
      const session = await begin()
      await tokens.refresh(session)
      expect((await call(session)).status).toBe(401)
      expect(proofs).toHaveLength(2)
    },
  )
})

test('figure 21: the server takes a proof with the nonce of the figure, and none without', async () => {
  const key = createTestKey()
  const claims = { jti: '-BwC3ESc6acc2lTc', htm: 'POST', htu: `${endpoint}/token`, iat: 1_562_262_616 }
  const expected = {
    method: 'POST',
    url: `${endpoint}/token`,
    now: 1_562_262_620,
    acceptsNonce: (given: string) => given === nonce,
  }
  expect(await verifyDpopProof(key.proof({ ...claims, nonce }), expected)).toMatchObject({ nonce })
  for (const wrong of [claims, { ...claims, nonce: `${nonce}x` }])
    await expect(verifyDpopProof(key.proof(wrong), expected)).rejects.toMatchObject({
      code: 'dpop_nonce_required',
    })
})
