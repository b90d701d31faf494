import type { Sender } from '../transport/server-api.ts'
import type { KeyPlatform } from './key-platform.ts'
import { sendWithProof } from './send-with-proof.ts'
import type { Tokens } from './tokens.ts'

/** Sends to the server's own paths: with an access token and a proof where the session is of that kind. */
export function sessionRequest(platform: KeyPlatform, tokens: Tokens): Sender['request'] {
  return (request, signal, token) => {
    const session = token && isAccessToken(token) && tokens.current()
    if (!session) return platform.request(request, signal)
    return sendWithProof(platform, tokens, session, request, (proof) =>
      platform.request({ ...request, headers: { ...request.headers, ...proof } }, signal),
    )
  }
}

/** Access tokens are JWTs (RFC 9068); opaque ones are base64url. */
export function isAccessToken(token: string): boolean {
  return token.includes('.')
}
