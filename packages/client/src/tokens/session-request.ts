import type { Sender } from '../transport/server-api.ts'
import { sendWithProof } from './send-with-proof.ts'
import type { Tokens } from './tokens.ts'

/** Sends to the server's own paths: with an access token and a proof where the session is of that kind. */
export function sessionRequest(platform: Sender, tokens: Tokens): Sender['request'] {
  return async (request, signal, token) => {
    const send = (proof?: Readonly<Record<string, string>>) =>
      platform.request({ ...request, headers: { ...request.headers, ...proof } }, signal)
    const session = token && isAccessToken(token) && tokens.current()
    if (session) return sendWithProof(tokens, session, request, send)
    const answer = await send()
    tokens.nonces.note(request.url, answer.header('dpop-nonce'))
    return answer
  }
}

/** Access tokens are JWTs (RFC 9068); opaque ones are base64url. */
export function isAccessToken(token: string): boolean {
  return token.includes('.')
}
