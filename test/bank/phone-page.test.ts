import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
    page.setDefaultTimeout(60_000)
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
  const story = () => page.locator('#story')
  const prompted = () => page.locator('#prompt').waitFor({ state: 'visible' })

  test.each([
    [
      'Android',
      'Made a key that cannot leave it, with certificates that say so.',
      'No signature, nothing opened.',
    ],
    ['iPhone', 'Attested, with certificates, which app this is', 'Refused: the fingers'],
  ])(
    '%s: a touch registers an attested key; a forced success opens nothing; a touch opens',
    async (model, attested, refused) => {
      await page.getByRole('radio', { name: model, exact: true }).check()
      await app.getByRole('textbox', { name: 'Username' }).fill('ada')
      await app.getByLabel('Password').fill(demoPassword)
      await inApp('Sign in').click()
      await inApp('Turn on biometrics').click()
      await prompted()
      await story().getByText(attested).first().waitFor()
      await hand('Touch: enrolled finger').click()
      await app.getByRole('heading', { name: 'Balance' }).waitFor()

      // To seal a session of the key: the next start then unlocks.
      await hand('Restart phone').click()
      await prompted()
      await hand('Touch: enrolled finger').click()
      await app.getByRole('heading', { name: 'Balance' }).waitFor()

      await inApp('Lock').click()
      await app.getByRole('heading', { name: 'Locked' }).waitFor()
      await hand('Hook: force success').click()
      await inApp('Unlock').click()
      await app.getByRole('alert').filter({ hasText: /./ }).waitFor()
      await story().getByText(refused).first().waitFor()
      expect(await app.getByRole('heading', { name: 'Balance' }).count()).toBe(0)

      await inApp('Unlock').click()
      await prompted()
      await hand("Touch: stranger's finger").click()
      await hand('Touch: enrolled finger').click()
      await app.getByRole('heading', { name: 'Balance' }).waitFor()
      await story().getByText('Used the key once.').first().waitFor()
      // The secure world is no part of the page, and of an earlier phone nothing is left.
      expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual(['/phone-worker.js'])
    },
  )

  test('storage is noise to who reads it, and on another phone it opens nothing', async () => {
    await hand('Read app storage').click()
    await story().getByText('ciphertext').first().waitFor()
    await hand('Restore backup on another phone').click()
    await app.getByRole('textbox', { name: 'Username' }).or(inApp('Use password')).first().waitFor()
    expect(await app.getByRole('heading', { name: 'Balance' }).count()).toBe(0)
  })
})
