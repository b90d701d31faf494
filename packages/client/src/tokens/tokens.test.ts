import { describe, expect, test, vi } from 'vitest'
import { createTokens } from './tokens.ts'

const server = 'https://bank.example'
const app = { clientId: 'app' }

test('a session that is the client’s no more has no refresh token in memory', () => {
  const tokens = createTokens({} as never, server, app, vi.fn(), vi.fn(), vi.fn())
  const begin = () => {
    const refreshToken = { read: vi.fn(), write: vi.fn(), forget: vi.fn() }
    const session = tokens.begin({ session: {} } as never, {
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

describe('revocation', () => {
  const end = (status: number, body: string) => {
    const request = vi.fn(async (_sent: object) => ({ status, body, header: () => null }))
    const { revoke } = createTokens({ request } as never, server, app, vi.fn(), vi.fn(), vi.fn())
    const ended = revoke((work) => work(new AbortController().signal), 'token')
    return { ended, request }
  }

  test('names client and token, and takes any success, whatever its body says (RFC 7009 §2.2)', async () => {
    const { ended, request } = end(200, '<p>Gone.</p>')
    await ended
    expect(request.mock.lastCall?.[0]).toMatchObject({
      url: 'https://bank.example/v1/revocation',
      body: 'client_id=app&token=token',
    })
  })

  test('rejects with what the server refuses it with', async () => {
    const { ended } = end(400, JSON.stringify({ code: 'invalid_client', detail: 'Unexpected client.' }))
    await expect(ended).rejects.toMatchObject({ code: 'invalid_client' })
  })
})
