import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'
import { openStillPage, type StillPage } from './still-page.ts'

describe.skipIf(chromiumPath === undefined)('the bank without a mouse', { timeout: 300_000 }, () => {
  let data: string
  let server: HelloServer
  let browser: Browser
  let still: StillPage
  let page: Page

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'keybound-keyboard-'))
    server = await startHello(data, await freePort(), {}, 'bank')
    browser = await launchBrowser()
    still = await openStillPage(browser, server.address, 'en')
    page = still.page
  }, 600_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  /** What has the focus, as a screen reader names it; fails where a person could not see it. */
  async function focused(): Promise<string> {
    const { name, outline, offset } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement
      const role = element.getAttribute('role') ?? element.tagName.toLowerCase()
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      return {
        name: `${role} ${element.getAttribute('aria-label') ?? element.textContent ?? ''}`,
        outline: `${outlineStyle} ${outlineWidth} ${outlineColor}`,
        offset: box.top >= 0 && box.bottom <= innerHeight,
      }
    })
    expect(`${name}: ${outline}`).toMatch(/: solid 3px rgb\(15, 118, 110\)$/)
    expect(offset, `${name} lies in the window`).toBe(true)
    return name
  }

  /** Presses Tab as often as there are names, and gathers what got the focus. */
  async function tab(times: number): Promise<readonly string[]> {
    const names: string[] = []
    for (let press = 0; press < times; press++) {
      await page.keyboard.press('Tab')
      names.push(await focused())
    }
    return names
  }

  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 })
  const focusedHeading = () => page.evaluate(() => document.activeElement?.textContent)

  test('signs in, pays and locks by Tab, Enter and Space, in the order of reading', async () => {
    await heading('Sign in').waitFor()
    expect(await tab(4)).toEqual([
      'input Username',
      'input Password',
      'button Sign in',
      'button Sign in with biometrics',
    ])
    await page.getByRole('textbox', { name: 'Username' }).focus()
    await page.keyboard.type('ada')
    await page.keyboard.press('Tab')
    await page.keyboard.type(demoPassword)
    await page.keyboard.press('Enter')

    await heading('One touch from now on').waitFor()
    // The heading has the focus, so that it is read out and tabbing begins below it.
    expect(await focusedHeading()).toBe('One touch from now on')
    expect(await tab(2)).toEqual(['button Turn on biometrics', 'button Not now'])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')

    await heading('Balance').waitFor()
    expect(await focusedHeading()).toBe('Balance')
    expect(await tab(1)).toEqual(['button Send money'])
    await page.keyboard.press('Space')
    await heading('Send money').waitFor()
    expect(await tab(5)).toEqual([
      'input To',
      'input Amount',
      'input Reference',
      'button Review',
      'button Cancel',
    ])
    await page.getByRole('textbox', { name: 'To' }).focus()
    await page.keyboard.type('Grace Hopper')
    await page.keyboard.press('Tab')
    await page.keyboard.type('12.50')
    await page.keyboard.press('Enter')

    await heading('Approve this payment').waitFor()
    expect(await tab(2)).toEqual(['button Confirm with biometrics', 'button Cancel'])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await heading('Payment sent').waitFor()
    expect(await tab(3)).toEqual(['button Done', 'button Verify receipt', 'button Save receipt'])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')

    await heading('Balance').waitFor()
    await page.keyboard.press('Shift+Tab')
    expect(await focused()).toBe('button Lock')
    await page.keyboard.press('Enter')
    await heading('Locked').waitFor()
    expect(await focusedHeading()).toBe('Locked')
    expect(await tab(2)).toEqual(['button Unlock', 'button Use password'])
  })

  test('the language is chosen by the space bar, and the focus stays', async () => {
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await heading('Balance').waitFor()
    await page.getByRole('button', { name: 'Settings' }).press('Enter')
    const german = page.getByRole('radio', { name: 'Deutsch' })
    await german.press('Space')
    await heading('Einstellungen').waitFor()
    expect(await german.isChecked()).toBe(true)
    expect(await focused()).toBe('radio Deutsch')
    await page.getByRole('radio', { name: 'English' }).press('Space')
    await heading('Settings').waitFor()
    await page.getByRole('button', { name: 'Back' }).press('Enter')
    await page.getByRole('button', { name: 'Lock' }).press('Enter')
    await heading('Locked').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
  })

  test('a refusal is read out, and the focus stays where it was', async () => {
    await page.keyboard.press('Enter')
    await heading('Sign in').waitFor()
    const alert = page.getByRole('alert')
    await page.getByLabel('Password').focus()
    await page.keyboard.type('something else')
    await page.keyboard.press('Enter')
    await alert.filter({ hasText: 'User name or password is not right. Try again.' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Password')
  })

  test('nothing was written to the console', () => {
    expect(still.console).toEqual([])
  })
})
