import { catalogue } from '@keybound/protocol/catalogue'
import * as schemas from '@keybound/protocol/schemas'
import { standardTypes } from '@keybound/server'
import { describe, expect, test } from 'vitest'
import { createRoutes } from '../../packages/server/src/http/routes.ts'
import type { Passwords } from '../../packages/server/src/password/sign-in.ts'
import { origin, refusal, startServer, startWithAccounts } from '../support/server.ts'

const routes = createRoutes(origin, {} as Passwords)

describe('route inventory (attack F05)', () => {
  test('every route says what it demands', () => {
    expect(routes.map(({ method, path, assurance }) => `${method} ${path} ${assurance}`)).toEqual([
      'POST /v1/sessions/password none',
      'GET /v1/session session',
      'DELETE /v1/session none',
      'DELETE /v1/sessions session',
      'POST /v1/registration/options session',
      'POST /v1/registration session',
      'POST /v1/registration/voucher session',
      'POST /v1/authentication/options none',
      'POST /v1/authentication none',
      'GET /v1/credentials session',
      'DELETE /v1/credentials/:id session',
      'GET /v1/notices session',
      'DELETE /v1/notices/:id session',
      'GET /v1/errors/:code none',
      'GET /v1/openapi.json none',
    ])
  })

  test.each(
    routes
      .filter(({ assurance }) => assurance === 'session')
      .map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s refuses without a session, whatever the body', async (_, { method, path }) => {
    const { call } = await startServer()
    const body = method === 'POST' ? { grant: 'x', anything: 1 } : undefined
    const answer = await call(method, path.replace(':id', 'AAAA'), {
      ...(body === undefined ? {} : { body }),
    })
    expect(answer).toMatchObject({ status: 401, ...refusal('session_required') })
  })
})

