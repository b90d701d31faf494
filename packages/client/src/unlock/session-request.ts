import type { Tokens } from '../tokens/tokens.ts'
import type { Sender } from '../transport/server-api.ts'

/** Sends to the server's own paths: with an access token and a proof where the session is of that kind. */
export function sessionRequest(platform: Sender, tokens: Tokens): Sender['request'] {
  async function bound(token: string | undefined, method: string, url: string) {
    const session = tokens.current()
    if (!session || !token || !isAccessToken(token)) return undefined
    await tokens.fresh(session)
    return tokens.headers(session, method, url)
  }

  return async (request, signal, token) => {
    const { method, url, headers } = request
    const send = async () =>
      platform.request({ ...request, headers: { ...headers, ...(await bound(token, method, url)) } }, signal)
    const response = await send()
    const { status, header } = response
    tokens.nonces.note(url, header('dpop-nonce'))
    // The server asks for nothing but another nonce (RFC 9449 §8).
    const again = status === 401 && (header('www-authenticate') ?? '').includes('"use_dpop_nonce"')
    return again ? send() : response
  }
}

/** Access tokens are JWTs (RFC 9068); opaque ones are base64url. */
export function isAccessToken(token: string): boolean {
  return token.includes('.')
}
