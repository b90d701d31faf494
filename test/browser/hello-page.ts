import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { addAuthenticator, type VirtualAuthenticator, watchConsole } from '../support/browser.ts'

/** The password of the demo accounts, as the page shows it. */
export const password = 'correct horse battery staple'

/** The hello page in a browser of its own, used as a person does: by what its controls are called. */
export interface HelloPage {
  readonly context: BrowserContext
  readonly page: Page
  readonly authenticator: VirtualAuthenticator
  readonly press: (button: string) => Promise<void>
  readonly signInWithPassword: (username: string, typed?: string) => Promise<void>
  /** Waits until the page shows who is signed in. */
  readonly expectSignedIn: (username: string) => Promise<void>
  readonly expectSignedOut: () => Promise<void>
  /** Signs in with the password and turns biometrics on. */
  readonly turnOn: (username: string) => Promise<void>
  /** Waits for the alert and answers its text. */
  readonly alert: () => Promise<string>
  /** Prompts of the authenticator since the page was loaded. */
  readonly prompts: () => Promise<number>
  /** Asserts that the console stayed empty, and closes the browser window. */
  readonly close: () => Promise<void>
}

/** Opens the page with a platform authenticator. `prepare` runs in the page before its own script. */
export async function openHello(
  browser: Browser,
  address: string,
  prepare: () => void = () => {},
): Promise<HelloPage> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  await context.addInitScript(countPrompts)
  await context.addInitScript(prepare)
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const messages = watchConsole(page)
  const authenticator = await addAuthenticator(context, page)
  await page.goto(address)

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const hello: HelloPage = {
    context,
    page,
    authenticator,
    press: (name) => button(name).click(),
    async signInWithPassword(username, typed = password) {
      await page.getByRole('textbox', { name: 'Username' }).fill(username)
      await page.getByRole('textbox', { name: 'Password' }).fill(typed)
      await button('Sign in').click()
    },
    async expectSignedIn(username) {
      await page.getByRole('heading', { name: 'Signed in' }).waitFor()
      await page.getByRole('definition').filter({ hasText: username }).first().waitFor()
      await page.getByRole('definition').filter({ hasText: /EUR/ }).first().waitFor()
    },
    expectSignedOut: () => page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor(),
    async turnOn(username) {
      await hello.signInWithPassword(username)
      await hello.expectSignedIn(username)
      await button('Turn on biometrics').click()
      await button('Turn off biometrics').waitFor()
    },
    async alert() {
      const alert = page.getByRole('alert').filter({ hasText: /./ })
      await alert.waitFor()
      return (await alert.textContent()) ?? ''
    },
    prompts: () => page.evaluate(() => (globalThis as unknown as { prompts: number }).prompts),
    async close() {
      await context.close()
      expect(messages).toEqual([])
    },
  }
  return hello
}

function countPrompts(): void {
  const counted = globalThis as unknown as { prompts: number }
  counted.prompts = 0
  const { credentials } = navigator
  for (const ceremony of ['create', 'get'] as const) {
    const original = credentials[ceremony].bind(credentials)
    credentials[ceremony] = (options?: CredentialCreationOptions & CredentialRequestOptions) => {
      counted.prompts++
      return original(options)
    }
  }
}
