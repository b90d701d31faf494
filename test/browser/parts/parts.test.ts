import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bank, openBank } from '../../session/support/bank.ts'
import { instrument, openTab, type Tab } from '../../session/support/tab.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../../support/browser.ts'
import { freePort } from '../hello-server.ts'

/** The scripts of the page by file name, built in parts as Vite does; the page's own is `page.js`. */
async function buildPage(): Promise<ReadonlyMap<string, string>> {
  const build = await rolldown({
    input: fileURLToPath(new URL('page.ts', import.meta.url)),
    platform: 'browser',
    resolve: { conditionNames: ['keybound-source', 'import', 'default'] },
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  return new Map(output.filter((file) => file.type === 'chunk').map(({ fileName, code }) => [fileName, code]))
}

describe.skipIf(chromiumPath === undefined)('a page whose client comes in parts', () => {
  let scripts: ReadonlyMap<string, string>
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab
  /** Parts that were asked for since the page was loaded, without the hash in their names. */
  let asked: string[]
  let reachable: boolean

  beforeAll(async () => {
    scripts = await buildPage()
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    asked = []
    reachable = true
    bank = await openBank(await freePort())
    context = await browser.newContext()
    await context.addInitScript(instrument)
    await context.route('**/*.js', async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1)
      if (name === 'page.js') asked = []
      if (isPart(name)) asked.push(name.replace(/-[\w-]{8}\.js$/, ''))
      if (isPart(name) && !reachable) return route.abort()
      await route.fulfill({ contentType: 'text/javascript', body: scripts.get(name) ?? '' })
    })
    tab = await openTab(context, bank.address)
    await addAuthenticator(context, tab.page)
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  /** Not loaded with the page. */
  const isPart = (name: string) => name !== 'page.js' && !scripts.get('page.js')?.includes(`from"./${name}"`)

  test('registering loads its parts; signing in, unlocking, calling and reading load none', async () => {
    await tab.load()
    await tab.signInWithPassword()
    expect(asked).toEqual([])
    expect((await tab.run((client) => client.register())).code).toBeUndefined()
    expect(asked.toSorted()).toEqual(['new-vault', 'registration', 'registration-json'])

    await tab.load()
    const unlock = () => tab.run((client) => client.unlock().then((session) => session?.acr))
    expect(await unlock()).toEqual({ value: 'W' })
    await tab.run((client) => client.vault.set('pin', Uint8Array.of(1, 2)))
    await tab.load()
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
    expect(await tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))).toEqual({
      value: 200,
    })
    expect(await tab.run((client) => client.vault.get('pin').then((bytes) => [...bytes]))).toEqual({
      value: [1, 2],
    })
    await tab.load()
    expect(await tab.run((client) => client.signIn().then(({ acr }) => acr))).toEqual({ value: 'W' })
    expect(asked).toEqual([])
  })

  test('a part that cannot be fetched is a network that cannot be reached, and nothing else', async () => {
    await tab.load()
    await tab.signInWithPassword()
    reachable = false
    const outcome = await tab.run((client) => client.register())
    expect(outcome).toMatchObject({ code: 'network_unreachable' })
    expect(outcome.message).toContain('load the page again')
    expect(await tab.prompts()).toEqual([])
    reachable = true
    await tab.load()
    await tab.signInWithPassword()
    expect((await tab.run((client) => client.register())).code).toBeUndefined()
    expect(asked).toContain('registration')
  })
})
