import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { addAuthenticator, type VirtualAuthenticator } from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'

/** What goes to the server at each step of the bank's flows. */
export const requestsOf = {
  'sign-in': '**/v1/sessions/password',
  registration: '**/v1/registration',
  unlock: '**/v1/{authentication/options,token}',
  review: '**/api/payments',
  confirm: '**/v1/transactions/*/approval',
} as const

/** The bank in a browser, used as a person does: by the names of its controls. */
export interface BankPage {
  readonly context: BrowserContext
  readonly page: Page
  readonly authenticator: VirtualAuthenticator
  readonly button: (name: string) => Locator
  readonly box: (name: string) => Locator
  readonly press: (name: string) => Promise<void>
  /** Waits for a heading. */
  readonly at: (heading: string) => Promise<void>
  /** Waits until something is wrong, and answers the sentence that says so. */
  readonly alert: () => Promise<string>
  readonly signIn: (username: string, password?: string) => Promise<void>
  /** From the sign-in to the open app: a key is made when it is offered. */
  readonly turnOn: (username: string) => Promise<void>
  readonly decline: (username: string) => Promise<void>
  /** Fills the form and asks for the review. */
  readonly review: (payment: Payment) => Promise<void>
  /** The whole payment, up to its receipt. */
  readonly pay: (payment: Payment) => Promise<void>
  /** The balance as it is shown, in minor units. */
  readonly balance: () => Promise<number>
  /** Movements that name this payee. */
  readonly movements: (name: string) => Promise<number>
  /** Cuts the network for such requests: they never arrive, or arrive and their answers are lost. */
  readonly cut: (requests: string, what?: 'request' | 'answer') => Promise<void>
  readonly mend: () => Promise<void>
  /** Prompts of the authenticator since the page was loaded. */
  readonly prompts: () => Promise<number>
  /** The page is hidden, as when another tab or app comes to the front, or shown again. */
  readonly hide: () => Promise<void>
  readonly show: () => Promise<void>
  /** Messages of the console that this test brings about: without it, none is expected. */
  readonly expectMessages: (pattern: RegExp) => void
  /** Closes the window; no message was left on the console that was not expected. */
  readonly close: () => Promise<void>
}

/** What is typed into the form. */
export interface Payment {
  readonly to: string
  readonly amount: string
  readonly reference?: string
}

/** How the bank is opened. */
export interface BankPageOptions {
  /** Whether the authenticator has the PRF, without which nothing can be sealed. Default true. */
  readonly hasPrf?: boolean
  readonly locale?: string
  readonly viewport?: { readonly width: number; readonly height: number }
  /** An open window with a profile of its own, in place of a new one. */
  readonly context?: BrowserContext
  /** Before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

/** For `expect.poll`: what a busy machine may take. */
export const soon = { timeout: 30_000 } as const

/** What Chromium notes of every request that failed or was refused, whatever the page does with it. */
export const failedRequests = /^error: Failed to load resource: /

/** Opens the bank in a window of its own. Without `browser` the options name the context. */
export async function openBank(
  browser: Browser | undefined,
  address: string,
  options: BankPageOptions = {},
): Promise<BankPage> {
  const { viewport = { width: 390, height: 844 }, locale = 'en-US', hasPrf = true } = options
  const context = options.context ?? (await browser?.newContext({ viewport, locale }))
  if (!context) throw new Error('Unexpected call without browser, expected one or a context.')
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const { expectMessages, expectNoOthers } = watch(page)
  await page.addInitScript(countPrompts)
  await options.prepare?.(page)
  const authenticator = await addAuthenticator(context, page, { hasPrf })
  await page.goto(address)
  const controls = controlsOf(page)
  return {
    context,
    page,
    authenticator,
    ...controls,
    ...flowsOf(page, controls),
    ...networkOf(page),
    prompts: () => page.evaluate(() => (globalThis as unknown as { prompts: number }).prompts),
    hide: () => page.evaluate(setVisibility, 'hidden' as const),
    show: () => page.evaluate(setVisibility, 'visible' as const),
    expectMessages,
    async close() {
      await context.close()
      expectNoOthers()
    },
  }
}

type Controls = Pick<BankPage, 'button' | 'box' | 'press' | 'at' | 'alert'>

function controlsOf(page: Page): Controls {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  return {
    button,
    // A password box has no role of its own.
    box: (name) =>
      name === 'Password' ? page.getByLabel(name) : page.getByRole('textbox', { name, exact: true }),
    press: (name) => button(name).click(),
    at: (heading) => page.getByRole('heading', { name: heading, exact: true }).waitFor(),
    async alert() {
      const alert = page.getByRole('alert').filter({ hasText: /./ })
      await alert.waitFor()
      return (await alert.textContent()) ?? ''
    },
  }
}

type Flows = 'signIn' | 'turnOn' | 'decline' | 'review' | 'pay' | 'balance' | 'movements'

function flowsOf(page: Page, { box, press, at }: Controls): Pick<BankPage, Flows> {
  const signIn = async (username: string, password = demoPassword) => {
    await box('Username').fill(username)
    await box('Password').fill(password)
    await press('Sign in')
  }
  const answerOffer = async (username: string, answer: string) => {
    await signIn(username)
    await press(answer)
    await at('Balance')
  }
  const review = async ({ to, amount, reference = '' }: Payment) => {
    await press('Send money')
    await box('To').fill(to)
    await box('Amount').fill(amount)
    await box('Reference').fill(reference)
    await press('Review')
  }
  const money = page.getByText(/^[€\d.,]+$/).first()
  return {
    signIn,
    turnOn: (username) => answerOffer(username, 'Turn on biometrics'),
    decline: (username) => answerOffer(username, 'Not now'),
    review,
    async pay(payment) {
      await review(payment)
      await press('Confirm with biometrics')
      await at('Payment sent')
    },
    balance: async () => Number((await money.textContent())?.replace(/[^\d]/g, '')),
    movements: (name) => page.getByRole('listitem').filter({ hasText: name }).count(),
  }
}

function networkOf(page: Page): Pick<BankPage, 'cut' | 'mend'> {
  return {
    async cut(requests, what = 'request') {
      await page.route(requests, async (route) => {
        if (what === 'answer') await route.fetch()
        await route.abort('connectionreset')
      })
    },
    mend: () => page.unrouteAll(),
  }
}

/** Collects what the page writes to its console and what it throws. */
function watch(page: Page) {
  const messages: string[] = []
  const expected: RegExp[] = []
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => messages.push(`pageerror: ${error.message}`))
  return {
    expectMessages: (pattern: RegExp) => void expected.push(pattern),
    expectNoOthers: () =>
      expect(messages.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([]),
  }
}

function setVisibility(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' })
  document.dispatchEvent(new Event('visibilitychange'))
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
