import type { ProblemJSON } from '@keybound/protocol'
import { problem as problemSchema } from '@keybound/protocol/schemas'
import { beforeAll, describe, expect, test } from 'vitest'
import { origin, readAnswer, refusal, startServer, startWithAccounts } from '../support/server.ts'

const posts = [
  '/v1/sessions/password',
  '/v1/registration/options',
  '/v1/registration',
  '/v1/authentication/options',
  '/v1/authentication',
]

let server: Awaited<ReturnType<typeof startWithAccounts>>
let token: string
beforeAll(async () => {
  server = await startWithAccounts()
  token = (await server.signIn()).session.token
})

/** Sends raw bytes as JSON with a live session, so that only the body can be wrong. */
async function raw(path: string, body: BodyInit | null, headers = {}) {
  const request = new Request(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  })
  return readAnswer<ProblemJSON>(await server.server.fetch(request, { clientAddress: '192.0.2.1' }))
}

function expectProblem(answer: Awaited<ReturnType<typeof raw>>, status: number, code: string) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const json = problemSchema.parse(answer.json)
  expect({ status: answer.status, code: json.code }).toEqual({ status, code })
  expect(json.status).toBe(status)
  expect(json.type).toBe(`${origin}/v1/errors/${code}`)
  // No stack trace, no file, no module of ours or of others.
  expect(answer.text).not.toMatch(/\bat .*[:(]\d+|node_modules|packages\/|\.ts\b|\.js\b/)
}

