import type { Tokens } from '../tokens/tokens.ts'
import type { Sender } from '../transport/server-api.ts'

/**
 * Sends to the server's own paths: with an access token and a proof where the session is of that kind. Follows a nonce,
 * and refreshes once when the token is refused: the clock that says when it ends stands still while a machine sleeps.
 */
export function sessionRequest(platform: Sender, tokens: Tokens): Sender['request'] {
  return async (request, signal, token) => {
    const { method, url } = request
    let refused: string | undefined
    for (let repeats = 2; ; repeats--) {
      const session = token && isAccessToken(token) && tokens.current()
      if (session) await tokens.fresh(session, refused)
      // As it is sent: another caller may refresh it before the answer comes.
      const { accessToken } = session || {}
      const carried = session && (await tokens.headers(session, method, url))
      const sent = { ...request, headers: { ...request.headers, ...carried } }
      const response = await platform.request(sent, signal)
      tokens.nonces.note(url, response.header('dpop-nonce'))
      const challenge = response.status === 401 ? (response.header('www-authenticate') ?? '') : ''
      const ended = accessToken && !refused && challenge.includes('"invalid_token"')
      // The server asks for nothing but another nonce (RFC 9449 §8), or another token (RFC 6750 §3.1).
      if (!repeats || !(ended || challenge.includes('"use_dpop_nonce"'))) return response
      if (ended) refused = accessToken
    }
  }
}

/** Access tokens are JWTs (RFC 9068); opaque ones are base64url. */
export function isAccessToken(token: string): boolean {
  return token.includes('.')
}
