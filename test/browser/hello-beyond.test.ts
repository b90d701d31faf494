import { describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import type { HelloPage } from './hello-page.ts'
import { helloSuite } from './hello-suite.ts'

describe.skipIf(chromiumPath === undefined)('the hello example in Chromium, beyond the first path', () => {
  const suite = helloSuite()

  it('works alike where the browser has no JSON helpers of its own', async () => {
    const hello = await suite.registered('grace', () => {
      for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON']) {
        Reflect.deleteProperty(PublicKeyCredential, name)
      }
      Reflect.deleteProperty(PublicKeyCredential.prototype, 'toJSON')
    })
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('grace')
  })

  it('takes keys of a password manager whose toJSON is the browser’s, which refuses its objects', async () => {
    const hello = await suite.registered('grace', keepKeysElsewhere)
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('grace')
  })

  it('remembers after a reload who registered, and nothing of the session', async () => {
    const hello = await suite.open()
    await hello.turnOn('ada')
    await hello.page.reload()
    await hello.expectSignedOut()
    await expect.poll(() => hello.page.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('ada')
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
    expect(await hello.prompts()).toBe(1)
  })

  it('keeps two accounts of one device apart', async () => {
    const hello = await suite.registered('ada')
    await hello.turnOn('grace')
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
    const hello = await suite.registered('ada')
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
    const hello = await suite.registered('ada')
    expect(await suite.stop()).toBe(0)
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await hello.signInWithPassword('ada')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await suite.start()
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  })

  it('says so when the server is gone while signed in, and signs out when the session ended there', async () => {
    const hello = await suite.open()
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    await hello.context.setOffline(true)
    await hello.press('Send 5.00 EUR to Grace')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await hello.context.setOffline(false)
    await hello.page.route('**/pay', (route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }))
    await hello.press('Send 5.00 EUR to Grace')
    expect(await hello.alert()).toMatch(/cannot be reached/)
    await hello.page.unrouteAll()
    await hello.page.route('**/pay', (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ended' } }),
    )
    await hello.press('Send 5.00 EUR to Grace')
    await hello.expectSignedOut()
    expect(await hello.alert()).toMatch(/Sign in first\.$/)
  })

  it('turns on once although the connection broke before and after the server had it', async () => {
    const hello = await suite.open()
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
    const hello = await suite.registered('ada')
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
    const hello = await suite.open()
    const tokens: string[] = []
    hello.page.on('response', async (response) => {
      if (!response.url().endsWith('/v1/sessions/password') || !response.ok()) return
      const { session, registrationGrant } = await response.json()
      tokens.push(session.token, registrationGrant.token)
    })
    await hello.turnOn('ada')
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
    const hello = await suite.registered('ada')
    const [id] = await hello.authenticator.credentialIds()
    const elsewhere = await fetch(`${suite.address()}/v1/sessions/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
    })
    const { session } = (await elsewhere.json()) as { session: { token: string } }
    await fetch(`${suite.address()}/v1/credentials/${id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${session.token}` },
    })
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/turned off elsewhere/)
    expect(await hello.prompts()).toBe(1)
    await hello.turnOn('ada')
  })

  it('makes no key that the browser would not let it remember', async () => {
    const hello = await suite.open(() => {
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
})

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

/** Answers like password managers: with objects of their own that only inherit from PublicKeyCredential. */
function keepKeysElsewhere(): void {
  const { credentials } = navigator
  const disguised = (credential: Credential | null) => {
    const { id, rawId, type, authenticatorAttachment, response } = credential as PublicKeyCredential
    const members = {
      id,
      rawId,
      type,
      authenticatorAttachment,
      response,
      getClientExtensionResults: () => ({}),
    }
    return Object.create(PublicKeyCredential.prototype, Object.getOwnPropertyDescriptors(members))
  }
  const manager = {
    create: async (options: CredentialCreationOptions) => disguised(await credentials.create(options)),
    get: async (options: CredentialRequestOptions) => disguised(await credentials.get(options)),
  }
  Object.defineProperty(navigator, 'credentials', { value: manager })
}
