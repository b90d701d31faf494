import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

describe.skipIf(chromiumPath === undefined)('headers of the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  test('no script but the bank’s own files runs; nothing is framed, sent or shown from elsewhere', async () => {
    const response = await fetch(world.server.address)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; ")
    for (const part of [
      "connect-src 'self'",
      "form-action 'none'",
      "base-uri 'none'",
      "trusted-types 'none'",
    ])
      expect(policy).toContain(part)
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:|blob:/)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    const page = await response.text()
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/)
    expect(page).not.toMatch(/\son\w+=|<style|style=/)
  })

  test('what may be kept is kept for ever, what is about somebody never', async () => {
    const bank = await world.open()
    const kept = new Map<string, string>()
    bank.page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      kept.set(pathname.replace(/[\w-]{22,}/, 'id'), response.headers()['cache-control'] ?? 'missing')
    })
    await bank.page.reload()
    await bank.turnOn('ada')
    await bank.pay({ to: 'Green Energy', amount: '1' })
    await bank.press('Verify receipt')
    await bank.page.getByText(/^Genuine/).waitFor()
    await bank.press('Done')
    await bank.press('Settings')
    await bank.at('Devices')
    await expect.poll(() => kept.get('/v1/credentials'), soon).toBe('no-store')
    const lasting = [...kept].filter(([, control]) => control !== 'no-store')
    expect(lasting.map(([path]) => path).filter((path) => !path.startsWith('/_expo/'))).toEqual([])
    expect(lasting.every(([, control]) => control === 'public, max-age=31536000, immutable')).toBe(true)
    for (const path of ['/', '/api/account', '/api/payments', '/v1/token', '/v1/transactions/id'])
      expect([path, kept.get(path)]).toEqual([path, 'no-store'])
  })

  test('the bank’s own paths refuse who has no session, and everything they do not know', async () => {
    const ask = (path: string, init?: RequestInit) => fetch(`${world.server.address}${path}`, init)
    expect((await ask('/api/account')).status).toBe(401)
    const bearer = { headers: { authorization: 'Bearer nobody' } }
    expect((await ask('/api/account', bearer)).status).toBe(401)
    expect((await ask('/api/payments', { ...bearer, method: 'POST', body: '{}' })).status).toBe(401)
    expect((await ask('/api/secrets')).status).toBe(404)
  })
})
