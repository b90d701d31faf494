import { KeyboundError } from '@keybound/protocol'
import { type Context, Hono } from 'hono'
import type { ServerContext } from '../internal/context.ts'
import type { Housekeeping } from '../internal/housekeeping.ts'
import { takesPlainRequests } from '../internal/plain-request.ts'
import { responseOf, takesPlainAnswers } from '../internal/plain-response.ts'
import type { Network } from '../throttle/address.ts'
import { clientAddressOf } from '../throttle/client-address.ts'
import type { RequestSession } from '../tokens/endpoint/request-session.ts'
import { readBody } from './body.ts'
import { securityHeaders } from './headers.ts'
import { createOriginRules, type OriginRules } from './origin.ts'
import { problemOf } from './problem.ts'
import type { Reply, Route } from './route.ts'

/** What the host knows of a connection that a Request does not carry. */
export interface ConnectionInfo {
  /** IP address of the peer, without port. */
  readonly clientAddress: string
  /** Set by our own Node adapter, and passed on by whoever wraps the handler. */
  readonly [takesPlainAnswers]?: true
}

export interface FetchHandler {
  (request: Request, connection: ConnectionInfo): Promise<Response>
  /** Set on the handler of our own server, for our own Node adapter. */
  readonly [takesPlainRequests]?: true
}

/** Reads the session of a request, of whichever kind. */
export type SessionReader = (request: Request) => Promise<RequestSession>

interface Environment {
  Bindings: { readonly clientAddress: string; readonly plain: boolean }
}

/** Routes requests to the table and turns every outcome, foreseen or not, into an answer. */
export function createFetch(
  context: ServerContext,
  routes: readonly Route[],
  readSession: SessionReader,
  trustedProxies: readonly Network[],
  housekeeping: Housekeeping,
): FetchHandler {
  const origins = createOriginRules(context.origins.web)
  const fixed = securityHeaders(context.publicUrl)
  const answer = answerer(context, fixed, origins)
  const app = new Hono<Environment>()
  for (const route of routes) {
    app.on(route.method, route.path, async (c) => {
      const { reply, headers } = await perform(context, route, origins, readSession, c)
      return answer(c.req.raw, reply, c.env.plain, headers)
    })
  }
  for (const [path, methods] of methodsByPath(routes)) {
    app.all(path, (c) => answer(c.req.raw, notThisMethod(c, methods, origins), c.env.plain))
  }
  app.notFound((c) => answer(c.req.raw, refused(notFound()), c.env.plain))
  app.onError((error, c) => answer(c.req.raw, refused(error, c.env.clientAddress), c.env.plain))

  const handler = (request: Request, connection: ConnectionInfo) => {
    const forwarded = request.headers.get('x-forwarded-for')
    const clientAddress = clientAddressOf(connection.clientAddress, forwarded, trustedProxies)
    const plain = connection[takesPlainAnswers] === true
    return housekeeping.during(
      async () => await app.fetch(request, { clientAddress, plain }),
      () => answer(request, refused(closing()), plain),
    )
  }
  return Object.assign(handler, { [takesPlainRequests]: true } as const)
}

/** Deny by default: origin, then session, then body, and only then the handler. */
async function perform(
  context: ServerContext,
  route: Route,
  origins: OriginRules,
  readSession: SessionReader,
  c: Context<Environment>,
): Promise<{ readonly reply: Reply; readonly headers: Readonly<Record<string, string>> }> {
  const request = c.req.raw
  origins.check(route.method, request.headers.get('origin'))
  const found = route.assurance === 'session' ? await readSession(request) : noSession
  if ('refusal' in found) return { reply: found.refusal, headers: {} }
  const { session, family, headers } = found
  const body = await readBody(request, route)
  const { clientAddress } = c.env
  const params = c.req.param()
  const call = { context, request, clientAddress, params, body, session, family }
  return { reply: await route.handle(call), headers }
}

/** Of a route that needs none. */
const noSession = { session: undefined, family: undefined, headers: {} }

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
  return (
    request: Request,
    outcome: Reply | Refused,
    plain: boolean,
    more: Refused['headers'] = {},
  ): Response => {
    const shared = { ...fixed, ...origins.headersFor(request.headers.get('origin')), ...more }
    if (outcome instanceof Response) return withHeaders(outcome, shared)
    if ('json' in outcome) {
      const headers = { ...shared, ...outcome.headers, 'content-type': 'application/json' }
      return responseOf({ status: 200, headers, body: JSON.stringify(outcome.json) }, plain)
    }
    if ('status' in outcome) return responseOf({ status: 204, headers: shared, body: null }, plain)
    const { publicUrl, realm } = context
    const { json, headers, failed } = problemOf(outcome.error, publicUrl, realm, () => instanceOf(context))
    if (failed) report(context, outcome, json.instance ?? '')
    const answer = {
      status: json.status,
      headers: { ...shared, ...headers, ...outcome.headers },
      body: JSON.stringify(json),
    }
    return responseOf(answer, plain)
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
