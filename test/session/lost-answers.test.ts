import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import {
  addAuthenticator,
  chromiumPath,
  launchBrowser,
  type VirtualAuthenticator,
} from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { evaluatePrfInSoftware, instrument, openTab, type Tab } from './support/tab.ts'

describe.skipIf(chromiumPath === undefined)('answers that are lost sign nobody out', () => {
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab
  let authenticator: VirtualAuthenticator

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    bank = await openBank(await freePort())
    context = await browser.newContext()
    await context.addInitScript(instrument)
    await context.addInitScript(evaluatePrfInSoftware)
    tab = await openTab(context, bank.address)
    authenticator = await addAuthenticator(context, tab.page)
    await tab.setUp()
    expect(await unlock(tab)).toEqual({ value: 'W' })
    await tab.load()
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  const unlock = (tab: Tab) => tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))
  const call = (tab: Tab) => tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))
  const turnClock = (tab: Tab, seconds: number) =>
    tab.page.evaluate((seconds) => {
      const { clock } = globalThis as never as { clock: { offset: number } }
      clock.offset += seconds * 1000
    }, seconds)
  const pass = async (tab: Tab, seconds: number) => {
    bank.advance(seconds)
    await turnClock(tab, seconds)
  }

  /** Still the one session of before, on one line of refresh tokens, and nobody was suspected. */
  async function expectOneSession(): Promise<void> {
    expect(await bank.sessions()).toBe(1)
    expect(bank.events.filter(({ type }) => type === 'family.ended')).toEqual([])
    expect(bank.answers.filter(({ json }) => json.code?.startsWith('refresh_token_'))).toEqual([])
  }

  /** Cuts the next connections to the token endpoint, before or after the server has committed; answers how many it cut. */
  async function cut(where: 'before' | 'after', times: number): Promise<() => number> {
    let done = 0
    await context.route('**/v1/token', async (route) => {
      if (done >= times) return route.continue()
      if (where === 'after' && (await route.fetch()).status() !== 200) return route.continue()
      done++
      return route.abort('connectionreset')
    })
    return () => done
  }

  test.each(['before', 'after'] as const)('cut %s the commit: asked again at once', async (where) => {
    const cuts = await cut(where, 1)
    expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
    expect(cuts()).toBe(1)
    expect(await tab.prompts()).toEqual(['get'])
    expect(await call(tab)).toEqual({ value: 200 })
    await expectOneSession()
  })

  test.each(['before', 'after'] as const)(
    'cut %s the commit for good: the next touch goes on',
    async (where) => {
      const cuts = await cut(where, 2)
      expect((await unlock(tab)).code).toBe('network_unreachable')
      expect(await tab.state()).toMatchObject({ state: 'locked' })
      expect(cuts()).toBe(2)
      expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
      await tab.load()
      expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
      await expectOneSession()
    },
  )

  /** Another tab of the same device: an authenticator belongs to a page in Chromium's tools, so it gets the same keys. */
  async function anotherTab(options = {}): Promise<Tab> {
    const other = await openTab(context, bank.address)
    const copy = await addAuthenticator(context, other.page)
    await authenticator.copyKeysTo(copy)
    authenticator = copy
    await other.load(options)
    return other
  }

  test('killed between answer and sealing, and back at once or after a day', async () => {
    for (const away of [0, 86_400]) {
      const killed = tab
      const next = await anotherTab()
      await new Promise<void>((done) => {
        bank.onAnswer(async () => {
          // This answer holds the successor, and nobody will be there to take it.
          if (bank.answers.at(-1)?.status !== 200) return
          bank.onAnswer(undefined)
          await killed.page.close()
          done()
        })
        void unlock(killed).catch(() => {})
      })
      tab = next
      await pass(tab, away)
      expect(await tab.state()).toMatchObject({ state: 'locked' })
      expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
      const [lost, again] = bank.answers.filter(({ status }) => status === 200).slice(-2)
      expect(again?.json.refresh_token).toBe(lost?.json.refresh_token)
      expect(await call(tab)).toEqual({ value: 200 })
      await expectOneSession()
      await tab.run((client) => client.lock())
    }
  })

  test('five tabs that refresh at the same time all go on', async () => {
    const options = { lock: { inactivity: 86_400_000 } }
    await tab.load(options)
    const tabs = [tab]
    while (tabs.length < 5) tabs.push(await anotherTab(options))
    for (const one of tabs) expect(await unlock(one)).toEqual({ value: 'W.refreshed' })
    for (let round = 0; round < 3; round++) {
      bank.advance(400)
      for (const one of tabs) await turnClock(one, 400)
      const statuses = await Promise.all(tabs.map(call))
      expect(statuses).toEqual(Array.from({ length: 5 }, () => ({ value: 200 })))
    }
    await expectOneSession()
    const generations = bank.answers
      .filter(({ status }) => status === 200)
      .map(({ json }) => json.refresh_token?.split('.')[3])
    expect(new Set(generations).size).toBe(generations.length)
  })
})
