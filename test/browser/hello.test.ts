import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { type HelloPage, openHello } from './hello-page.ts'
import { freePort, type HelloServer, startHello } from './hello-server.ts'

describe.skipIf(chromiumPath === undefined)('the hello example in Chromium', () => {
  const data = mkdtempSync(join(tmpdir(), 'keybound-hello-'))
  let browser: Browser
  let server: HelloServer
  let port: number
  let hello: HelloPage

  beforeAll(async () => {
    port = await freePort()
    ;[browser, server] = await Promise.all([launchBrowser(), startHello(data, port)])
  })
  afterAll(async () => {
    await browser?.close()
    expect(await server?.stop()).toBe(0)
    rmSync(data, { recursive: true })
  })
  afterEach(() => hello.close())

  const open = async (prepare?: () => void) => {
    hello = await openHello(browser, server.address, prepare)
    return hello
  }

  async function turnOn(username: string): Promise<void> {
    await hello.signInWithPassword(username)
    await hello.expectSignedIn(username)
    await hello.press('Turn on biometrics')
    await hello.page.getByRole('button', { name: 'Turn off biometrics' }).waitFor()
  }

  async function registered(username: string, prepare?: () => void): Promise<HelloPage> {
    await open(prepare)
    await turnOn(username)
    await hello.press('Sign out')
    await hello.expectSignedOut()
    return hello
  }

  it('signs in by password, turns biometrics on, signs in with them, turns them off', async () => {
    await open()
    await turnOn('ada')
    expect(await hello.prompts()).toBe(1)
    expect(await hello.authenticator.credentialIds()).toHaveLength(1)
    await hello.press('Sign out')
    await hello.expectSignedOut()

    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
    expect(await hello.prompts()).toBe(2)

    await hello.press('Turn off biometrics')
    await hello.page.getByRole('button', { name: 'Turn on biometrics' }).waitFor()
    expect(await hello.prompts()).toBe(2)
    await hello.press('Sign out')
    await hello.expectSignedOut()
    // Chromium was told that the key is of no use any more.
    await expect.poll(() => hello.authenticator.credentialIds()).toEqual([])
  })

  it('works alike where the browser has no JSON helpers of its own', async () => {
    await registered('grace', () => {
      for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON']) {
        Reflect.deleteProperty(PublicKeyCredential, name)
      }
      Reflect.deleteProperty(PublicKeyCredential.prototype, 'toJSON')
    })
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('grace')
  })

  it('can be used by its names and by keyboard, moves the focus, and never shifts', async () => {
    await open()
    const { page } = hello
    const box = () => page.locator('main').boundingBox()
    const before = await box()
    await page.getByRole('textbox', { name: 'Username' }).focus()
    await page.keyboard.type('ada')
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong wrong wrong wrong')
    await page.keyboard.press('Enter')
    expect(await hello.alert()).toMatch(/password/)
    expect(await box()).toEqual(before)
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery staple')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await hello.expectSignedIn('ada')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Signed in')
    expect(await page.getByRole('alert').count()).toBe(0)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Turn off biometrics' }).waitFor()
    expect(await box()).toEqual(before)
    expect(await page.getByRole('button').allTextContents()).toEqual([
      'Send 5.00 EUR to Grace',
      'Turn off biometrics',
      'Sign out',
    ])
    await hello.press('Sign out')
    await hello.expectSignedOut()
    expect(await page.getByRole('button').allTextContents()).toEqual(['Sign in', 'Sign in with biometrics'])
    expect(await page.getByRole('textbox', { name: 'Password' }).inputValue()).toBe('')
    expect(await box()).toEqual(before)
    expect(await layoutShift(hello)).toBe(0)
  })

  it('lets nobody in whom the sensor does not recognise, and the password still works', async () => {
    await registered('ada')
    await hello.authenticator.setUserVerified(false)
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/try again, or sign in with the password/)
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    await hello.press('Turn off biometrics')
    await hello.press('Turn on biometrics')
    expect(await hello.alert()).toMatch(/try again, or sign in with the password/)
    await hello.authenticator.setUserVerified(true)
    await hello.press('Turn on biometrics')
    await hello.page.getByRole('button', { name: 'Turn off biometrics' }).waitFor()
  })

  it('refuses at once and says why when the authenticator is gone, and the password still works', async () => {
    await registered('ada')
    await hello.authenticator.remove()
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/set one up .* or sign in with the password/)
    await hello.signInWithPassword('grace')
    await hello.expectSignedIn('grace')
    await hello.press('Turn on biometrics')
    expect(await hello.alert()).toMatch(/set one up .* or sign in with the password/)
    expect(await hello.prompts()).toBe(1)
  })

  it('remembers after a reload who registered, and nothing of the session', async () => {
    await open()
    await turnOn('ada')
    await hello.page.reload()
    await hello.expectSignedOut()
    await expect.poll(() => hello.page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('ada')
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
    expect(await hello.prompts()).toBe(1)
  })

  it('keeps two accounts of one device apart', async () => {
    await registered('ada')
    await turnOn('grace')
    await hello.press('Sign out')
    await hello.expectSignedOut()
    const username = hello.page.getByRole('textbox', { name: 'Username' })
    expect(await username.inputValue()).toBe('grace')
    for (const name of ['ada', 'grace', 'ada']) {
      await username.fill(name)
      await hello.press('Sign in with biometrics')
      await hello.expectSignedIn(name)
      if (name === 'grace') {
        await hello.press('Turn off biometrics')
        // Signing out at once would cancel it.
        await hello.page.getByRole('button', { name: 'Turn on biometrics' }).waitFor()
      }
      await hello.press('Sign out')
      await hello.expectSignedOut()
    }
    await username.fill('grace')
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/not turned on for this account/)
    // Nobody named and one record left: that account.
    await username.fill('')
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('signs in on a device that lost its records, because the authenticator knows', async () => {
    await registered('ada')
    await hello.page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('keybound').onsuccess = resolve
        }),
    )
    await hello.page.reload()
    await hello.press('Sign in with biometrics')
    await hello.page.getByRole('heading', { name: 'Signed in' }).waitFor()
  })

  it('says so when the server is gone, and goes on when it is back with its data', async () => {
    await registered('ada')
    expect(await server.stop()).toBe(0)
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await hello.signInWithPassword('ada')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    server = await startHello(data, port)
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('turns on once although the connection broke before and after the server had it', async () => {
    await open()
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    // The first request never arrives; of the second, and then of all, the answer is lost.
    let sent = 0
    await hello.page.route('**/v1/registration', async (route) => {
      if (++sent > 1) await route.fetch()
      await route.abort('connectionreset')
    })
    await hello.press('Turn on biometrics')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    expect(sent).toBe(2)
    await hello.page.unroute('**/v1/registration')
    await hello.press('Turn on biometrics')
    await hello.page.getByRole('button', { name: 'Turn off biometrics' }).waitFor()
    expect(await hello.prompts()).toBe(1)
    await hello.press('Sign out')
    await hello.expectSignedOut()
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('opens one prompt at a time, and the password closes one that is open', async () => {
    await registered('ada')
    await hello.authenticator.setPresent(false)
    await hello.press('Sign in with biometrics')
    await expect.poll(hello.prompts).toBe(2)
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/Another prompt is open/)
    expect(await hello.prompts()).toBe(2)
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    expect(await hello.page.getByRole('alert').count()).toBe(0)
    // The closed prompt left nothing behind: the next one opens.
    await hello.press('Sign out')
    await hello.authenticator.setPresent(true)
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('signs out without network, and leaves no token in any storage of the page', async () => {
    await open()
    const tokens: string[] = []
    hello.page.on('response', async (response) => {
      if (!response.url().endsWith('/v1/sessions/password') || !response.ok()) return
      const { session, registrationGrant } = await response.json()
      tokens.push(session.token, registrationGrant.token)
    })
    await turnOn('ada')
    await hello.context.setOffline(true)
    await hello.press('Sign out')
    await hello.expectSignedOut()
    await expect.poll(() => tokens.length).toBe(2)
    const stored = await everythingStored(hello)
    expect(stored).toContain('ada')
    for (const secret of [...tokens, 'correct horse']) expect(stored).not.toContain(secret)
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await hello.context.setOffline(false)
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('says what to do when the key was revoked elsewhere, without a prompt', async () => {
    await registered('ada')
    const [id] = await hello.authenticator.credentialIds()
    const elsewhere = await fetch(`${server.address}/v1/sessions/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
    })
    const { session } = (await elsewhere.json()) as { session: { token: string } }
    await fetch(`${server.address}/v1/credentials/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${session.token}` },
    })
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/turned off elsewhere/)
    expect(await hello.prompts()).toBe(1)
    await turnOn('ada')
  })

  it('makes no key that the browser would not let it remember', async () => {
    await open(() => {
      indexedDB.open = () => {
        throw new DOMException('The user denied permission to access the database.', 'SecurityError')
      }
    })
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    await hello.press('Turn on biometrics')
    expect(await hello.alert()).toMatch(/does not let the site store anything/)
    expect(await hello.prompts()).toBe(0)
    expect(await hello.authenticator.credentialIds()).toEqual([])
  })

  it('runs no script but its own', async () => {
    await open()
    const response = await hello.page.goto(server.address)
    const policy = response?.headers()['content-security-policy'] ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'sha256-")
    expect(policy).not.toContain('unsafe')
    expect(await hello.page.locator('script:not([src])').count()).toBe(0)
  })
})

/** The sum of all layout shifts that no input explains (Layout Instability, W3C). */
function layoutShift({ page }: HelloPage): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const entries = list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]
          resolve(entries.reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0))
        }).observe({ type: 'layout-shift', buffered: true })
        // Without any shift the observer is never called.
        setTimeout(() => resolve(0), 200)
      }),
  )
}

/** Everything a page can store, as text. */
function everythingStored({ page }: HelloPage): Promise<string> {
  return page.evaluate(async () => {
    const stored: unknown[] = [
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      await caches.keys(),
    ]
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => resolve(request.result)
      })
      for (const store of database.objectStoreNames) {
        for (const read of ['getAllKeys', 'getAll'] as const) {
          const request = database.transaction(store).objectStore(store)[read]()
          stored.push(
            await new Promise((resolve) => {
              request.onsuccess = () => resolve(request.result)
            }),
          )
        }
      }
      database.close()
    }
    return JSON.stringify(stored)
  })
}
