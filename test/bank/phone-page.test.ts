import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults, layoutFaults, structureFaults } from '../bank-looks/page-checks.ts'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'

describe.skipIf(chromiumPath === undefined)('the phone page, in Chromium', { timeout: 600_000 }, () => {
  let data: string
  let server: HelloServer
  let browser: Browser
  let page: Page
  let app: FrameLocator

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'keybound-phone-'))
    server = await startHello(data, await freePort(), {}, 'bank')
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(20_000)
    await page.goto(`${server.address}/phone`)
    app = page.frameLocator('#app')
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const hand = (name: string) => page.getByRole('button', { name, exact: true })
  const inApp = (name: string) => app.getByRole('button', { name, exact: true })
  const box = (name: string) => app.getByRole('textbox', { name, exact: true })
  const at = (heading: string) => app.getByRole('heading', { name: heading, exact: true }).waitFor()
  const told = (what: string) => page.locator('#story').getByText(what).first().waitFor()
  const prompt = () => page.locator('#prompt')
  const prompted = () => prompt().waitFor({ state: 'visible' })

  /** Answers the prompt that comes up. */
  async function touch() {
    await prompted()
    await hand('Touch: enrolled finger').click()
  }

  async function signIn() {
    await box('Username').fill('ada')
    await app.getByLabel('Password').fill(demoPassword)
    await inApp('Sign in').click()
  }

  /** Waits until the app says that something is wrong, and answers its words. */
  async function alert() {
    const alert = app.getByRole('alert').filter({ hasText: /./ })
    await alert.waitFor()
    return alert.textContent()
  }

  /** A new phone on which biometrics are turned on, with a sealed session: the app unlocks. */
  async function setUp(model: string) {
    await page.getByRole('radio', { name: model, exact: true }).check()
    await signIn()
    await inApp('Turn on biometrics').click()
    await touch()
    await at('Balance')
    await hand('Restart phone').click()
    await touch()
    await at('Balance')
  }

  async function lock() {
    await inApp('Lock').click()
    await at('Locked')
  }

  describe.each([
    {
      model: 'Android',
      attested: 'Made a key that cannot leave it, with certificates that say so.',
      refused: 'No signature, nothing opened.',
      said: /^The key did not follow the touch/,
      dead: 'The key is gone: a finger or the screen lock changed.',
    },
    {
      model: 'iPhone',
      attested: 'Attested, with certificates, which app this is',
      refused: 'Refused: the fingers that the key was made for did not open it.',
      // iOS has the one number for this and for fingers that changed.
      said: /^The key of this device no longer opens/,
      dead: 'Refused: the fingers that the key was made for did not open it.',
    },
  ])('on the $model', ({ model, attested, refused, said, dead }) => {
    test('a touch registers an attested key; a forced success opens nothing; a touch opens', async () => {
      await setUp(model)
      await told(attested)
      await lock()
      await hand('Hook: force success').click()
      await inApp('Unlock').click()
      expect(await alert()).toMatch(said)
      await told(refused)
      expect(await app.getByRole('heading', { name: 'Balance' }).count()).toBe(0)

      await inApp('Unlock').click()
      await prompted()
      await hand("Touch: stranger's finger").click()
      await hand('Touch: enrolled finger').click()
      await at('Balance')
      await told('Used the key once.')
      // The secure world is no part of the page, and of an earlier phone nothing is left.
      expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual(['/phone-worker.js'])
    })

    test('a payment is signed as the prompt says it, and its receipt is genuine', async () => {
      await inApp('Send money').click()
      await box('To').fill('Green Energy')
      await box('Amount').fill('7')
      await inApp('Review').click()
      await at('Approve this payment')
      await inApp('Confirm with biometrics').click()
      await prompted()
      expect(await prompt().textContent()).toContain('Green Energy')
      await hand('Touch: enrolled finger').click()
      await at('Payment sent')
      await told('the signature over exactly what was shown')
      await inApp('Verify receipt').click()
      await app.getByText(/^Genuine: approved on/).waitFor()
      await inApp('Done').click()
      await at('Balance')
    })

    test('in the background a prompt ends, and the next one opens', async () => {
      await lock()
      await inApp('Unlock').click()
      await prompted()
      await hand('Send to background').click()
      await prompt().waitFor({ state: 'hidden' })
      await page.getByText('The app is in the background.').waitFor()
      await hand('Bring to front').click()
      expect(await alert()).toMatch(/^The phone closed the prompt/)
      await inApp('Unlock').click()
      await touch()
      await at('Balance')
    })

    test('a new finger ends the key; the password leads to a new one', async () => {
      await lock()
      await hand('Enrol a new finger').click()
      await inApp('Unlock').click()
      expect(await alert()).toMatch(/^The key of this device no longer opens/)
      await told(dead)
      await inApp('Use password').click()
      await signIn()
      await app.getByText(/^The old key of this device no longer opens/).waitFor()
      await inApp('Turn on biometrics').click()
      await touch()
      await at('Balance')
    })

    test('storage is noise to who reads it, and on another phone it opens nothing', async () => {
      await hand('Read app storage').click()
      await told('ciphertext')
      await hand('Restore backup on another phone').click()
      await box('Username').or(inApp('Use password')).first().waitFor()
      expect(await app.getByRole('heading', { name: 'Balance' }).count()).toBe(0)
    })
  })

  test.each([
    [1440, 900],
    [390, 844],
  ])('at %i × %i everything fits, can be hit and read, in both themes', async (width, height) => {
    const other = await browser.newPage({ viewport: { width, height } })
    await other.goto(`${server.address}/phone`)
    await other.getByRole('button', { name: 'Read app storage' }).click()
    await other.locator('#story').getByText('ciphertext').first().waitFor()
    const bank = other.frameLocator('#app')
    await bank.getByRole('textbox', { name: 'Username' }).fill('grace')
    await bank.getByLabel('Password').fill(demoPassword)
    await bank.getByRole('button', { name: 'Sign in', exact: true }).click()
    await bank.getByRole('button', { name: 'Turn on biometrics' }).click()
    await other.getByRole('button', { name: 'Cancel prompt' }).waitFor()
    const devtools = await other.context().newCDPSession(other)
    for (const colorScheme of ['light', 'dark'] as const) {
      await other.emulateMedia({ colorScheme })
      expect([...(await accessibilityFaults(devtools)), ...(await layoutFaults(other))]).toEqual([])
    }
    expect(await structureFaults(other, 'en')).toEqual([])
    await other.close()
  })

  test('a rooted Android phone gets no key taken, with a reason', async () => {
    await page.getByRole('radio', { name: 'Android', exact: true }).check()
    await hand('Root phone').click()
    await signIn()
    await inApp('Turn on biometrics').click()
    await touch()
    expect(await alert()).toMatch(/^The system of this phone was changed, so the bank takes no key of it/)
    await told('Refused three public keys')
  })
})
