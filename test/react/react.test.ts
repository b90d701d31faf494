import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createKeyboundClient, KeyboundError, type Platform } from '@keybound/client'
import { KeyboundProvider, LockGate, useKeybound } from '@keybound/react'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import type { Controls } from './page.tsx'

type InPage = typeof globalThis & { readonly controls: Controls }

describe('@keybound/react on a server that renders pages', () => {
  it('shows what a device without records shows, and asks nothing of the platform', () => {
    const platform = new Proxy({} as Platform, {
      get: (_, name) => {
        if (name === 'wait' || name === 'storage') return () => new Promise(() => {})
        if (name === 'monotonicNow') return () => 0
        throw new Error(`Unexpected use of ${String(name)}`)
      },
    })
    const client = createKeyboundClient({ server: 'https://bank.example', platform })
    const gate = createElement(LockGate, {
      locked: 'locked',
      signedOut: 'out',
      starting: 'one moment',
      children: 'inside',
    })
    expect(renderToString(createElement(KeyboundProvider, { client, children: gate }))).toBe('one moment')
  })

  it('says what is missing without a provider', () => {
    function Lost() {
      useKeybound()
      return null
    }
    expect(() => renderToString(createElement(Lost))).toThrow(KeyboundError)
    expect(() => renderToString(createElement(Lost))).toThrow(/<KeyboundProvider/)
  })
})

