import { afterEach, expect, test, vi } from 'vitest'
import { protectedFetch } from './protected-fetch.ts'

afterEach(() => vi.unstubAllGlobals())

/** The URL of React Native: it takes apart and resolves nothing. */
class PlainUrl {
  readonly origin: string
  readonly pathname: string
  constructor(url: string) {
    this.origin = /^https?:\/\/[^/]+/.exec(url)?.[0] ?? ''
    this.pathname = /^https?:\/\/[^/]+(\/[^?#]*)?/.exec(url)?.[1] ?? '/'
  }
}

test.each([
  'https://bank.example/api/../admin',
  'https://bank.example/api/%2e%2E/admin',
  'https://bank.example/api/./../admin',
  'https://bank.example/api/..\\admin',
  'https://bank.example/api/..',
  'https://bank.example@evil.example/api',
  'https://bank.example.evil.example/api',
])('%s gets no token, where URL resolves nothing either', async (url) => {
  vi.stubGlobal('URL', PlainUrl)
  const fetch = vi.fn()
  const tokens = { resource: 'https://bank.example/api', current: vi.fn() }
  const call = protectedFetch(
    { vault: { fetch } } as never,
    tokens as never,
    'token',
    { url } as Request,
    vi.fn(),
  )
  await expect(call).rejects.toMatchObject({ code: 'resource_unknown' })
  expect(tokens.current).not.toHaveBeenCalled()
  expect(fetch).not.toHaveBeenCalled()
})
