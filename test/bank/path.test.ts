import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { type BankPage, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

/** From the password to the unlocked app and out again; the receipt of its payment is verified. */
async function wholePath(bank: BankPage, username: string, to: string): Promise<void> {
  await bank.turnOn(username)
  const before = await bank.balance()
  await bank.review({ to, amount: '12.50', reference: 'Lunch' })
  await bank.page.getByText('Lunch').waitFor()
  // A session of the password pays nothing: the first touch signs in, the second signs the payment.
  await bank.press('Confirm with biometrics')
  await bank.at('Payment sent')
  await bank.press('Verify receipt')
  await bank.page.getByText(/^Genuine: approved on/).waitFor()
  await bank.press('Done')
  await expect.poll(bank.balance, soon).toBe(before - 1250)
  expect(await bank.movements(to)).toBe(1)

  await bank.press('Lock')
  await bank.at('Locked')
  await bank.press('Unlock')
  await bank.at('Balance')
  const prompts = await bank.prompts()
  await bank.pay({ to, amount: '7' })
  expect(await bank.prompts()).toBe(prompts + 1)

  await bank.page.reload()
  await bank.at('Balance')
  expect(await bank.prompts()).toBe(1)
  await expect.poll(bank.balance, soon).toBe(before - 1950)

  await bank.press('Settings')
  await bank.press('Turn off biometrics')
  await bank.page.getByText(/^Biometrics are off and the key of this device is gone/).waitFor()
  await expect.poll(bank.authenticator.credentialIds, soon).toEqual([])
  await bank.signIn(username)
  await bank.button('Not now').waitFor()
}

describe.skipIf(chromiumPath === undefined)('the path through the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  test('with PRF: password, turn on, pay, lock, unlock, reload, turn off, and no message on the console', async () => {
    await wholePath(await world.open(), 'ada', 'Green Energy')
  })

  test('without PRF, where nothing is sealed and a touch signs in', async () => {
    await wholePath(await world.open({ hasPrf: false }), 'grace', 'Green Energy')
  })

  test('on a wide screen and in German words', async () => {
    const bank = await world.open({ locale: 'de-DE', viewport: { width: 1440, height: 900 } })
    await bank.box('Benutzername').fill('ada')
    await bank.page.getByLabel('Passwort').fill('correct horse battery staple')
    await bank.press('Anmelden')
    await bank.press('Biometrie einschalten')
    await bank.at('Kontostand')
    await bank.press('Geld überweisen')
    await bank.box('Empfänger').fill('Hafenmeisterei')
    await bank.box('Betrag').fill('3,20')
    await bank.press('Überprüfen')
    // The statement that is signed is in the user's language too.
    await bank.at('Diese Zahlung freigeben')
    await bank.press('Mit Biometrie bestätigen')
    await bank.at('Überweisung ausgeführt')
    expect(await bank.page.evaluate(() => document.documentElement.lang)).toBe('de')
  })

  test('the offer can be declined and is found again in the settings; the server restarts in between', async () => {
    const bank = await world.open()
    await bank.decline('grace')
    expect(await bank.prompts()).toBe(0)
    await bank.press('Settings')
    await bank.button('Turn on biometrics').waitFor()
    await world.stopServer()
    await world.startServer()
    await bank.press('Turn on biometrics')
    await bank.button('Turn off biometrics').waitFor()
    await world.stopServer()
    await world.startServer()
    await bank.press('Back')
    await bank.pay({ to: 'Green Energy', amount: '1' })
    await bank.press('Done')
    await bank.press('Lock')
    await world.stopServer()
    await world.startServer()
    await bank.press('Unlock')
    await bank.at('Balance')
  })

  test('asks at once on opening, and shows only the button where the browser wants a press first', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
    await bank.page.addInitScript(() => {
      const { credentials } = navigator
      const get = credentials.get.bind(credentials)
      let isPressed = false
      addEventListener('pointerdown', () => {
        isPressed = true
      })
      credentials.get = (options) =>
        isPressed ? get(options) : Promise.reject(new DOMException('A press comes first.', 'NotAllowedError'))
    })
    await bank.page.reload()
    await bank.at('Locked')
    await bank.button('Unlock').waitFor()
    await expect.poll(() => bank.button('Unlock').getAttribute('aria-busy'), soon).not.toBe('true')
    expect(await bank.page.getByRole('alert').count()).toBe(0)
    await bank.press('Unlock')
    await bank.at('Balance')
  })

  test('two accounts on one device: each opens its own', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Settings')
    await bank.press('Sign out')
    await bank.turnOn('grace')
    await bank.page.getByText('Grace Hopper').first().waitFor()
    await bank.pay({ to: 'Green Energy', amount: '2' })
    await bank.press('Done')
    await bank.press('Lock')
    await bank.at('Locked')
    for (const [name, holder] of [
      ['ada', 'Ada Lovelace'],
      ['grace', 'Grace Hopper'],
    ] as const) {
      await bank.page.getByRole('radio', { name, exact: true }).click()
      await bank.page.getByText(new RegExp(`Welcome back, ${name}`)).waitFor()
      await bank.press('Unlock')
      await bank.page.getByText(holder).first().waitFor()
      await bank.press('Lock')
      await bank.at('Locked')
    }
    // From the sign-in, a typed name says whose key.
    await bank.press('Use password')
    await bank.box('Username').fill('ada')
    await bank.press('Sign in with biometrics')
    await bank.page.getByText('Ada Lovelace').first().waitFor()
  })

  test('by keyboard alone, with the focus on each heading, and nothing moves', async () => {
    const bank = await world.open()
    const { page } = bank
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    const key = page.keyboard
    /** Tabs until the button of that name has the focus. */
    const tabTo = async (name: string) => {
      for (let tabs = 0; tabs < 12 && (await focused()) !== name; tabs++) await key.press('Tab')
      expect(await focused()).toBe(name)
    }
    await bank.box('Username').waitFor()
    await key.press('Tab')
    await key.type('ada')
    await key.press('Tab')
    await key.type('correct horse battery staple')
    await key.press('Enter')
    await bank.at('One touch from now on')
    await expect.poll(focused, soon).toBe('One touch from now on')
    await tabTo('Turn on biometrics')
    await key.press('Enter')
    await bank.at('Balance')
    await expect.poll(focused, soon).toBe('Balance')
    await tabTo('Send money')
    await key.press('Space')
    await expect.poll(focused, soon).toBe('Send money')
    await key.press('Tab')
    await key.type('Green Energy')
    await key.press('Tab')
    await key.type('1.05')
    await key.press('Enter')
    await bank.button('Confirm with biometrics').waitFor()
    await tabTo('Confirm with biometrics')
    await key.press('Enter')
    await bank.at('Payment sent')
    await expect.poll(focused, soon).toBe('Payment sent')
    await tabTo('Done')
    await key.press('Enter')
    await expect.poll(focused, soon).toBe('Balance')
    await page.keyboard.press('Shift+Tab')
    await tabTo('Lock')
    await key.press('Enter')
    await expect.poll(focused, soon).toBe('Locked')
    await tabTo('Unlock')
    await key.press('Enter')
    await bank.at('Balance')
    expect(await layoutShift(bank)).toBe(0)
  })
})

/** The sum of all layout shifts that no input explains (Layout Instability, W3C). */
function layoutShift({ page }: BankPage): Promise<number> {
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