describe.skipIf(chromiumPath === undefined)('@keybound/react in Chromium', () => {
  let browser: Browser
  let server: Server
  let address: string
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    const script = await bundle()
    server = createServer(({ url }, response) => {
      const [type, body] = url === '/page.js' ? ['text/javascript', script] : ['text/html', html]
      response.setHeader('content-type', `${type}; charset=utf-8`).end(body)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await new Promise((closed) => server?.close(closed))
  })
  afterEach(() => page.close())

  async function open(cover: 'dom' | 'native' = 'dom'): Promise<void> {
    page = await browser.newPage()
    faults = []
    page.on('pageerror', ({ message }) => faults.push(message))
    await page.goto(`${address}#${cover}`)
    await heading('Starting')
  }

  const heading = (name: string) => page.getByRole('heading', { name }).waitFor()
  const press = (name: string) => page.getByRole('button', { name }).click()
  const setState = (state: Parameters<Controls['setState']>[0]) =>
    page.evaluate((change) => (globalThis as InPage).controls.setState(change), state)
  const setScene = (scene: Parameters<Controls['setScene']>[0]) =>
    page.evaluate((change) => (globalThis as InPage).controls.setScene(change), scene)
  const becomeReady = () => page.evaluate(() => (globalThis as InPage).controls.becomeReady())
  const settle = (code?: string) => page.evaluate((how) => (globalThis as InPage).controls.settle(how), code)
  const counts = () => page.evaluate(() => (globalThis as InPage).controls.counts())
  const alert = () => page.getByRole('alert').textContent()
  const busy = () => page.getByRole('button', { name: 'Unlock' }).getAttribute('aria-busy')

  it('decides nothing before the records were read, then shows who may come how', async () => {
    await open()
    await becomeReady()
    await heading('Sign in')
    await setState({ state: 'registered', account: 'ada' })
    await heading('Locked')
    await setState({ state: 'locked' })
    await heading('Locked')
  })

  it('opens for a session alone, takes everything away at lock, and gives another account its own', async () => {
    await open()
    await setState({ state: 'unlocked', account: 'ada', acr: 'W' })
    const box = () => page.getByRole('textbox')
    await page.getByLabel('ada W').fill('typed by ada')
    await setState({ acr: 'W.refreshed' as 'W' })
    expect(await box().inputValue()).toBe('typed by ada')
    await setState({ account: 'grace' })
    await page.getByLabel('grace').waitFor()
    expect(await box().inputValue()).toBe('')
    await box().fill('typed by grace')
    await becomeReady()
    await setState({ state: 'locked' })
    await heading('Locked')
    expect(await page.content()).not.toContain('typed by grace')
    await setState({ state: 'unlockedOffline' })
    expect(await box().inputValue()).toBe('')
  })

  it('follows an action: pending, one at a time, its error, cancelled without one', async () => {
    await open()
    await becomeReady()
    await setState({ state: 'locked', account: 'ada' })
    await press('Unlock')
    expect(await busy()).toBe('true')
    await press('Unlock')
    expect((await counts()).begun).toBe(1)
    await settle('prompt_refused')
    await expect.poll(alert).toBe('prompt_refused')
    expect(await busy()).toBe('false')
    await press('Forget')
    expect(await alert()).toBe('')
    await press('Unlock')
    await settle('network_unreachable')
    await expect.poll(alert).toBe('network_unreachable')
    await press('Unlock')
    await expect.poll(alert).toBe('')
    await press('Cancel')
    await expect.poll(busy).toBe('false')
    expect(await alert()).toBe('')
    expect(await counts()).toMatchObject({ begun: 3, cancelled: 1 })
    expect(faults).toEqual([])
  })

  it('is pending from the start also where a form or a transition began it', async () => {
    await open()
    await becomeReady()
    await setState({ state: 'locked', account: 'ada' })
    await press('Submit')
    await expect.poll(busy).toBe('true')
    await settle('prompt_refused')
    await expect.poll(alert).toBe('prompt_refused')
    expect(await busy()).toBe('false')
    await press('Submit')
    await expect.poll(alert).toBe('')
    expect(await busy()).toBe('true')
  })

  it('takes away what is behind the gate also while an Activity hides it', async () => {
    await open()
    await setState({ state: 'unlocked', account: 'ada', acr: 'W' })
    await page.getByLabel('ada W').waitFor()
    await setScene({ mode: 'hidden' })
    await page.getByLabel('ada W').waitFor({ state: 'hidden' })
    expect(await page.content()).toContain('ada W')
    await becomeReady()
    await setState({ state: 'locked' })
    await expect.poll(() => page.content()).not.toContain('ada W')
    await setScene({ mode: 'visible' })
    await heading('Locked')
  })

  it('begins anew for another client, whose account may have the same name', async () => {
    await open()
    await becomeReady()
    await setState({ state: 'unlocked', account: 'ada', acr: 'W' })
    await page.getByLabel('ada W').fill('typed for the first')
    await setScene({ client: 'other' })
    await expect.poll(() => page.getByLabel('ada W').inputValue()).toBe('')
    await setState({ state: 'locked' })
    await press('Unlock')
    await setScene({ client: 'first' })
    await expect.poll(busy).toBe('false')
    await settle('prompt_refused')
    expect(await alert()).toBe('')
  })

  it('lets what was begun end when its own screen went away, and hides no fault of the app', async () => {
    await open()
    await becomeReady()
    await setState({ state: 'locked', account: 'ada' })
    await press('Unlock')
    await setState({ state: 'unlocked', acr: 'W' })
    await settle()
    expect(await counts()).toMatchObject({ begun: 1, cancelled: 0 })
    expect(faults).toEqual([])
    await setState({ state: 'locked' })
    await press('Unlock')
    await settle('bug')
    await expect.poll(() => faults.join()).toContain('a fault of the app')
  })

  it('tells a fault of the app also after its screen went away', async () => {
    await open()
    await becomeReady()
    await setState({ state: 'locked', account: 'ada' })
    await press('Unlock')
    await setState({ state: 'unlocked', acr: 'W' })
    await settle('bug')
    await expect.poll(() => faults.join()).toContain('a fault of the app')
    await setState({ state: 'locked' })
    await press('Unlock')
    await setState({ state: 'unlocked', acr: 'W' })
    await settle('prompt_refused')
    await setState({ state: 'locked' })
    await heading('Locked')
    expect(await alert()).toBe('')
    expect(faults).toHaveLength(1)
  })

  it('shows a gate that is mounted later at once', async () => {
    await open()
    await setState({ state: 'locked', account: 'ada' })
    await becomeReady()
    await heading('Locked')
    expect(await page.evaluate(() => (globalThis as InPage).controls.mountGate())).toEqual(['locked'])
  })

  it('takes over what a server drew, whatever the device knows by then', async () => {
    await open()
    await becomeReady()
    await heading('Sign in')
    const hydrated = await page.evaluate(() =>
      (globalThis as InPage).controls.hydrate({ state: 'registered', account: 'ada' }),
    )
    expect(hydrated).toEqual({
      drawn: 'signedOut, starting',
      text: 'registered, locked',
      amiss: [],
    })
  })

  it('draws again when something changed, and only then', async () => {
    await open()
    const { drawn } = await counts()
    await setState({ reason: 'revoked' })
    await expect.poll(() => page.getByRole('status').textContent()).toBe('revoked')
    expect((await counts()).drawn).toBeGreaterThan(drawn)
  })

  it.each(['dom', 'native'] as const)(
    'covers what is hidden and keeps what was typed (%s)',
    async (cover) => {
      await open(cover)
      await setState({ state: 'unlocked', account: 'ada', acr: 'W' })
      await page.getByRole('textbox').fill('half a sentence')
      expect(await page.getByText('Covered').count()).toBe(0)
      await hide('hidden')
      await page.getByText('Covered').waitFor()
      expect(await page.getByRole('textbox').count()).toBe(0)
      await hide('visible')
      await expect.poll(() => page.getByText('Covered').count()).toBe(0)
      expect(await page.getByRole('textbox').inputValue()).toBe('half a sentence')
    },
  )

  function hide(state: DocumentVisibilityState): Promise<unknown> {
    return page.evaluate((visibilityState) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibilityState })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  }
})

const html = '<!doctype html><body><script type="module" src="/page.js"></script>'

/** The page as a bundler makes it for development, where StrictMode mounts twice; react-native-web is React Native. */
async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('page.tsx', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    alias: { 'react-native': 'react-native-web' },
    conditions: ['keybound-source'],
    define: { 'process.env.NODE_ENV': '"development"' },
  })
  return result.outputFiles[0]?.text ?? ''
}
