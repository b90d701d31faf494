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
import { instrument, openTab, type Tab } from './support/tab.ts'

/** RFC 9470: the resource asks for a fresh signature, and the client gives it by itself. */
describe.skipIf(chromiumPath === undefined)('a step-up in Chromium', { timeout: 90_000 }, () => {
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
    tab = await openTab(context, bank.address)
    authenticator = await addAuthenticator(context, tab.page)
    await tab.setUp()
    await tab.run((client) => client.unlock())
    await tab.load()
    expect(await tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))).toEqual({
      value: 'W.refreshed',
    })
    expect(await tab.prompts()).toEqual(['get'])
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  const post = (path: string) =>
    tab.run<{ status: number; acr: string; sent: string }>(async (client, path) => {
      const response = await client.fetch(path, { method: 'POST', body: 'all of it' })
      const { caller, sent } = response.ok ? await response.json() : ({ caller: {} } as never)
      return { status: response.status, acr: caller.acr, sent }
    }, path)
  const callsOf = (path: string) => bank.calls.filter((called) => called === path)

  test('one prompt, and the request is sent once more, body and all', async () => {
    expect(await post('/api/balance')).toMatchObject({ value: { status: 200, acr: 'W.refreshed' } })
    expect(await post('/api/transfer')).toEqual({ value: { status: 200, acr: 'W', sent: 'all of it' } })
    expect(await tab.prompts()).toEqual(['get', 'get'])
    expect(callsOf('/api/transfer')).toHaveLength(2)
    expect(await tab.state()).toMatchObject({ state: 'unlocked', acr: 'W' })
    // The session that was replaced has ended.
    await expect.poll(() => bank.sessions()).toBe(1)
    expect(await post('/api/transfer')).toMatchObject({ value: { status: 200 } })
    expect(await tab.prompts()).toHaveLength(2)
  })

  test('by age: the signature was too long ago', async () => {
    expect(await post('/api/transfer')).toMatchObject({ value: { status: 200 } })
    bank.advance(61)
    await tab.page.evaluate(() => {
      ;(globalThis as unknown as { clock: { offset: number } }).clock.offset += 61_000
    })
    expect(await post('/api/transfer')).toMatchObject({ value: { status: 200, acr: 'W' } })
    expect(await tab.prompts()).toHaveLength(3)
  })

  test('eight at once share one prompt, and those that need none go on', async () => {
    const statuses = await tab.run((client) => {
      const paths = [
        'transfer',
        'balance',
        'transfer',
        'transfer',
        'balance',
        'transfer',
        'transfer',
        'transfer',
      ]
      return Promise.all(paths.map((path) => client.fetch(`/api/${path}`).then(({ status }) => status)))
    })
    expect(statuses).toEqual({ value: Array(8).fill(200) })
    expect(await tab.prompts()).toEqual(['get', 'get'])
  })

  test('never a loop: what is not satisfied by one signature is the answer', async () => {
    expect(await post('/api/never')).toMatchObject({ value: { status: 401 } })
    expect(await tab.prompts()).toEqual(['get', 'get'])
    expect(callsOf('/api/never')).toHaveLength(2)
  })

  test('no prompt for a level that this key does not have: the demand is the answer', async () => {
    expect(await post('/api/vault')).toMatchObject({ value: { status: 401 } })
    expect(await tab.prompts()).toEqual(['get'])
    expect(callsOf('/api/vault')).toHaveLength(1)
  })

  test('cancelled: the call says so, nothing was sent again, and the session goes on', async () => {
    await tab.page.evaluate(() => {
      const { credentials } = navigator
      const { get } = credentials
      credentials.get = async () => {
        credentials.get = get
        throw new DOMException('The operation was cancelled.', 'NotAllowedError')
      }
    })
    expect(await post('/api/transfer')).toMatchObject({ code: 'prompt_refused' })
    expect(callsOf('/api/transfer')).toHaveLength(1)
    expect(await post('/api/balance')).toMatchObject({ value: { status: 200, acr: 'W.refreshed' } })
    expect(await post('/api/transfer')).toMatchObject({ value: { status: 200, acr: 'W' } })
  })

  test('aborted by all who waited for it: the prompt closes, and the next one opens', async () => {
    await authenticator.setPresent(false)
    const outcome = await tab.run(async (client) => {
      const controllers = [new AbortController(), new AbortController()]
      const calls = controllers.map(({ signal }) =>
        client.fetch('/api/transfer', { signal }).catch((error) => error.code),
      )
      const { prompts } = globalThis as unknown as { prompts: readonly string[] }
      while (prompts.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
      const busy = await client.signIn().catch((error) => error.code)
      controllers[0]?.abort()
      const first = await calls[0]
      controllers[1]?.abort()
      return [first, busy, await calls[1]]
    })
    expect(outcome).toEqual({ value: ['aborted', 'prompt_busy', 'aborted'] })
    await authenticator.setPresent(true)
    expect(await post('/api/transfer')).toMatchObject({ value: { status: 200, acr: 'W' } })
  })

  test('a lock ends it, and no answer comes afterwards', async () => {
    await authenticator.setPresent(false)
    const outcome = await tab.run(async (client) => {
      const call = client.fetch('/api/transfer').catch((error) => error.code)
      const { prompts } = globalThis as unknown as { prompts: readonly string[] }
      while (prompts.length < 2) await new Promise((resolve) => setTimeout(resolve, 5))
      client.lock()
      return call
    })
    expect(outcome).toEqual({ value: 'aborted' })
    expect(await tab.state()).toMatchObject({ state: 'locked' })
    expect(callsOf('/api/transfer')).toHaveLength(1)
  })
})
