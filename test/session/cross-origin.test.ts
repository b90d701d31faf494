import { randomBytes } from 'node:crypto'
import { serve } from '@keybound/server/node'
import { createRemoteKeys, createResourceServer, guarded } from '@keybound/server/protect'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { instrument, openTab, type Tab } from './support/tab.ts'

/** An API at another origin than its issuer: of its host's own are two headers and the answer to preflights. */
async function openApi(issuer: string, address: string) {
  const { protect } = createResourceServer({
    issuer,
    realm: 'bank',
    keys: createRemoteKeys({ url: `${issuer}/v1/jwks` }),
    resource: address,
    publicUrl: address,
    nonceSecret: randomBytes(32),
  })
  const balance = guarded(protect(), (_, { account }) => Response.json({ account }))
  const preflight = {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
  }
  async function answer(request: Request): Promise<Response> {
    // Before the guard: a preflight carries no token.
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: preflight })
    const { pathname } = new URL(request.url)
    if (pathname === '/moved') return new Response(null, { status: 307, headers: { location: '/balance' } })
    return balance(request)
  }
  return serve({
    port: Number(new URL(address).port),
    fetch: async (request) => {
      const response = await answer(request)
      response.headers.set('access-control-allow-origin', issuer)
      return response
    },
  })
}

describe.skipIf(chromiumPath === undefined)('an API at another origin', () => {
  let bank: Bank
  let tab: Tab
  let api: string
  let close: () => Promise<unknown>

  beforeEach(async () => {
    const browser = await launchBrowser()
    api = `http://localhost:${await freePort()}`
    bank = await openBank(await freePort(), [api])
    const server = await openApi(bank.address, api)
    close = () => Promise.all([browser.close(), bank.close(), server.close()])
    const context = await browser.newContext()
    await context.addInitScript(instrument)
    tab = await openTab(context, bank.address)
    await addAuthenticator(context, tab.page)
    await tab.setUp({ resource: api })
    await tab.run((client) => client.unlock())
  })
  afterEach(() => close())

  const call = (path: string) =>
    tab.run((client, url) => client.fetch(url).then(({ status }) => status), api + path)

  test('is called with its own nonces, refuses redirects, and the token goes nowhere else', async () => {
    expect(await call('/balance')).toEqual({ value: 200 })
    expect(await call('/balance')).toEqual({ value: 200 })
    expect((await call('/moved')).code).toBe('network_unreachable')
    expect((await tab.run((client) => client.fetch('/api/balance'))).code).toBe('resource_unknown')
  })

  test('its app uses the server too: payments are shown and approved, the key is removed, the session ends', async () => {
    const id = await bank.payment()
    expect(
      await tab.run((client, id) => client.approve(id).then(({ receipt }) => typeof receipt), id),
    ).toEqual({ value: 'string' })
    expect(bank.ledger).toHaveLength(1)
    expect(await tab.run((client) => client.unregister())).toEqual({})
    expect(await tab.run((client) => client.signOut())).toEqual({ value: { onServer: 'ended' } })
    expect(await bank.sessions()).toBe(0)
  })
})
