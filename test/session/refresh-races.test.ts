import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { instrument, openTab, type Tab } from './support/tab.ts'

/** What happens between the server's answer to a refresh and its arrival. */
describe.skipIf(chromiumPath === undefined)('a refresh under way', () => {
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab

  const options = { lock: { inactivity: 3_600_000 } }
  const unlock = () => tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))

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
    await tab.setUp(options)
    expect(await unlock()).toEqual({ value: 'W' })
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  /** The access token is too old, so that the next request refreshes. */
  async function age(): Promise<void> {
    bank.advance(400)
    await turnClock()
  }

  async function turnClock(): Promise<void> {
    await tab.page.evaluate(() => {
      const { clock } = globalThis as never as { clock: { offset: number } }
      clock.offset = 400_000
    })
  }

  /** What was in memory is gone. */
  async function reload(): Promise<void> {
    await tab.load(options)
    await turnClock()
  }

  /** Begins a request whose refresh the server has answered; the answer arrives at `arrive`. */
  async function refreshing() {
    await age()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    let held = false
    const answered = new Promise<void>((resolve) => {
      void context.route('**/v1/token', async (route) => {
        const response = await route.fetch()
        if (!held && response.status() === 200) {
          held = true
          resolve()
          await gate
        }
        await route.fulfill({ response })
      })
    })
    const request = tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))
    await answered
    return {
      async arrive() {
        release()
        const outcome = await request
        // Waits its turn after what the answer writes.
        await tab.run((client) => client.vault.list())
        return outcome
      },
    }
  }

  test('a sign-out meanwhile: its answer does not bring the session back', async () => {
    const { arrive } = await refreshing()
    // So that it is this device alone that has to let go of the session.
    await context.route('**/v1/revocation', (route) => route.abort('connectionreset'))
    expect(await tab.run((client) => client.signOut())).toEqual({ value: { onServer: 'unreachable' } })
    expect(await arrive()).toMatchObject({ code: 'aborted' })
    await reload()
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    expect(await unlock()).toEqual({ value: 'W' })
  })

  test('a sign-in meanwhile: its answer does not take the place of the new session', async () => {
    const { arrive } = await refreshing()
    expect(await tab.run((client) => client.signIn().then(({ acr }) => acr))).toEqual({ value: 'W' })
    // The request goes on with the session that is there now.
    expect(await arrive()).toEqual({ value: 200 })
    await expect.poll(() => bank.sessions()).toBe(1)
    await reload()
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
  })

  test('a successor that cannot be sealed: telemetry is told, and the session goes on', async () => {
    await age()
    await tab.page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('The disk is full.', 'QuotaExceededError')
      }
    })
    const balance = () => tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))
    expect(await balance()).toEqual({ value: 200 })
    await expect.poll(() => tab.events()).toContainEqual({ type: 'storageFailed', call: 'refresh' })
    await reload()
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
  })
})
