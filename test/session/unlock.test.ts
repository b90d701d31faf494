import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { instrument, openTab, type Tab } from './support/tab.ts'

describe.skipIf(chromiumPath === undefined)('a session in Chromium', () => {
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab

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

  test('register, reload, one touch: unlocked with a fresh token, one prompt, nothing typed', async () => {
    await tab.setUp()
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    expect(await tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))).toEqual({
      value: 'W',
    })
    expect(await tab.prompts()).toEqual(['get'])
    await tab.load()
    expect(await tab.state()).toMatchObject({ state: 'locked', account: bank.account })
    expect(await tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))).toEqual({
      value: 'W.refreshed',
    })
    expect(await tab.prompts()).toEqual(['get'])
    expect(await tab.state()).toMatchObject({ state: 'unlocked', acr: 'W.refreshed' })
    const balance = await tab.run(async (client) => {
      const response = await client.fetch('/api/balance?of=all', { method: 'POST', body: 'how much?' })
      return response.json()
    })
    expect(balance.value).toMatchObject({
      caller: { account: bank.account, acr: 'W.refreshed' },
      sent: 'how much?',
    })
    expect(await bank.sessions()).toBe(1)
  })
})
