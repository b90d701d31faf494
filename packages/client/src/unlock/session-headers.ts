import { isAccessToken } from '../context.ts'
import type { Tokens } from '../tokens/tokens.ts'
import type { SessionHeaders } from '../transport/server-api.ts'

/** The server's own paths, called with an access token and a proof. */
export function sessionHeaders(tokens: Tokens): SessionHeaders {
  return {
    async make(token, method, url) {
      const session = tokens.current()
      if (!session || !isAccessToken(token)) return undefined
      await tokens.fresh(session)
      return tokens.headers(session, method, url)
    },
    again(url, { status, header }) {
      tokens.nonces.note(url, header('dpop-nonce'))
      return status === 401 && (header('www-authenticate') ?? '').includes('"use_dpop_nonce"')
    },
  }
}
