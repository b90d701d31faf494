import { describe, expect, it } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import type { HelloPage } from './hello-page.ts'
import { helloSuite } from './hello-suite.ts'

describe.skipIf(chromiumPath === undefined)('the hello example in Chromium', () => {
  const suite = helloSuite()

  it('signs in by password, turns biometrics on, signs in with them, turns them off', async () => {
    const hello = await suite.open()
    await hello.turnOn('ada')
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

  it('can be used by its names and by keyboard, moves the focus, and never shifts', async () => {
    const hello = await suite.open()
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
    const hello = await suite.registered('ada')
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
    const hello = await suite.registered('ada')
    await hello.authenticator.remove()
    await hello.press('Sign in with biometrics')
    expect(await hello.alert()).toMatch(/set one up .* or sign in with the password/)
    await hello.signInWithPassword('grace')
    await hello.expectSignedIn('grace')
    await hello.press('Turn on biometrics')
    expect(await hello.alert()).toMatch(/set one up .* or sign in with the password/)
    expect(await hello.prompts()).toBe(1)
  })

  it('runs no script but its own', async () => {
    const hello = await suite.open()
    const response = await hello.page.goto(suite.address())
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
