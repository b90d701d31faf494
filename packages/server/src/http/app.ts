import { KeyboundError } from '@keybound/protocol'
import { type Context, Hono } from 'hono'
import type { ServerContext } from '../internal/context.ts'
import type { Housekeeping } from '../internal/housekeeping.ts'
import { requireSession } from '../sessions/sessions.ts'
import type { Network } from '../throttle/address.ts'
import { clientAddressOf } from '../throttle/client-address.ts'
import { readBody } from './body.ts'
import { securityHeaders } from './headers.ts'
import { createOriginRules, type OriginRules } from './origin.ts'
import { problemOf } from './problem.ts'
import type { Call, Reply, Route } from './route.ts'

/** What the host knows of a connection that a Request does not carry. */
export interface ConnectionInfo {
  /** IP address of the peer, without port. */
  readonly clientAddress: string
}

export type FetchHandler = (request: Request, connection: ConnectionInfo) => Promise<Response>

interface Environment {
  Bindings: { readonly clientAddress: string }
}

/** Routes requests to the table and turns every outcome, foreseen or not, into an answer. */
export function createFetch(
  context: ServerContext,
  routes: readonly Route[],
  trustedProxies: readonly Network[],
  housekeeping: Housekeeping,
): FetchHandler {
  const origins = createOriginRules(context.origins)
  const fixed = securityHeaders(context.publicUrl)
  const answer = answerer(context, fixed, origins)
  const app = new Hono<Environment>()
  for (const route of routes) {
    app.on(route.method, route.path, async (c) =>
      answer(c.req.raw, await perform(context, route, origins, c)),
    )
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(path, (c) => answer(c.req.raw, notThisMethod(c, methods, origins)))
  }
  app.notFound((c) => answer(c.req.raw, refused(notFound())))
  app.onError((error, c) => answer(c.req.raw, refused(error, c.env.clientAddress)))

  return (request, { clientAddress }) => {
    const forwarded = request.headers.get('x-forwarded-for')
    const address = clientAddressOf(clientAddress, forwarded, trustedProxies)
    return housekeeping.during(
      async () => await app.fetch(request, { clientAddress: address }),
      () => answer(request, refused(closing())),
    )
  }
}

/** Deny by default: origin, then session, then body, and only then the handler. */
async function perform(
  context: ServerContext,
  route: Route,
  origins: OriginRules,
  c: Context<Environment>,
): Promise<Reply> {
  const request = c.req.raw
  const { headers } = request
  origins.check(route.method, headers.get('origin'))
  const session =
    route.assurance === 'session' ? await requireSession(context, headers.get('authorization')) : undefined
  const body = await readBody(request, route)
  const { clientAddress } = c.env
  return route.handle({
    context,
    request,
    clientAddress,
    params: c.req.param(),
    body,
    session,
  } satisfies Call<unknown, typeof session>)
}

/** A refusal on its way to becoming a problem. */
interface Refused {
  readonly error: unknown
  readonly clientAddress: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

function refused(error: unknown, clientAddress?: string, headers: Refused['headers'] = {}): Refused {
  return { error, clientAddress, headers }
}

function answerer(context: ServerContext, fixed: Readonly<Record<string, string>>, origins: OriginRules) {
  return (request: Request, outcome: Reply | Refused): Response => {
    const shared = { ...fixed, ...origins.headersFor(request.headers.get('origin')) }
    if (outcome instanceof Response) return withHeaders(outcome, shared)
    if ('json' in outcome) {
      return new Response(JSON.stringify(outcome.json), {
        headers: { ...shared, 'content-type': 'application/json' },
      })
    }
    if ('status' in outcome) return new Response(null, { status: 204, headers: shared })
    const { json, headers, failed } = problemOf(outcome.error, context.publicUrl, context.realm, () =>
      instanceOf(context),
    )
    if (failed) report(context, outcome, json.instance ?? '')
    return new Response(JSON.stringify(json), {
      status: json.status,
      headers: { ...shared, ...headers, ...outcome.headers },
    })
  }
}

/** Headers that the response set itself stay. */
function withHeaders(response: Response, shared: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(shared)) {
    if (!response.headers.has(name)) response.headers.set(name, value)
  }
  return response
}

function report(context: ServerContext, { error, clientAddress }: Refused, instance: string): void {
  context.emit({
    type: 'internal',
    instance,
    error,
    ...(clientAddress === undefined ? {} : { clientAddress }),
  })
}

/** A version 4 UUID (RFC 9562 §5.4) as a URN. */
function instanceOf({ randomBytes }: ServerContext): string {
  const bytes = Buffer.from(randomBytes(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const grouped = Map.groupBy(routes, ({ path }) => path)
  return new Map(
    [...grouped].map(([path, members]) => [
      path,
      members.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
    ]),
  )
}

function notThisMethod(
  c: Context<Environment>,
  methods: readonly string[],
  origins: OriginRules,
): Reply | Refused {
  const { method, headers } = c.req.raw
  const isPreflight = method === 'OPTIONS' && headers.has('access-control-request-method')
  if (isPreflight) {
    return new Response(null, { status: 204, headers: origins.preflight(headers.get('origin')) })
  }
  const allow = methods.join(', ')
  const error = new KeyboundError(
    'method_not_allowed',
    `Unexpected method, expected ${allow}. Use one of these.`,
  )
  return refused(error, c.env.clientAddress, { allow })
}

function closing(): KeyboundError {
  return new KeyboundError('overloaded', 'Unexpected request while the server closes. Try again.', {
    retryAfter: 1,
  })
}

function notFound(): KeyboundError {
  return new KeyboundError(
    'not_found',
    'Unexpected path, expected one of /v1/openapi.json. Check the address.',
  )
}
