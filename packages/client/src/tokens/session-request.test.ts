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
  const tokens: Pick<Tokens, 'current' | 'fresh'> = {
    current: () => session,
    async fresh(session, refused) {
      if (session.accessToken === refused) session.accessToken = `t.${++refreshes + 1}`
    },
  }
  const platform = {
    nonces: new Map(),
    vault: { now: () => 0, randomBytes: () => new Uint8Array(16) },
    request: ({ headers }: PlatformRequest) =>
      new Promise<PlatformResponse>((answer) => {
        asked.push({ token: headers.authorization, answer })
        if (always) answer(always)
      }),
  }
  const send = () =>
    sessionRequest(platform as unknown as KeyPlatform, tokens as Tokens)(request, signal, 't.1')
  return { asked, send, refreshes: () => refreshes }
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
