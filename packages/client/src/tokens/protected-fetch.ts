import { KeyboundError } from '@keybound/protocol'
import { unreachable } from '../failures.ts'
import type { KeyPlatform } from './proof.ts'
import { type StepUp, sendWithProof } from './send-with-proof.ts'
import type { TokenSession, Tokens } from './tokens.ts'

/**
 * Sends a request of the app with proof and token, and repeats it as {@link sendWithProof} does. Refuses other addresses
 * than the resource's with `resource_unknown`, before anything is sent.
 */
export async function protectedFetch(
  platform: KeyPlatform,
  tokens: Tokens,
  begun: TokenSession,
  request: Request,
  stepUp: StepUp,
): Promise<Response> {
  requireBelow(tokens.resource, request.url)
  const carry = async (headers: Readonly<Record<string, string>>) => {
    const response = await send(platform, request.clone(), headers)
    return { status: response.status, header: (name: string) => response.headers.get(name), response }
  }
  const sign = (refused: TokenSession, challenge: string) => stepUp(refused, challenge, request.signal)
  return (await sendWithProof(tokens, begun, request, carry, sign)).response
}

/**
 * The same with an opaque session, which is what a password opens: a bearer token, so the same care where it goes.
 * Nothing is refreshed and nothing repeated.
 */
export async function bearerFetch(
  platform: KeyPlatform,
  resource: string,
  token: string,
  request: Request,
): Promise<Response> {
  requireBelow(resource, request.url)
  return send(platform, request, { authorization: `Bearer ${token}` })
}

async function send(
  { vault }: KeyPlatform,
  request: Request,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const sent = new Request(request, { redirect: 'error', credentials: 'omit' })
  for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value)
  try {
    return await vault.fetch(sent)
  } catch (cause) {
    throw unreachable({ cause })
  }
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
