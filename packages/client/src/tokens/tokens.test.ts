import { expect, test, vi } from 'vitest'
import type { SessionKeys } from './token-endpoint.ts'
import { createTokens } from './tokens.ts'

test('a session that is the client’s no more has no refresh token in memory', () => {
  const at = { url: 'https://bank.example', clientId: 'app' }
  const tokens = createTokens({} as never, at, vi.fn(), vi.fn(), vi.fn())
  const begin = () => {
    const refreshToken = { read: vi.fn(), write: vi.fn(), replace: vi.fn(), forget: vi.fn() }
    const session = tokens.begin({ session: {} } as SessionKeys, {
      ...refreshToken,
      lock: 'lock',
      sealed: undefined,
    })
    return { session, forget: refreshToken.forget }
  }
  const [first, second] = [begin(), begin()]
  tokens.adopt(first.session)
  tokens.adopt(first.session)
  expect(first.forget).not.toHaveBeenCalled()
  tokens.adopt(second.session)
  expect(first.forget).toHaveBeenCalledOnce()
  expect(second.forget).not.toHaveBeenCalled()
  tokens.adopt(undefined)
  expect(second.forget).toHaveBeenCalledOnce()
})
