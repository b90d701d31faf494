import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { instrument, openTab, type Tab } from './support/tab.ts'

/** What goes wrong in the middle leaves the rest as it was. */
describe.skipIf(chromiumPath === undefined)('a setback', () => {
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab

  const options = { lock: { inactivity: 3_600_000 } }
  const unlock = (account = bank.account) =>
    tab.run((client, account) => client.unlock({ account }).then(({ acr } = {} as never) => acr), account)
  const balance = () => tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    bank = await openBank(await freePort())
    context = await browser.newContext()
    await context.addInitScript(instrument)
    tab = await openTab(context, bank.address)
    await addAuthenticator(context, tab.page)
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  /** The access token is too old, so that the next request refreshes. */
  async function age(): Promise<void> {
    bank.advance(400)
    await tab.page.evaluate(() => {
      const { clock } = globalThis as never as { clock: { offset: number } }
      clock.offset += 400_000
    })
  }

  test('in the unlock of another account: the session of before goes on, refreshes, and its vault is open', async () => {
    await tab.setUp(options)
    await unlock()
    await tab.signInWithPassword('grace')
    await tab.run((client) => client.register())
    await tab.load(options)
    const { account: grace } = await tab.state()
    expect(await unlock(grace ?? '')).toEqual({ value: 'W' })
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
    await tab.run((client) => client.vault.set('pin', new TextEncoder().encode('1234')))
    // The touch has opened the other vault when the connection ends.
    await context.route('**/v1/token', (route) => route.abort('connectionreset'))
    expect((await unlock(grace ?? '')).code).toBe('network_unreachable')
    await context.unroute('**/v1/token')
    expect(await tab.state()).toMatchObject({ state: 'unlocked', account: bank.account })
    const before = await tab.prompts()
    await age()
    expect(await balance()).toEqual({ value: 200 })
    expect(await tab.run((client) => client.vault.get('pin').then(({ length }) => length))).toEqual({
      value: 4,
    })
    expect(await tab.prompts()).toEqual(before)
    // What does take its place has it all.
    expect(await unlock(grace ?? '')).toEqual({ value: 'W.refreshed' })
    await age()
    expect(await balance()).toEqual({ value: 200 })
  })

  test('while a vault is begun: the next touch begins it anew', async () => {
    // The keys come only with the first assertion.
    await context.addInitScript(() => {
      const create = navigator.credentials.create.bind(navigator.credentials)
      navigator.credentials.create = async (options) => {
        const credential = (await create(options)) as PublicKeyCredential
        credential.getClientExtensionResults = () => ({ prf: { enabled: true } })
        return credential
      }
    })
    await tab.setUp(options)
    // The manifest was written, and the keys were not.
    await tab.page.evaluate(() => {
      const { put } = IDBObjectStore.prototype
      IDBObjectStore.prototype.put = function (value, key) {
        if (String(key).endsWith('/keys')) throw new DOMException('The disk is full.', 'QuotaExceededError')
        return put.call(this, value, key)
      }
    })
    expect(await unlock()).toEqual({ value: 'W' })
    expect(await tab.events()).toContainEqual({ type: 'storageFailed', call: 'unlock' })
    await tab.load(options)
    expect(await unlock()).toEqual({ value: 'W' })
    expect(await tab.run((client) => client.vault.set('pin', new Uint8Array(4)))).toEqual({})
    await tab.load(options)
    expect(await tab.state()).toMatchObject({ state: 'locked' })
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
    expect(await tab.run((client) => client.vault.get('pin').then(({ length }) => length))).toEqual({
      value: 4,
    })
  })

  test('in the middle of a refresh, by the signal of a request: that request ends at once, the others go on', async () => {
    await tab.setUp(options)
    await unlock()
    await age()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    await context.route('**/v1/token', async (route) => {
      await gate
      await route.continue()
    })
    const waiting = balance()
    // It would wait for the answer that comes only when it has ended.
    expect(
      (
        await tab.run((client) => {
          const end = new AbortController()
          const call = client.fetch('/api/balance', { signal: end.signal })
          setTimeout(() => end.abort(), 50)
          return call
        })
      ).code,
    ).toBe('aborted')
    release()
    expect(await waiting).toEqual({ value: 200 })
  })

  test('by a sign-out in another tab: the session is over here too, and says so', async () => {
    await tab.setUp(options)
    await unlock()
    await tab.load(options)
    await unlock()
    // Has no authenticator and needs none: signing out takes the sealed session away.
    const other = await openTab(context, bank.address)
    await other.load(options)
    expect(await other.state()).toMatchObject({ state: 'locked' })
    await other.run((client) => client.signOut())
    await age()
    expect((await balance()).code).toBe('refresh_token_revoked')
    expect(await tab.state()).toMatchObject({ account: bank.account, reason: 'revoked' })
    expect((await tab.run((client) => client.vault.get('pin'))).code).toBe('vault_locked')
    expect(await unlock()).toEqual({ value: 'W' })
  })
})
