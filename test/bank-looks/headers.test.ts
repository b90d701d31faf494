import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveApp } from '../../apps/bank/server/serve-app.ts'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import { demoPassword } from '../support/server.ts'

/**
 * Most bytes of script that a first visit loads, compressed with gzip -9: React, react-native-web, what Expo adds, the
 * bank and Keybound. A kilobyte has 1000 bytes here. This goes down; it went up twice on 27 November 2026: by 700 bytes,
 * because receipts carry evidence, and the bank reads them strictly, and by 2,000 for what may go wrong, on phones too, and the way back.
 */
const scriptBudget = 175_700

describe('what the bank sends', () => {
  let data: string
  let server: HelloServer
  let html: string
  let page: Response

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'keybound-headers-'))
    server = await startHello(data, await freePort(), {}, 'bank')
    page = await get('/')
    html = await page.text()
  }, 600_000)

  afterAll(async () => {
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, server.address), { headers })
  const scripts = () => [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, src]) => src ?? '')

  test('a page that runs and shows only files of its own address, and that nobody frames', () => {
    expect(page.status).toBe(200)
    expect(directives(page)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      // The hash is that of nothing: one style element that is empty when it is made.
      'style-src': "'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
      'connect-src': "'self'",
      'img-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'self'",
      'require-trusted-types-for': "'script'",
      'trusted-types': "'none'",
    })
  })

  test('the headers that keep it apart from others, and nothing that tells what it runs on', () => {
    const { headers } = page
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('publickey-credentials-get=(self)')
    for (const name of ['server', 'x-powered-by', 'set-cookie']) expect(headers.get(name)).toBeNull()
  })

  test('in a demo, the page that draws what a piece of attestation proves', async () => {
    const inspect = await get('/inspect')
    expect(inspect.status).toBe(200)
    expect(directives(inspect)).toMatchObject({ 'connect-src': "'none'", 'script-src': "'self'" })
    expect((await get('/inspect.js')).headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  })

  test('under https, that no browser shall come by anything else again', () => {
    const folder = join(import.meta.dirname, '../../apps/bank/public')
    const header = (publicUrl: string) =>
      serveApp(folder, { publicUrl, demo: false })(new Request(publicUrl))?.headers.get(
        'strict-transport-security',
      )
    expect(header('https://bank.example/')).toBe('max-age=31536000')
    expect(header('http://localhost:3000/')).toBeNull()
  })

  test('no script, style or handler inside the page, and nothing from elsewhere', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|="javascript:/i)
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address ?? '')
    expect(scripts().length).toBeGreaterThan(0)
    for (const address of addresses) expect(address).toMatch(/^\/(?!\/)/)
  })

  test('hashed files that may be kept for ever, packed as the browser asks for', async () => {
    for (const script of scripts()) {
      const packed = await get(script, { 'accept-encoding': 'br' })
      expect(packed.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      expect(packed.headers.get('content-encoding')).toBe('br')
      expect(packed.headers.get('vary')).toBe('Accept-Encoding')
      expect(packed.headers.get('x-content-type-options')).toBe('nosniff')
    }
    const style = await get('/page.css')
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.headers.get('cache-control')).toBe('no-store')
  })

  test('HEAD answers as GET does, without a body; nothing else reads the page', async () => {
    const head = await fetch(server.address, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(directives(head)).toEqual(directives(page))
    const post = await fetch(server.address, { method: 'POST' })
    expect(post.ok).toBe(false)
  })

  test('answers about an account, a session or nothing at all that no cache keeps', async () => {
    const signedIn = await fetch(new URL('/v1/sessions/password', server.address), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.address },
      body: JSON.stringify({ username: 'ada', password: demoPassword }),
    })
    const { session } = (await signedIn.json()) as { session: { token: string } }
    const authorization = `Bearer ${session.token}`
    const answers = [
      signedIn,
      await get('/api/account', { authorization }),
      await get('/v1/credentials', { authorization }),
      await get('/v1/notices', { authorization }),
      await get('/api/account'),
      await get('/v1/session'),
      await get('/api/nothing'),
      await get('/nothing'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 401, 401, 404, 404])
    for (const { headers, url } of answers) {
      expect(headers.get('cache-control'), url).toBe('no-store')
      expect(headers.get('x-content-type-options'), url).toBe('nosniff')
      expect(headers.get('referrer-policy'), url).toBe('no-referrer')
    }
  })

  test('the phone of the demo under a policy of its own, kept by nobody', async () => {
    const phone = await get('/phone')
    expect(directives(phone)).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'worker-src': "'self'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'phone',
    })
    expect(phone.headers.get('cache-control')).toBe('no-store')
    expect(await phone.text()).not.toMatch(/<script(?![^>]*\bsrc=)/)
  })

  test(`script of at most ${scriptBudget} bytes`, async () => {
    let total = 0
    for (const script of scripts()) {
      const text = await (await get(script)).text()
      total += gzipSync(text, { level: 9 }).length
    }
    console.log(`script of the bank: ${total} of ${scriptBudget} bytes gzip`)
    expect(total).toBeGreaterThan(50_000)
    expect(total).toBeLessThanOrEqual(scriptBudget)
  })
})

/** The policy of an answer, by its directives. */
function directives({ headers }: Response): Readonly<Record<string, string>> {
  const policy = headers.get('content-security-policy') ?? ''
  const parts = policy.split(';').map((part) => part.trim().split(/\s+/))
  return Object.fromEntries(parts.map(([name = '', ...values]) => [name, values.join(' ')]))
}
