import { createVirtualAuthority } from '@keybound/virtual-phone'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openLabServer } from '../../apps/attack-lab/target/server.ts'
import { freePort } from '../browser/hello-server.ts'
import { type Bank, openBank } from '../session/support/bank.ts'
import { instrument, openTab, type Tab } from '../session/support/tab.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { findCanaries } from '../support/canaries.ts'
import { demoPassword } from '../support/server.ts'
import { type Loot, noteRequests, takeEverything } from './loot.ts'

/** The pattern of tutorials for the web: WebAuthn as an `if`, and the token where every script of the page reads it. */
const naivePage = `<!doctype html><title>Naive</title><script>
  const options = { challenge: new Uint8Array(32), userVerification: 'required', timeout: 5000 }
  async function setUp() {
    const user = { id: new Uint8Array(8), name: 'ada', displayName: 'Ada' }
    const pubKeyCredParams = [{ type: 'public-key', alg: -7 }]
    const rp = { name: 'Naive' }
    const authenticatorSelection = { residentKey: 'required', userVerification: 'required' }
    const publicKey = { ...options, rp, user, pubKeyCredParams, authenticatorSelection }
    await navigator.credentials.create({ publicKey })
    localStorage.token = await (await fetch('/naive/sign-in', { method: 'POST' })).text()
  }
  async function show() {
    const success = await navigator.credentials.get({ publicKey: options })
    if (!success) throw new Error('Sign in.')
    const headers = { authorization: 'Bearer ' + localStorage.token }
    return (await fetch('/naive/secret', { headers })).text()
  }
</script>`

describe.skipIf(chromiumPath === undefined)('B13: a script injected into the page', () => {
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    context = await browser.newContext()
  })
  afterEach(() => context.close())

  test('takes the token out of an event-based page, without a touch, and it opens elsewhere', async () => {
    const server = await openLabServer(await createVirtualAuthority())
    const page = await context.newPage()
    await page.route(`${server.address}/`, (route) =>
      route.fulfill({ contentType: 'text/html', body: naivePage }),
    )
    await page.goto(server.address)
    const authenticator = await addAuthenticator(context, page)
    await page.evaluate('setUp()')
    expect(await page.evaluate('show()')).toBe(server.secret)

    await authenticator.remove()
    const { text } = await page.evaluate(takeEverything)
    const token = /"token":"([^"]+)"/.exec(text)?.[1]
    expect(token).toBe(server.bearerToken())
    const elsewhere = await fetch(`${server.address}/naive/secret`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await elsewhere.text()).toBe(server.secret)
    await server.close()
  })

  describe('of a bank with Keybound', () => {
    const secret = 'the nuclear launch codes of Ruritania'
    let bank: Bank
    let tab: Tab

    beforeEach(async () => {
      await context.addInitScript(instrument)
      await context.addInitScript(noteRequests)
      bank = await openBank(await freePort())
      tab = await openTab(context, bank.address)
      await addAuthenticator(context, tab.page)
      await tab.setUp()
      await tab.run((client) => client.unlock())
      await tab.run((client, text) => client.vault.set('codes', new TextEncoder().encode(text)), secret)
    })
    afterEach(() => bank.close())

    const balance = () => tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))
    /** All that was ever secret: every token, as the server gave it. */
    const secrets = () => {
      const tokens = bank.answers.flatMap(({ json }) => [json.access_token, json.refresh_token])
      const parts = tokens
        .filter((token) => token !== undefined)
        .map((token) => token.split('.').at(-1) ?? '')
      return [demoPassword, secret, ...parts].map((one) => ({ name: one, secret: one }))
    }
    const expectNothingIn = ({ text, keys }: Loot) => {
      expect(findCanaries(secrets(), new Map([['the loot', Buffer.from(text)]]))).toEqual([])
      expect(keys.filter(({ exported }) => exported)).toEqual([])
      // What is no secret it has: it looked in the right places.
      expect(text).toContain('kbv1 ')
      expect(keys.length).toBeGreaterThan(0)
    }

    test('finds no token and no key that leaves the page, locked or open', async () => {
      expect(await balance()).toEqual({ value: 200 })
      expect(secrets().length).toBeGreaterThanOrEqual(4)
      expectNothingIn(await tab.page.evaluate(takeEverything))
      await tab.run((client) => client.lock())
      expectNothingIn(await tab.page.evaluate(takeEverything))
      expect((await balance()).code).toBe('not_signed_in')
    })

    test('reads along while the page is open, as on every page; what it noted is worth nothing elsewhere', async () => {
      expect(await balance()).toEqual({ value: 200 })
      const noted = (await tab.page.evaluate('noted')) as {
        readonly url: string
        readonly headers: Readonly<Record<string, string>>
        readonly answer: string
      }[]
      const call = noted.findLast(({ url }) => url.endsWith('/api/balance'))
      // The residual risk: SECURITY.md.
      expect(call?.answer).toContain(bank.account)
      const { authorization = '', dpop = '' } = call?.headers ?? {}
      const elsewhere = async (headers: Record<string, string>) => {
        const response = await fetch(`${bank.address}/api/balance`, { headers })
        return ((await response.json()) as { readonly code?: string }).code
      }
      expect(await elsewhere({ authorization, dpop })).toBe('dpop_proof_replayed')
      expect(await elsewhere({ authorization })).toBe('dpop_proof_required')
      // With the lock it ends: no script opens what only a touch does.
      await tab.run((client) => client.lock())
      expect((await balance()).code).toBe('not_signed_in')
    })
  })
})
