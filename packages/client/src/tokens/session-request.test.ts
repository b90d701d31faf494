import { KeyboundError } from '@keybound/protocol'
import { expect, test } from 'vitest'
import type { PlatformRequest, PlatformResponse } from '../platform.ts'
import type { KeyPlatform } from './key-platform.ts'
import { sessionRequest } from './session-request.ts'
import type { TokenSession, Tokens } from './tokens.ts'

const request: PlatformRequest = { method: 'GET', url: 'https://bank.example/v1/session', headers: {} }
const { signal } = new AbortController()
const expired = 'DPoP error="invalid_token"'

function answer(status: number, challenge?: string): PlatformResponse {
  const header = (name: string) => (name === 'www-authenticate' ? (challenge ?? null) : null)
  return { status, header, body: '' }
}

/** A session whose refreshes are counted, and a server that answers alike each time, or when the test does. */
function createWorld(always?: PlatformResponse) {
  const key = { jwk: {}, sign: async () => new Uint8Array(64) }
  const session = { keys: { session: key }, accessToken: 't.1', ath: '' } as unknown as TokenSession
  const asked: { readonly token: string | undefined; readonly answer: (with_: PlatformResponse) => void }[] =
    []
  let refreshes = 0
  const tokens: { -readonly [K in 'current' | 'fresh']: Tokens[K] } = {
    current: () => session,
    async fresh(session, refused) {
      if (session.accessToken === refused) session.accessToken = `t.${++refreshes + 1}`
    },
  }
  const platform = {
    nonces: new Map(),
    wait: () => new Promise<void>(() => {}),
    vault: { now: () => 0, randomBytes: () => new Uint8Array(16) },
    request: ({ headers }: PlatformRequest) =>
      new Promise<PlatformResponse>((answer) => {
        asked.push({ token: headers.authorization, answer })
        if (always) answer(always)
      }),
  }
  const send = () =>
    sessionRequest(platform as unknown as KeyPlatform, tokens as Tokens)(request, signal, 't.1')
  return { asked, send, tokens, session, refreshes: () => refreshes }
}

test('an answer that comes after another caller refreshed refuses the token that was sent, not the newer one', async () => {
  const { asked, send, refreshes } = createWorld()
  const both = [send(), send()]
  await expect.poll(() => asked.length).toBe(2)
  asked[0]?.answer(answer(401, expired))
  await expect.poll(() => asked[2]?.token).toBe('DPoP t.2')
  asked[1]?.answer(answer(401, expired))
  await expect.poll(() => asked[3]?.token).toBe('DPoP t.2')
  for (const { answer: end } of asked.slice(2)) end(answer(200))
  expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
  expect(refreshes()).toBe(1)
})

test.each([200, 400, 403])('a challenge beside a status of %i is none', async (status) => {
  const { asked, send, refreshes } = createWorld(answer(status, `${expired}, error="use_dpop_nonce"`))
  expect((await send()).status).toBe(status)
  expect(asked).toHaveLength(1)
  expect(refreshes()).toBe(0)
})

test('a request whose refresh fails because another session took the place of its own goes on with that one', async () => {
  const { asked, send, tokens, session } = createWorld(answer(200))
  const next = { ...session, accessToken: 'u.1' }
  tokens.fresh = async (asking) => {
    if (asking !== session) return
    Object.assign(session, { next })
    tokens.current = () => next
    throw new KeyboundError('refresh_token_revoked', 'Ended by the sign-in.')
  }
  expect((await send()).status).toBe(200)
  expect(asked.map(({ token }) => token)).toEqual(['DPoP u.1'])
})

test('a server that always asks for another nonce is asked four times, however many sessions came meanwhile', async () => {
  const { asked, send, tokens } = createWorld(answer(401, 'DPoP error="use_dpop_nonce"'))
  let sessions = 0
  tokens.fresh = async (session) => {
    if (asked.length > 8) throw new Error('asked for ever')
    if (sessions++ > 4) return
    const next = { ...session }
    Object.assign(session, { next })
    tokens.current = () => next
  }
  expect((await send()).status).toBe(401)
  expect(asked).toHaveLength(4)
})
