import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { freePort, startHello } from '../browser/hello-server.ts'
import { chromiumPath } from '../support/browser.ts'
import { useBankWorld } from './bank-world.ts'

describe.skipIf(chromiumPath === undefined)('the start of the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  test('before its script runs: the mark, where the app then draws its own, and nothing to read out', async () => {
    const page = await world.browser.newPage({ viewport: { width: 390, height: 844 } })
    // The script never comes, as on a network that is too slow.
    await page.route('**/_expo/**', () => {})
    await page.goto(world.server.address, { waitUntil: 'commit' })
    const still = page.locator('.start svg')
    await still.waitFor()
    expect(await page.locator('body').ariaSnapshot()).toBe('')
    const before = await still.boundingBox()
    expect(before).toEqual({ x: 163, y: 390, width: 64, height: 64 })
    await page.close()

    const bank = await world.open()
    await bank.at('Sign in')
    expect(await bank.page.locator('.start').count()).toBe(0)
    await bank.hide()
    expect(await boxOfCover(bank.page)).toEqual(before)
  })

  test('tells of accounts that everybody knows the password of in a demo alone', async () => {
    const demo = await world.open()
    await demo.page.getByText('Demo: ada or grace, with the password').waitFor()
    const data = mkdtempSync(join(tmpdir(), 'keybound-bank-production-'))
    const environment = { KEYBOUND_DEMO: 'off', KEYBOUND_SECRET: 'of this test, and long enough' }
    const server = await startHello(data, await freePort(), environment, 'bank')
    const page = await world.browser.newPage()
    await page.goto(server.address)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.locator('body').textContent()).not.toMatch(/demo|ada|correct horse/i)
    await page.close()
    await server.stop()
    rmSync(data, { recursive: true })
  })

  test('nothing moves from the first paint to the form', async () => {
    const bank = await world.open({ prepare: (page) => page.addInitScript(watchShifts) })
    await bank.at('Sign in')
    await bank.box('Username').waitFor()
    const moved = await bank.page.evaluate(() => (globalThis as unknown as { moved: number }).moved)
    expect(moved).toBe(0)
  })
})

/** Where the app draws the mark: what it covers itself with is also what it starts with. */
function boxOfCover(page: Page) {
  return page.getByTestId('keybound-cover').locator('[aria-hidden="true"]').first().boundingBox()
}

/** Runs in the page: how much moved by itself, as Chromium counts it (Layout Instability). */
function watchShifts(): void {
  const here = Object.assign(globalThis, { moved: 0 })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) here.moved += (entry as PerformanceEntry & { value: number }).value
  }).observe({ type: 'layout-shift', buffered: true })
}
