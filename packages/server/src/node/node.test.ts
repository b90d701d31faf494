import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { sample } from '../../../../test/support/sample.ts'
import type { FetchHandler } from '../http/app.ts'
import { responseOf, takesPlainAnswers } from '../internal/plain-response.ts'
import { type RunningServer, type ServeOptions, serve } from './serve.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

async function start(fetch: FetchHandler, options: Partial<ServeOptions> = {}) {
  const server = await serve({ port: 0, fetch, closeTimeout: 2_000, ...options })
  running.push(server)
  return { server, base: `http://127.0.0.1:${server.port}` }
}

/** Writes bytes as they are and gives what came back when the server closed the connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  return await drain(socket)
}

async function drain(socket: Socket): Promise<string> {
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return received
}

const describeRequest: FetchHandler = async (request, connection) =>
  Response.json({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
    clientAddress: connection.clientAddress,
  })

describe('requests', () => {
  test('carry method, path, headers, body and the address of the socket', async () => {
    const { base } = await start(describeRequest)
    const answer = await fetch(`${base}/a/b?c=d%20e`, {
      method: 'POST',
      body: '{"ü":1}',
      headers: { 'x-one': '1', 'content-type': 'application/json', 'x-forwarded-for': '1.2.3.4' },
    })
    expect(await answer.json()).toMatchObject({
      method: 'POST',
      url: 'http://localhost/a/b?c=d%20e',
      headers: { 'x-one': '1', 'content-type': 'application/json' },
      body: '{"ü":1}',
      clientAddress: '127.0.0.1',
    })
  })

  test('never take their address from Host', async () => {
    const { server } = await start(describeRequest)
    const answer = await raw(
      server.port,
      'GET /path HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toContain('"url":"http://localhost/path"')
  })

  test.each(['http://evil.example/path', '*', 'path', 'evil.example:443'])(
    'for the target %s are refused',
    async (target) => {
      let called = false
      const { server } = await start(async () => {
        called = true
        return new Response('called')
      })
      const answer = await raw(server.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain('"title":"Bad Request"')
      expect(called).toBe(false)
    },
  )

  test('with TRACE, which no Request can carry, are refused, and nothing of them is sent back', async () => {
    const { server } = await start(describeRequest)
    const answer = await raw(
      server.port,
      'TRACE / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
    expect(answer).toContain('allow: GET, HEAD')
    expect(answer).toContain('"title":"Method Not Allowed"')
    expect(answer).not.toContain('secret')
  })

  test.each([
    ['of a method that HTTP does not know', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['to be a tunnel', 'CONNECT bank.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['that are no HTTP', '\u0016\u0003\u0001', 400],
    ['without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['with a broken chunk', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    ['with headers that are too long', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['that expect what nobody can do', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n', 417],
  ])('%s get a problem, and the connection ends', async (_, text, status) => {
    const { server } = await start(async (request) => new Response(await request.text()))
    const [head = '', body = ''] = (await raw(server.port, text)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head.toLowerCase()).toContain('content-type: application/problem+json')
    expect(head.toLowerCase()).toContain('connection: close')
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status })
  })

  test('that break in the middle of an answer add nothing to it', async () => {
    const { server } = await start(async () => new Response('x'.repeat(8_000_000)))
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    socket.pause().write('\u0016\u0003\u0001\r\n\r\n')
    socket.resume()
    expect(await drain(socket)).not.toContain('about:blank')
  })

  test('of whatever pieces, in whatever order, end no server, also when their client resets', async () => {
    const errors: unknown[] = []
    const { server, base } = await start(async (request) => new Response(await request.text()), {
      onError: (error) => errors.push(error),
    })
    const piece = fc.constantFrom(
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
      '3\r\nabc\r\n',
      'zz\r\n',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n',
      'Content-Length: 3\r\n',
      '\u0016\u0003\u0001\r\n\r\n',
    )
    const writes = fc.array(fc.array(piece, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(writes, fc.boolean(), async (parts, reset) => {
        const socket = connect(server.port, '127.0.0.1').on('error', () => undefined)
        const closed = once(socket.resume(), 'close')
        await once(socket, 'connect')
        for (const part of parts) {
          socket.write(part.join(''))
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (reset) socket.resetAndDestroy()
        else socket.end()
        await closed
      }),
      { seed: 1, numRuns: sample({ small: 200, large: 2_000, full: 20_000 }) },
    )
    expect(errors).toEqual([])
    expect(await (await fetch(base, { method: 'POST', body: 'fine' })).text()).toBe('fine')
  })

  test('for //host stay paths', async () => {
    const { server } = await start(describeRequest)
    const answer = await raw(
      server.port,
      'GET //evil.example/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toContain('"url":"http://localhost//evil.example/x"')
  })

  test('with both lengths, or with a bad one, never reach the handler', async () => {
    let called = 0
    const { server } = await start(async () => {
      called++
      return new Response('called')
    })
    for (const lengths of [
      'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n',
      'Content-Length: 3\r\nContent-Length: 4\r\n',
      'Content-Length: -1\r\n',
      'Content-Length: abc\r\n',
    ]) {
      const answer = await raw(
        server.port,
        `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lengths}\r\nabc`,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    }
    expect(called).toBe(0)
  })

  test.each([
    ['a small body of declared length', 1_000],
    ['a large body of declared length', 1_000_000],
  ])('%s arrives whole', async (_, length) => {
    const { base } = await start(
      async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
    )
    const answer = await fetch(base, { method: 'POST', body: 'x'.repeat(length) })
    expect(await answer.text()).toBe(String(length))
  })

  test('a chunked body arrives as a stream, chunk by chunk', async () => {
    const { server } = await start(async (request) => {
      const chunks: string[] = []
      for await (const chunk of request.body ?? []) chunks.push(Buffer.from(chunk).toString())
      return new Response(chunks.join('|'))
    })
    const outgoing = httpRequest({ port: server.port, host: '127.0.0.1', method: 'POST' })
    outgoing.write('one')
    await new Promise((resolve) => setImmediate(resolve))
    outgoing.end('two')
    const [incoming] = await once(outgoing, 'response')
    const text = String(await once(incoming, 'data'))
    expect(text.replace('|', '')).toBe('onetwo')
  })

  test('a body that nobody reads is not read, and the connection is not used again', async () => {
    let pulled = 0
    const { server } = await start(async () => new Response('no', { status: 413 }))
    const socket = connect(server.port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n')
    const flood = () => {
      while (!socket.destroyed && pulled < 100_000_000 && socket.write(Buffer.alloc(65_536))) pulled += 65_536
    }
    socket.on('drain', flood)
    socket.on('error', () => undefined)
    flood()
    const answer = await drain(socket)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer.toLowerCase()).toContain('connection: close')
    expect(pulled).toBeLessThan(50_000_000)
  })

  test('a client that goes away in the middle of its body harms nobody', async () => {
    const errors: unknown[] = []
    const { server, base } = await start(async (request) => new Response(await request.text()), {
      onError: (error) => errors.push(error),
    })
    for (const length of [100, 200_000]) {
      const socket = connect(server.port, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\nhalf`)
      await once(socket, 'connect')
      socket.destroy()
      await once(socket, 'close')
    }
    expect(await (await fetch(base, { method: 'POST', body: 'fine' })).text()).toBe('fine')
    expect(errors).toEqual([])
  })
})

describe('answers', () => {
  test('carry status, headers, several cookies and body', async () => {
    const { base } = await start(async () => {
      const headers = new Headers({ 'x-one': '1' })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2')
      return new Response('bödy', { status: 418, headers })
    })
    const answer = await fetch(base)
    expect([answer.status, await answer.text()]).toEqual([418, 'bödy'])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(answer.headers.get('content-length')).toBe('5')
  })

  test('to HEAD have the length and no body; 204 has neither', async () => {
    const { server, base } = await start(async (request) =>
      request.method === 'HEAD' ? new Response('four') : new Response(null, { status: 204 }),
    )
    const head = await raw(server.port, 'HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    expect(head).toMatch(/content-length: 4\r\n/i)
    expect(head.endsWith('\r\n\r\n')).toBe(true)
    expect((await fetch(base)).status).toBe(204)
  })

  test('of a handler that breaks are 500 and say nothing; its host is told', async () => {
    const errors: unknown[] = []
    const broken = new Error('secret detail')
    const { base } = await start(() => Promise.reject(broken), { onError: (error) => errors.push(error) })
    const answer = await fetch(base)
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { type: 'about:blank', title: 'Internal Server Error', status: 500 },
    ])
    expect(errors).toEqual([broken])
  })

  test('that are plain go out as they are, and are Responses to whoever looks', async () => {
    const answer = {
      status: 201,
      headers: { 'x-one': '1', 'content-type': 'application/json' },
      body: '{"ü":1}',
    }
    const seen: unknown[] = []
    const { base } = await start(async (request, connection) => {
      const response = responseOf(answer, connection[takesPlainAnswers] === true)
      if (request.url.endsWith('/plain')) return response
      seen.push(response instanceof Response, response.ok, response.status, response.headers.get('x-one'))
      response.headers.set('x-two', '2')
      if (request.url.endsWith('/changed')) return response
      seen.push(await response.clone().json())
      return new Response(response.body, response)
    })
    for (const path of ['plain', 'changed', 'wrapped']) {
      const got = await fetch(`${base}/${path}`)
      expect([got.status, got.headers.get('x-one'), await got.text()]).toEqual([201, '1', '{"ü":1}'])
      expect(got.headers.get('x-two')).toBe(path === 'plain' ? null : '2')
      expect(got.headers.get('content-length')).toBe('8')
    }
    expect(seen).toEqual([true, true, 201, '1', true, true, 201, '1', { ü: 1 }])
    // Without our adapter it is a Response and nothing else.
    expect(Object.getPrototypeOf(responseOf(answer, false))).toBe(Response.prototype)
  })
})

describe('limits', () => {
  test('headers that do not come end the connection', async () => {
    const { server } = await start(async () => new Response('x'), {
      headersTimeout: 100,
      requestTimeout: 100,
    })
    expect(await raw(server.port, 'GET / HTTP/1.1\r\nHost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('headers that are too long are refused', async () => {
    const { server } = await start(async () => new Response('x'))
    const answer = await raw(server.port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })
})

describe('start and end', () => {
  test('a taken port is Node’s own error', async () => {
    const { server } = await start(async () => new Response('x'))
    await expect(start(async () => new Response('y'), { port: server.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  test('listens on loopback unless told otherwise', async () => {
    const { server } = await start(async () => new Response('x'))
    const elsewhere = connect(server.port, '127.0.0.2')
    const [error] = await once(elsewhere, 'error')
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('closing lets a request under way finish and takes no other', async () => {
    let finish: (() => void) | undefined
    let entered: (() => void) | undefined
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const { server, base } = await start(async () => {
      entered?.()
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return new Response('finished')
    })
    const answer = fetch(base)
    await inside
    const closed = server.close()
    await expect(fetch(base)).rejects.toThrow()
    finish?.()
    const finished = await answer
    expect(finished.headers.get('connection')).toBe('close')
    expect(await finished.text()).toBe('finished')
    await closed
  })

  test('closing does not wait for ever', async () => {
    let entered: (() => void) | undefined
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const never: FetchHandler = () => {
      entered?.()
      return new Promise(() => undefined)
    }
    const { server, base } = await start(never, { closeTimeout: 50 })
    const answer = fetch(base)
    await inside
    const cut = expect(answer).rejects.toThrow()
    await server.close()
    await cut
  })
})
