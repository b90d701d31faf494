import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normaliseHttpUri } from './http-uri.ts'

describe('addresses that are the same (RFC 3986 §6.2.2, §6.2.3)', () => {
  test.each([
    ['query is ignored', 'https://api.example.org/pay?x=1', 'https://api.example.org/pay'],
    ['fragment is ignored', 'https://api.example.org/pay#x', 'https://api.example.org/pay'],
    ['scheme and host in any case', 'HTTPS://API.Example.ORG/pay', 'https://api.example.org/pay'],
    ['default port', 'https://api.example.org:443/pay', 'https://api.example.org/pay'],
    ['default port of http', 'http://api.example.org:80/pay', 'http://api.example.org/pay'],
    ['empty path', 'https://api.example.org', 'https://api.example.org/'],
    ['dot segments', 'https://api.example.org/a/./b/../pay', 'https://api.example.org/a/pay'],
    ['encoded dot segments', 'https://api.example.org/a/%2e%2E/pay', 'https://api.example.org/pay'],
    [
      'unreserved characters encoded',
      'https://api.example.org/%7Euser%2Dx',
      'https://api.example.org/~user-x',
    ],
    ['triplets in lower case', 'https://api.example.org/a%2fb', 'https://api.example.org/a%2Fb'],
  ])('%s', (_, a, b) => {
    expect(normaliseHttpUri(a)).toBe(normaliseHttpUri(b))
    expect(normaliseHttpUri(a)).toBeDefined()
  })
})

describe('addresses that differ', () => {
  test.each([
    ['scheme', 'http://api.example.org/pay', 'https://api.example.org/pay'],
    ['port', 'https://api.example.org:8443/pay', 'https://api.example.org/pay'],
    ['case of the path', 'https://api.example.org/Pay', 'https://api.example.org/pay'],
    ['encoded slash', 'https://api.example.org/a%2Fb', 'https://api.example.org/a/b'],
    ['double slash', 'https://api.example.org//pay', 'https://api.example.org/pay'],
    ['vertical bar encoded', 'https://api.example.org/a%7Cb', 'https://api.example.org/a|b'],
    ['trailing slash', 'https://api.example.org/pay/', 'https://api.example.org/pay'],
    ['host suffix', 'https://api.example.org.evil.example/pay', 'https://api.example.org/pay'],
  ])('%s', (_, a, b) => {
    expect(normaliseHttpUri(a)).toBeDefined()
    expect(normaliseHttpUri(a)).not.toBe(normaliseHttpUri(b))
  })
})

test.each([
  '',
  'pay',
  '/pay',
  'ftp://api.example.org/pay',
  'https:api.example.org/pay',
  'https:///api.example.org/pay',
  'https://@api.example.org/pay',
  'https://api.example.org@evil.example/pay',
  'https://evil.example@api.example.org/pay',
  'https://api.example.org\\pay',
  'https://api.example.org/p ay',
  ' https://api.example.org/pay',
  'https://api.example.org/pay\n',
  'https://api.example.org/pay\u0000',
  'https://api.exämple.org/pay',
  'https://api.example.org/%zz',
  'https://api.example.org/%2',
  'https://api.example.org:99999/pay',
  'https://[::1/pay',
])('refuses %j: nothing is repaired', (text) => {
  expect(normaliseHttpUri(text)).toBeUndefined()
})

test('whatever a browser leaves in a path as it is can be asked for', () => {
  for (let code = 0x21; code < 0x7f; code++) {
    const { pathname, href } = new URL(`https://api.example.org/a${String.fromCharCode(code)}b`)
    // The path of a lone percent sign is no address of RFC 3986, and servers differ in how they read it.
    if (pathname.endsWith('%b')) continue
    expect(normaliseHttpUri(`https://api.example.org${pathname}`), href).toBeDefined()
  }
})

test('is idempotent, and the path of an address that a server sees is left alone', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9\-_~!$&'()*+,;=:@]{1,12}$/)
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 5 }), fc.nat(60_000), (segments, port) => {
      const path = `/${segments.join('/')}`
      const normal = normaliseHttpUri(`https://api.example.org:${port + 1024}${path}`)
      expect(normal).toBe(`https://api.example.org:${port + 1024}${path}`)
      expect(normaliseHttpUri(normal ?? '')).toBe(normal)
    }),
    { seed: 9449, numRuns: 300 },
  )
})

test('any text is normalised or refused, never thrown at', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const normal = normaliseHttpUri(`https://${text}`)
      if (normal !== undefined) expect(normaliseHttpUri(normal)).toBe(normal)
    }),
    { seed: 3986, numRuns: 500 },
  )
})
