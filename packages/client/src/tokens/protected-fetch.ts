import { KeyboundError } from '@keybound/protocol'
import type { KeyPlatform } from './proof.ts'
import type { TokenSession, Tokens } from './tokens.ts'

/** Answers a challenge of RFC 9470 §3: the session of a new signature, or `undefined` when a signature cannot help. */
export type StepUp = (
  refused: TokenSession,
  challenge: string,
  signal: AbortSignal,
) => Promise<TokenSession | undefined>

/**
 * Sends a request of the app with proof and token; follows a nonce, refreshes once when the token is refused, repeats.
 * Where the server asks for a fresh signature (RFC 9470), `stepUp` gets it, once, and the request is repeated once.
 * Answers with whatever the server said last. Refuses other addresses than the resource's with `resource_unknown`,
 * before anything is sent.
 */
export async function protectedFetch(
  { vault }: KeyPlatform,
  tokens: Tokens,
  begun: TokenSession,
  request: Request,
  stepUp: StepUp,
): Promise<Response> {
  requireBelow(tokens.resource, request.url)
  let session = begun
  let refused: string | undefined
  let stepped = false
  for (let attempt = 0; ; attempt++) {
    while (session.next) session = session.next
    await tokens.fresh(session, refused)
    if (tokens.current() !== session) throw locked()
    const { accessToken } = session
    const sent = new Request(request.clone(), { redirect: 'error', credentials: 'omit' })
    const headers = await tokens.headers(session, request.method, request.url)
    for (const [name, value] of Object.entries(headers)) sent.headers.set(name, value)
    const response = await vault.fetch(sent).catch((cause: unknown) => {
      throw request.signal.aborted ? cancelled(cause) : unreachable(cause)
    })
    tokens.nonces.note(request.url, response.headers.get('dpop-nonce'))
    const challenge = response.status === 401 ? (response.headers.get('www-authenticate') ?? '') : ''
    if (!stepped && challenge.includes('"insufficient_user_authentication"')) {
      stepped = true
      attempt = 0
      // Another request may have stepped up since this one was sent.
      if (session.next || (await stepUp(session, challenge, request.signal))) continue
    }
    const expired = refused === undefined && challenge.includes('"invalid_token"')
    if (attempt > 2 || !(expired || challenge.includes('"use_dpop_nonce"'))) return response
    // The one that was sent: another caller may have refreshed it since.
    if (expired) refused = accessToken
  }
}

/**
 * The same with an opaque session, which is what a password opens: a bearer token, so the same care where it goes.
 * Nothing is refreshed and nothing repeated.
 */
export async function bearerFetch(
  { vault }: KeyPlatform,
  resource: string,
  token: string,
  request: Request,
): Promise<Response> {
  requireBelow(resource, request.url)
  const sent = new Request(request, { redirect: 'error', credentials: 'omit' })
  sent.headers.set('authorization', `Bearer ${token}`)
  return vault.fetch(sent).catch((cause: unknown) => {
    throw request.signal.aborted ? cancelled(cause) : unreachable(cause)
  })
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

function locked(): KeyboundError {
  return new KeyboundError('aborted', 'The call was cancelled because the app was locked.')
}

function cancelled(cause: unknown): KeyboundError {
  return new KeyboundError('aborted', 'The call was cancelled; start it again when you want it.', { cause })
}

function unreachable(cause: unknown): KeyboundError {
  return new KeyboundError(
    'network_unreachable',
    'The server cannot be reached; check your connection and try again.',
    { cause },
  )
}