const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`.slice(0, 65_000)

describe.each(posts)('POST %s refuses', (path) => {
  const bodies: readonly [string, BodyInit | null, number, string][] = [
    ['no body', null, 400, 'invalid_request'],
    ['an empty body', '', 400, 'invalid_request'],
    ['white space', '  \n', 400, 'invalid_request'],
    ['not JSON', 'username=ada', 400, 'invalid_request'],
    ['half of JSON', '{"username":', 400, 'invalid_request'],
    ['two values', '{}{}', 400, 'invalid_request'],
    ['an array', '[]', 400, 'invalid_request'],
    ['null', 'null', 400, 'invalid_request'],
    ['a number', '7', 400, 'invalid_request'],
    ['a text', '"ada"', 400, 'invalid_request'],
    ['deep nesting, closed', `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`, 400, 'invalid_request'],
    ['deep nesting, open', deep, 400, 'invalid_request'],
    [
      'bytes that are not UTF-8',
      new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      400,
      'invalid_request',
    ],
    ['a member twice', '{"grant":"a","grant":"b"}', 400, 'invalid_request'],
    ['a member twice, once escaped', '{"grant":"a","\\u0067rant":"b"}', 400, 'invalid_request'],
    ['__proto__', '{"__proto__":{"admin":true}}', 400, 'invalid_request'],
    ['__proto__ deep inside', '{"response":{"response":{"\\u005f_proto__":1}}}', 400, 'invalid_request'],
    ['constructor', '{"grant":"a","constructor":{"prototype":{"admin":true}}}', 400, 'invalid_request'],
    ['2 MiB', `"${'a'.repeat(2 * 1024 * 1024)}"`, 413, 'payload_too_large'],
  ]

  test.each(bodies)('%s', async (_, body, status, code) => {
    expectProblem(await raw(path, body), status, code)
  })

  test.each([
    ['no type', { 'content-type': '' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['text, which needs no preflight', { 'content-type': 'text/plain' }],
    ['another character set', { 'content-type': 'application/json; charset=utf-16' }],
    ['a JSON dialect', { 'content-type': 'application/json-patch+json' }],
    ['a compressed body', { 'content-encoding': 'gzip' }],
  ])('as media type: %s', async (_, headers) => {
    expectProblem(await raw(path, '{}', headers), 415, 'unsupported_media_type')
  })
})

test('a body without declared length is cut off at the bound, not read to its end', async () => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 16_384
      controller.enqueue(new Uint8Array(16_384).fill(0x20))
    },
  })
  expectProblem(await raw('/v1/authentication', endless), 413, 'payload_too_large')
  expect(sent).toBeLessThanOrEqual(8 * 16_384)
})

test('a body that is broken off, as by a client that goes away, is no failure of the server', async () => {
  const broken = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([0x7b]))
      },
      pull(controller) {
        controller.error(new Error('aborted'))
      },
    })
  for (const path of posts) expectProblem(await raw(path, broken()), 400, 'invalid_request')
  expect(server.events.filter(({ type }) => type === 'internal')).toEqual([])
})

test('a false Content-Length is not believed', async () => {
  const big = `{"account":"${'a'.repeat(70_000)}"}`
  expectProblem(
    await raw('/v1/authentication/options', big, { 'content-length': '10' }),
    413,
    'payload_too_large',
  )
})

describe('wrong types', () => {
  const wrong = [7, true, null, [], {}, ['ada'], { $ne: '' }]
  test.each(wrong)('%j for a text', async (value) => {
    for (const body of [
      { username: value, password: 'x' },
      { username: 'ada', password: value },
      { username: 'ada', password: 'x', deviceToken: value },
    ]) {
      expectProblem(await raw('/v1/sessions/password', JSON.stringify(body)), 400, 'invalid_request')
    }
    expectProblem(
      await raw('/v1/registration/options', JSON.stringify({ grant: value })),
      400,
      'invalid_request',
    )
    expectProblem(
      await raw('/v1/authentication/options', JSON.stringify({ account: value })),
      400,
      'invalid_request',
    )
    expectProblem(
      await raw('/v1/authentication', JSON.stringify({ response: value })),
      400,
      'invalid_request',
    )
  })

  test('the detail names the member and never repeats the value', async () => {
    const answer = await raw('/v1/sessions/password', '{"username":"ada","password":["planted-value"]}')
    expect(answer.json.detail).toBe(
      'Unexpected value at "password", expected string. Compare with /v1/openapi.json.',
    )
    const unknown = await raw(
      '/v1/sessions/password',
      '{"username":"ada","password":"planted-value","admin":true}',
    )
    expect(unknown.json.detail).toContain('"admin"')
    expect(unknown.text).not.toContain('planted-value')
  })
})

describe('paths and methods', () => {
  test.each([
    '/',
    '/v1',
    '/v2/session',
    '/v1/session/',
    '/v1/unknown',
    '/v1/credentials/a/b',
    '/v1/../etc/passwd',
    '/V1/session',
  ])('GET %s is not found', async (path) => {
    const { call } = server
    expect(await call('GET', path)).toMatchObject({ status: 404, ...refusal('not_found') })
  })

  test.each([
    ['GET', '/v1/sessions/password', 'POST'],
    ['PUT', '/v1/registration', 'POST'],
    ['PATCH', '/v1/authentication', 'POST'],
    ['POST', '/v1/session', 'GET, HEAD, DELETE'],
    ['POST', '/v1/credentials', 'GET, HEAD'],
    ['GET', '/v1/credentials/abc', 'DELETE'],
    ['OPTIONS', '/v1/session', 'GET, HEAD, DELETE'],
    ['DELETE', '/v1/openapi.json', 'GET, HEAD'],
  ])('%s %s is refused and told %s', async (method, path, allow) => {
    const { call } = server
    const answer = await call(method, path)
    expect(answer).toMatchObject({ status: 405, ...refusal('method_not_allowed') })
    expect(answer.headers.get('allow')).toBe(allow)
  })

  test('method overrides are not a thing', async () => {
    const { call } = server
    const answer = await call('GET', '/v1/sessions/password', {
      headers: { 'x-http-method-override': 'POST' },
    })
    expect(answer.status).toBe(405)
  })

  test.each(['%', '%zz', '%00', 'a'.repeat(2000), '..%2f..', "'%20OR%201=1--"])(
    'DELETE of credential %#, %.20s, is unknown',
    async (id) => {
      expect(await server.call('DELETE', `/v1/credentials/${id}`, { token })).toMatchObject(
        refusal('credential_unknown'),
      )
    },
  )

  test.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }],
    ['a short token', { authorization: 'Bearer abc' }],
    ['an unknown token', { authorization: `Bearer ${'A'.repeat(43)}` }],
    ['two tokens', { authorization: `Bearer ${'A'.repeat(43)}, Bearer ${'A'.repeat(43)}` }],
    ['a token with a quote', { authorization: `Bearer ${"'".repeat(43)}` }],
  ])('a session path with %s is 401', async (_, headers) => {
    const { call } = server
    expect(await call('GET', '/v1/session', { headers })).toMatchObject({
      status: 401,
      ...refusal('session_required'),
    })
  })
})

describe('failures of the server', () => {
  test('are a problem with an instance, and tell the listener alone', async () => {
    const { createMemoryStore } = await import('@keybound/server/store/memory')
    const store = createMemoryStore()
    const broken = {
      ...store,
      listCredentials: () => Promise.reject(new Error('disk /var/secret-path is on fire')),
    }
    const { call, authenticationOptions, events } = await startServer({ store: broken })
    await expect(authenticationOptions('ada')).rejects.toThrow()
    const answer = await call('POST', '/v1/authentication/options', { body: { account: 'ada' } })
    expect(answer).toMatchObject({ status: 500, ...refusal('internal') })
    expect(answer.text).not.toContain('secret-path')
    expect(answer.json.instance).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(events.at(-1)).toMatchObject({
      type: 'internal',
      instance: answer.json.instance,
      clientAddress: '192.0.2.1',
    })
  })

  test('of the store are 503 with Retry-After', async () => {
    const { KeyboundError } = await import('@keybound/protocol')
    const { createMemoryStore } = await import('@keybound/server/store/memory')
    const failing = () =>
      Promise.reject(new KeyboundError('store_unavailable', 'the file /data/x.db is locked'))
    const { call } = await startServer({ store: { ...createMemoryStore(), listCredentials: failing } })
    const answer = await call('POST', '/v1/authentication/options', { body: { account: 'ada' } })
    expect(answer).toMatchObject({ status: 503, ...refusal('store_unavailable') })
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.text).not.toContain('/data')
  })
})