describe('origins (attack F11)', () => {
  const state = routes
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => [method, path] as const)

  test.each(state)('%s %s refuses pages of other origins', async (method, path) => {
    const { call } = await startServer()
    for (const other of [
      'https://evil.example',
      'null',
      'http://localhost:3001',
      'https://localhost:3000',
      'HTTP://LOCALHOST:3000',
    ]) {
      const answer = await call(method, path, { headers: { origin: other } })
      expect(answer).toMatchObject({ status: 403, ...refusal('origin_not_allowed') })
      expect(answer.headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  test('configured origins and clients that are no pages may call', async () => {
    const { call } = await startServer()
    const page = await call('POST', '/v1/authentication/options', { body: {}, headers: { origin } })
    expect(page.status).toBe(200)
    expect(page.headers.get('access-control-allow-origin')).toBe(origin)
    expect(page.headers.get('access-control-allow-credentials')).toBeNull()
    expect(page.headers.get('access-control-expose-headers')).toContain('Retry-After')
    const app = await call('POST', '/v1/authentication/options', { body: {} })
    expect(app.status).toBe(200)
    expect(app.headers.has('access-control-allow-origin')).toBe(false)
  })

  test('refusals are readable to configured origins too', async () => {
    const { call } = await startServer()
    const refused = await call('POST', '/v1/authentication', { body: {}, headers: { origin } })
    expect(refused.status).toBe(400)
    expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
  })

  test('preflights', async () => {
    const { call } = await startServer()
    const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
    const allowed = await call('OPTIONS', '/v1/registration', { headers: { origin, ...ask } })
    expect(allowed).toMatchObject({ status: 204, text: '' })
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
    expect(allowed.headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type, DPoP')
    const refused = await call('OPTIONS', '/v1/registration', {
      headers: { origin: 'https://evil.example', ...ask },
    })
    expect(refused).toMatchObject(refusal('origin_not_allowed'))
    expect(refused.headers.has('access-control-allow-methods')).toBe(false)
  })
})

test('every answer carries the security headers', async () => {
  const { call, signIn } = await startWithAccounts()
  const { session } = await signIn()
  const answers = [
    await call('GET', '/v1/session', { token: session.token }),
    await call('DELETE', '/v1/session', { token: session.token }),
    await call('GET', '/v1/session'),
    await call('GET', '/nowhere'),
    await call('PUT', '/v1/session'),
    await call('GET', '/v1/errors/grant_used'),
    await call('POST', '/v1/authentication', { body: '{' }),
  ]
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('vary')).toBe('Origin')
    expect(headers.get('set-cookie')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  }
})

test('over TLS browsers are told to stay there', async () => {
  const publicUrl = 'https://bank.example'
  const relyingParty = { id: 'bank.example', name: 'Bank' }
  const { call } = await startServer({ publicUrl, origins: [publicUrl], relyingParty, demo: false })
  const { headers, json } = await call('GET', '/v1/session')
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000')
  expect(json.type).toBe('https://bank.example/v1/errors/session_required')
})

test('HEAD is GET without a body', async () => {
  const { call } = await startServer()
  expect(await call('HEAD', '/v1/openapi.json')).toMatchObject({ status: 200, text: '' })
})

describe('error pages', () => {
  test('every code has one, as JSON and as HTML', async () => {
    const { call } = await startServer()
    for (const [code, entry] of Object.entries(catalogue)) {
      const json = await call('GET', `/v1/errors/${code}`)
      expect(json.json).toEqual({ code, ...entry })
      const html = await call('GET', `/v1/errors/${code}`, {
        headers: { accept: 'text/html,application/xhtml+xml' },
      })
      expect(html.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(html.text).toContain(`<h1>${entry.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</h1>`)
      expect(html.text).not.toContain('<script')
    }
  })

  test.each(['nothing', '__proto__', 'toString', '%3Cscript%3E'])('%s has none', async (code) => {
    const { call } = await startServer()
    const answer = await call('GET', `/v1/errors/${code}`, { headers: { accept: 'text/html' } })
    expect(answer).toMatchObject({ status: 404, ...refusal('not_found') })
    expect(answer.text).not.toContain('<script>')
  })
})

describe('the API description', () => {
  test('names every route, its body, and every code with its status', async () => {
    const { call } = await startServer()
    const { json } = await call<Record<string, never>>('GET', '/v1/openapi.json')
    expect(json).toMatchObject({ openapi: '3.1.0', servers: [{ url: origin }] })
    const paths = json.paths as unknown as Record<string, Record<string, Record<string, unknown>>>
    for (const route of routes) {
      const operation = paths[route.path.replace(/:(\w+)/, '{$1}')]?.[route.method.toLowerCase()]
      expect(operation?.summary).toBe(route.summary)
      expect(operation?.requestBody !== undefined).toBe(route.body !== undefined)
      // Sign-out takes a session, but works without a live one.
      const takesSession = route.assurance === 'session' || route.summary.startsWith('Sign out')
      expect(operation?.security !== undefined).toBe(takesSession)
      const responses = operation?.responses as Record<string, { description: string }>
      for (const code of route.codes) {
        expect(responses[catalogue[code].status]?.description).toContain(`\`${code}\``)
      }
    }
  })

  test('names no code that never comes from a server, with everything turned on', async () => {
    const { call } = await startServer({
      tokens: { clients: ['app'] },
      policy: { recovery: { level: 'L2', maxAge: 300 } },
      transactions: { types: standardTypes, within: () => undefined },
    })
    const { json } = await call<{ paths: Paths }>('GET', '/v1/openapi.json')
    const statuses = Object.values(json.paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ responses }) => Object.keys(responses))
    expect(statuses.length).toBeGreaterThan(100)
    expect(statuses.filter((status) => !/^[2-5]\d\d$/.test(status))).toEqual([])
  })

  test.each([
    ['nothing', {}],
    ['no member', { body: {} }],
    ['what is no JSON', { body: '{' }],
    ['too much', { body: 'x'.repeat(70_000) }],
    ['another type', { body: {}, headers: { 'content-type': 'text/plain' } }],
    ['a session that is none', { body: {}, token: 'A'.repeat(43) }],
    ['the page of a stranger', { body: {}, headers: { origin: 'https://evil.example' } }],
  ])('names every answer to %s', async (_name, options) => {
    const { call } = await startServer()
    const { json } = await call<{ paths: Paths }>('GET', '/v1/openapi.json')
    for (const [path, operations] of Object.entries(json.paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        const sent = method === 'get' ? { ...options, body: undefined } : options
        const answer = await call(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'AAAA'), sent)
        const described = responses[answer.status]?.description
        expect(described, `${method} ${path} ${answer.status}`).toBeDefined()
        if (answer.status >= 400) expect(described).toContain(`\`${answer.json.code}\``)
      }
    }
  })

  type Responses = Readonly<Record<string, { readonly description: string }>>
  type Paths = Record<string, Record<string, { readonly responses: Responses }>>

  test('describes the very answers the server gives', async () => {
    const {
      call,
      signIn,
      register,
      registrationOptions,
      authenticationOptions,
      authenticate,
      ada,
      authenticator,
    } = await startWithAccounts()
    const { signedIn, credential } = await register(authenticator)
    expect(schemas.signInAnswer.parse(signedIn)).toEqual(signedIn)
    expect(schemas.credential.parse(credential)).toEqual(credential)
    expect(
      schemas.registrationOptions.safeParse(await registrationOptions(await signIn())).error,
    ).toBeUndefined()
    expect(schemas.authenticationOptions.safeParse(await authenticationOptions(ada)).error).toBeUndefined()
    expect(
      schemas.authenticationOptions.safeParse(await authenticationOptions('nobody')).error,
    ).toBeUndefined()
    expect(schemas.signInAnswer.safeParse(await authenticate(authenticator)).error).toBeUndefined()
    const { token } = signedIn.session
    expect(
      schemas.sessionAnswer.safeParse((await call('GET', '/v1/session', { token })).json).error,
    ).toBeUndefined()
    expect(
      schemas.credentialsAnswer.safeParse((await call('GET', '/v1/credentials', { token })).json).error,
    ).toBeUndefined()
  })
})
