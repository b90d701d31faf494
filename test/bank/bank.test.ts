import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import {
  addAuthenticator,
  chromiumPath,
  launchBrowser,
  type VirtualAuthenticator,
} from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(chromiumPath === undefined)('the bank, in Chromium', { timeout: 600_000 }, () => {
  let data: string
  let port: number
  let server: HelloServer
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let authenticator: VirtualAuthenticator
  let devtools: CDPSession
  let problems: string[]

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'keybound-bank-'))
    port = await freePort()
    server = await startHello(data, port, {}, 'bank')
    browser = await launchBrowser()
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  beforeEach(async () => {
    problems = []
    context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      // What the browser itself says of answers that ask for a nonce or a password.
      if (!message.text().startsWith('Failed to load resource')) problems.push(message.text())
    })
    devtools = await context.newCDPSession(page)
    authenticator = await addAuthenticator(context, page)
    await page.goto(server.address)
  })

  afterEach(async () => {
    await context.close()
    expect(problems).toEqual([])
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const heading = (name: string) => page.getByRole('heading', { name, exact: true })
  const alert = () => page.getByRole('alert')

  async function signIn(username: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Username' }).fill(username)
    await page.getByLabel('Password').fill(demoPassword)
    await button('Sign in').click()
  }

  async function turnOn(): Promise<void> {
    await button('Turn on biometrics').click()
    await heading('Balance').waitFor()
  }

  async function review(to: string, amount: string): Promise<void> {
    await button('Send money').click()
    await page.getByRole('textbox', { name: 'To' }).fill(to)
    await page.getByRole('textbox', { name: 'Amount' }).fill(amount)
    await page.getByRole('textbox', { name: 'Reference' }).fill('Lunch')
    await button('Review').click()
  }

  /** No violation of WCAG 2.2 AA that axe can find on the screen. */
  async function expectAccessible(): Promise<void> {
    // Through the debugger, because the page's policy lets no foreign script in.
    await devtools.send('Runtime.evaluate', { expression: axe })
    const expression = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`
    const { result } = await devtools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    expect(result.value).toEqual([])
  }

  test('password, turn on, pay, reload, lock, unlock, turn off; every screen accessible', async () => {
    await expectAccessible()
    await signIn('ada')
    await button('Not now').waitFor()
    await expectAccessible()
    await turnOn()
    await expectAccessible()
    await review('Grace Hopper', '12.50')
    await button('Confirm with biometrics').waitFor()
    await expectAccessible()
    expect(await button('Use password').count()).toBe(0)
    await button('Confirm with biometrics').click()
    await heading('Payment sent').waitFor()
    await expectAccessible()
    await page.reload()
    await heading('Balance').waitFor()
    await page.getByText('Grace Hopper').first().waitFor()
    await button('Lock').click()
    await heading('Locked').waitFor()
    await expectAccessible()
    await button('Unlock').click()
    await button('Settings').click()
    await heading('Devices').waitFor()
    await expectAccessible()
    await button('Turn off biometrics').click()
    await page.getByRole('textbox', { name: 'Username' }).waitFor()
    expect(await authenticator.credentialIds()).toEqual([])
  })

  test('a finger that is not recognised opens nothing and pays nothing; the password still opens', async () => {
    await signIn('grace')
    await turnOn()
    await review('Ada Lovelace', '1.00')
    await button('Confirm with biometrics').waitFor()
    await authenticator.setUserVerified(false)
    await button('Confirm with biometrics').click()
    await alert().filter({ hasText: /./ }).waitFor()
    expect(await heading('Payment sent').count()).toBe(0)
    await button('Cancel').click()
    await page.reload()
    await button('Use password').click()
    await signIn('grace')
    await heading('Balance').waitFor()
  })

  test('the offer can be declined and found again; the server may restart in between', async () => {
    await signIn('ada')
    await button('Not now').click()
    await heading('Balance').waitFor()
    await button('Settings').click()
    await button('Turn on biometrics').waitFor()
    await server.stop()
    server = await startHello(data, port, {}, 'bank')
    await button('Turn on biometrics').click()
    await button('Turn off biometrics').waitFor()
    await page.reload()
    await heading('Balance').waitFor()
  })

  test('more than the limit of a new key is refused in words, and nothing moves', async () => {
    await signIn('ada')
    await button('Not now').or(button('Send money')).first().waitFor()
    if (await button('Turn on biometrics').count()) await turnOn()
    await review('Grace Hopper', '2000')
    const refusal = alert().filter({ hasText: /./ }).first()
    const confirm = button('Confirm with biometrics')
    await confirm.or(refusal).first().waitFor()
    if (await confirm.isVisible()) await confirm.click()
    await refusal.waitFor()
    expect(await heading('Payment sent').count()).toBe(0)
  })
})
