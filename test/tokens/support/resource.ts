import { createHash, randomUUID } from 'node:crypto'
import type { TokenAcr } from '@keybound/protocol'
import { createResourceServer, type Guard, type ResourceServerOptions } from '@keybound/server/protect'
import {
  issueAccessToken,
  methodsOf,
  type NewAccessToken,
} from '../../../packages/server/src/tokens/access-token/issue.ts'
import { createProviderKeys } from '../../../packages/server/src/tokens/access-token/keys.ts'
import { createTestKeyProvider } from './issuer.ts'
import { createTestKey, type TestKey } from './proof-key.ts'

export const issuer = 'https://auth.bank.example'
export const resource = 'https://api.bank.example'
export const start = 1_795_348_800

/** A resource server apart from its issuer, at a clock the test holds. */
export function createTestResource(options: Partial<ResourceServerOptions> = {}) {
  const clock = { now: start }
  const provider = createTestKeyProvider()
  const { protect } = createResourceServer({
    issuer,
    realm: 'bank',
    keys: createProviderKeys(provider),
    resource,
    publicUrl: resource,
    nonceSecret: new Uint8Array(32).fill(7),
    now: () => clock.now * 1000,
    ...options,
  })

  /** An access token; `changes` replace what it says. */
  function issue(key: TestKey, changes: Partial<NewAccessToken> = {}): Promise<string> {
    const acr: TokenAcr = 'L2'
    const content: NewAccessToken = {
      issuer,
      realm: 'bank',
      audience: resource,
      account: 'user-1',
      clientId: 'bank-web',
      session: 'family-1',
      acr,
      amr: methodsOf('L2'),
      authTime: clock.now,
      jkt: key.jkt,
      tokenId: randomUUID(),
      now: clock.now,
      lifetime: 300,
      ...changes,
    }
    return issueAccessToken(content, provider)
  }

  return { clock, provider, protect, issue }
}

/** What a call may get wrong; everything else is right. */
export interface CallKnobs {
  readonly method?: string
  readonly path?: string
  readonly claims?: object
  readonly header?: object
  readonly nonce?: string | undefined
  readonly scheme?: string
  readonly proofKey?: TestKey
  /** More or other headers; `null` removes one. */
  readonly headers?: { readonly [name: string]: string | null }
}

/** A request with token and proof, both right unless a knob says otherwise. */
export function tokenRequest(key: TestKey, token: string, now: number, knobs: CallKnobs = {}): Request {
  const { method = 'GET', path = '/balance', scheme = 'DPoP' } = knobs
  const url = `${resource}${path}`
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: url,
    iat: now,
    ath: createHash('sha256').update(token).digest('base64url'),
    ...(knobs.nonce === undefined ? {} : { nonce: knobs.nonce }),
    ...knobs.claims,
  }
  const headers = new Headers({
    authorization: `${scheme} ${token}`,
    dpop: (knobs.proofKey ?? key).proof(claims, knobs.header),
  })
  for (const [name, value] of Object.entries(knobs.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  return new Request(url, { method, headers })
}

/** A device with a token, at a guard: asks for the nonce first and then calls with it. */
export async function createTestCaller(
  world: ReturnType<typeof createTestResource>,
  changes: Partial<NewAccessToken> = {},
) {
  const key = createTestKey()
  const token = await world.issue(key, changes)
  return {
    key,
    token,
    async nonce(guard: Guard): Promise<string> {
      const verdict = await guard(tokenRequest(key, token, world.clock.now))
      return verdict.outcome === 'refused' ? (verdict.response.headers.get('dpop-nonce') ?? '') : ''
    },
    async call(guard: Guard, knobs: CallKnobs = {}) {
      const nonce = 'nonce' in knobs ? knobs.nonce : await this.nonce(guard)
      return guard(tokenRequest(key, token, world.clock.now, { ...knobs, nonce }))
    },
  }
}
