import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bodyAtHand, type PlainMessage, requestOf } from './plain-request.ts'

const message: PlainMessage = {
  method: 'POST',
  url: 'http://localhost/v1/session?a=1',
  rawHeaders: [
    'Content-Type',
    'application/json',
    'X-Twice',
    'a',
    'x-twice',
    'b',
    'Authorization',
    'one',
    'authorization',
    'two',
  ],
  body: new Uint8Array(Buffer.from('{"ü":1}')),
}

describe.each([
  ['a real request', false],
  ['a plain request', true],
])('%s', (_, plain) => {
  const request = () => requestOf(message, plain)

  test('says method, address and headers', () => {
    const { method, url, headers } = request()
    expect([method, url]).toEqual(['POST', 'http://localhost/v1/session?a=1'])
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('CONTENT-TYPE')).toBe('application/json')
    expect(headers.get('x-twice')).toBe('a, b')
    // Node would drop the second; a guard must see that there were two.
    expect(headers.get('authorization')).toBe('one, two')
    expect([headers.get('absent'), headers.has('absent'), headers.has('X-Twice')]).toEqual([
      null,
      false,
      true,
    ])
    expect(Object.fromEntries(headers)).toMatchObject({ 'x-twice': 'a, b', authorization: 'one, two' })
  })

  test('is a Request with a body, in every way to read it', async () => {
    expect(request()).toBeInstanceOf(Request)
    expect(request().headers).toBeInstanceOf(Headers)
    expect(await request().json()).toEqual({ ü: 1 })
    expect(await request().text()).toBe('{"ü":1}')
    expect(await request().clone().text()).toBe('{"ü":1}')
    expect(request().signal.aborted).toBe(false)
    const one = request()
    expect(one.bodyUsed).toBe(false)
    await one.text()
    expect(one.bodyUsed).toBe(true)
    await expect(one.text()).rejects.toThrow(TypeError)
  })
})

test('only plain requests have their body at hand, until somebody takes it', async () => {
  expect(bodyAtHand(requestOf(message, false))).toBeUndefined()
  const plain = requestOf(message, true)
  expect(bodyAtHand(plain)).toBe(message.body)
  await plain.text()
  expect(bodyAtHand(plain)).toBeUndefined()
  expect(bodyAtHand(requestOf({ ...message, method: 'GET', body: null }, true))).toBeNull()
})

test('headers read alike, whatever was sent', () => {
  const name = fc.constantFrom('origin', 'Origin', 'dpop', 'DPoP', 'cookie', 'host', 'x-a', 'content-length')
  const value = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/)
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 8 }), (pairs) => {
      const headers = { ...message, rawHeaders: pairs.flat() }
      const [plain, real] = [requestOf(headers, true).headers, requestOf(headers, false).headers]
      for (const [key] of pairs) {
        expect(plain.get(key)).toBe(real.get(key))
        expect(plain.has(key)).toBe(real.has(key))
      }
    }),
    { seed: 8 },
  )
})
