import { KeyboundError } from '@keybound/protocol'
import { unreachable } from '../failures.ts'
import { type KeyPlatform, noteNonce } from './key-platform.ts'
import { type StepUp, sendWithProof } from './send-with-proof.ts'
import type { Form } from './token-endpoint.ts'
import type { Tokens } from './tokens.ts'

/**
 * Sends a request of the app with proof and token, and repeats it as {@link sendWithProof} does. Where there is no such
 * session the opaque `token` goes, which is what a password opens: as a bearer token, so with the same care where it
 * goes, and nothing is refreshed or repeated. Refuses other addresses than the resource's with `resource_unknown`, before
 * anything is sent.
 */
export async function protectedFetch(
  platform: KeyPlatform,
  tokens: Tokens,
  token: string,
  request: Request,
  stepUp: StepUp,
): Promise<Response> {
  requireBelow(tokens.resource, request.url)
  const { signal, url } = request
  const send = async (headers: Form) => {
    const sent = new Request(request.clone(), { redirect: 'error', credentials: 'omit' })
    for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value)
    const response = await platform.vault.fetch(sent).catch((cause: unknown) => {
      throw unreachable({ cause })
    })
    const header = (name: string) => response.headers.get(name)
    noteNonce(platform.nonces, url, header('dpop-nonce'))
    return { status: response.status, header, response }
  }
  const session = tokens.current()
  const answer = session
    ? sendWithProof(platform, tokens, session, request, send, (refused, challenge) =>
        stepUp(refused, challenge, signal),
      )
    : send({ authorization: `Bearer ${token}` })
  return (await answer).response
}

/** The resource itself or something below it. `URL` has resolved what a path could hide, but not that of React Native. */
function requireBelow(resource: string, url: string): void {
  const { origin, pathname } = new URL(resource)
  const asked = new URL(url)
  const folder = pathname.replace(/\/*$/, '/')
  const hides = /\\|\/(\.|%2e){1,2}(\/|$)/i.test(asked.pathname)
  if (asked.origin === origin && !hides && `${asked.pathname}/`.startsWith(folder)) return
  throw new KeyboundError(
    'resource_unknown',
    `Unexpected address of a request, expected one below ${resource}. Use another fetch.`,
  )
}
