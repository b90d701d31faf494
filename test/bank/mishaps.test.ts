import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'
import { failedRequests, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

const strange = 'The bank answered something unexpected. Try again later.'

describe.skipIf(chromiumPath === undefined)('mishaps in the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  test('a sign-in without name or password says what is missing, and one too long that it cannot be', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    const missing = 'Enter your user name and your password.'
    await bank.at('Sign in')
    expect(await bank.page.getByRole('alert').count()).toBe(0)
    await bank.press('Sign in')
    expect(await bank.alert()).toBe(missing)
    await bank.signIn('  ', 'some password')
    expect(await bank.alert()).toBe(missing)
    await bank.signIn('a'.repeat(5_000))
    await bank.page.getByText('The bank cannot take what was entered. Check it and try again.').waitFor()
    await bank.signIn('ada')
    await bank.button('Not now').waitFor()
  })

  test.each([
    ['a page of a proxy', { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }],
    ['an answer cut in two', { status: 200, contentType: 'application/json', body: '{"id":"AAAA' }],
    ['nothing', { status: 200, body: '' }],
  ])('%s in place of the bank’s answer: told on every screen, and mended by a press', async (_, answer) => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await bank.turnOn('grace')
    const failing = async (path: string, work: () => Promise<void>) => {
      await bank.page.route(path, (route) => route.fulfill(answer))
      await work()
      expect(await bank.alert()).toBe(strange)
      await bank.page.unrouteAll()
    }
    await failing('**/api/account', async () => {
      await bank.page.reload()
      await bank.at('Balance')
    })
    await bank.press('Try again')
    await bank.page.getByText('Northwind Payroll').waitFor()
    await failing('**/api/payments', () => bank.review({ to: 'Green Energy', amount: '1' }))
    await bank.press('Review')
    await bank.press('Confirm with biometrics')
    await bank.at('Payment sent')
    await failing('**/v1/receipts/keys', () => bank.press('Verify receipt'))
    await bank.press('Done')
    await failing('**/v1/credentials', () => bank.press('Settings'))
    await bank.press('Back')
    await bank.at('Balance')
  })

  test('opened at another address than its own it says so', async () => {
    const page = await world.browser.newPage()
    await page.goto(world.server.address.replace('localhost', '127.0.0.1'))
    await page.getByRole('textbox', { name: 'Username' }).fill('ada')
    await page.getByLabel('Password').fill(demoPassword)
    await page.keyboard.press('Enter')
    await page.getByText('The bank does not work at this address. Open the one that it told you.').waitFor()
    await page.close()
  })

  test('a device that lost its records and knows nobody by name: the key signs in, and the lock has words', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
    const devtools = await bank.context.newCDPSession(bank.page)
    const here = { origin: world.server.address, storageTypes: 'all' }
    await devtools.send('Storage.clearDataForOrigin', here)
    await bank.page.reload()
    await bank.press('Sign in with biometrics')
    await bank.at('Balance')
    await bank.press('Lock')
    await bank.page.getByText('Welcome back. One touch opens your account.').waitFor()
    await bank.press('Unlock')
    await bank.at('Balance')
  })

  test('enlarged to twice its size on a phone, in long words: every button is on the screen', async () => {
    const bank = await world.open({ locale: 'de-DE', viewport: { width: 195, height: 422 } })
    await bank.box('Benutzername').fill('grace')
    await bank.page.getByLabel('Passwort').fill(demoPassword)
    await bank.page.keyboard.press('Enter')
    await bank.press('Nicht jetzt')
    await bank.at('Kontostand')
    const ends = async (name: string) => {
      const { x = 0, width = Number.NaN } = (await bank.button(name).boundingBox()) ?? {}
      return x + width
    }
    for (const name of ['Einstellungen', 'Sperren', 'Geld überweisen'])
      expect(await ends(name)).toBeLessThanOrEqual(195)
  })

  test('a limit that is met before the bank told of any is told without its amounts', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await bank.turnOn('ada')
    await bank.page.route('**/api/account', (route) => route.abort())
    await bank.page.reload()
    await bank.at('Balance')
    await bank.review({ to: 'Green Energy', amount: '500' })
    expect(await bank.alert()).toMatch(
      /^This is more than this key may approve now, and nothing happened\. Send less/,
    )
  })

  test('what is no payment is refused by the bank’s own path, whatever it is, and what has no end is not read', async () => {
    const { address } = world.server
    const json = { 'content-type': 'application/json' }
    const body = JSON.stringify({ username: 'grace', password: demoPassword })
    const signedIn = await fetch(`${address}/v1/sessions/password`, { method: 'POST', headers: json, body })
    const { session } = (await signedIn.json()) as { readonly session: { readonly token: string } }
    const headers = { ...json, authorization: `Bearer ${session.token}` }
    const pay = async (body: RequestInit['body'] & {}) => {
      const init = { method: 'POST', headers, body, duplex: 'half' } as const
      const response = await fetch(`${address}/api/payments`, init)
      return [response.status, ((await response.json()) as { readonly refused?: string }).refused]
    }
    const payment = { to: 'Green Energy', minor: 100, reference: '', language: 'en', operationId: 'one' }
    const strange = [
      '',
      '{',
      'null',
      '[]',
      '"x"',
      '7',
      '{"to":null}',
      JSON.stringify({ ...payment, minor: '1' }),
    ]
    for (const text of strange) expect([text, ...(await pay(text))]).toEqual([text, 422, 'text'])
    const long = JSON.stringify({ ...payment, more: 'x'.repeat(20_000) })
    expect(await pay(long)).toEqual([422, 'text'])
    expect(await pay(new Blob([JSON.stringify(payment)]).stream())).toEqual([422, 'text'])
    expect(await pay(JSON.stringify(payment))).toEqual([201, undefined])
  })

  test('a fault of the app itself: a sentence and a way on, not an empty page', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    bank.expectMessages(/^error: TypeError: /)
    await bank.page.route('**/api/account', (route) => route.fulfill({ json: {} }))
    await bank.page.reload()
    expect(await bank.alert()).toMatch(/^The app made a mistake and stopped\. .* Open it again\.$/)
    await bank.page.unrouteAll()
    await bank.press('Open again')
    await bank.at('Balance')
    await bank.page.getByText('Northwind Payroll').waitFor()
  })

  test('a password’s session that was ended elsewhere says so, and a lock or sign-out does not', async () => {
    const [here, there] = [await world.open(), await world.open()]
    for (const bank of [here, there]) await bank.decline('grace')
    await there.press('Settings')
    await there.press('Sign out everywhere')
    await there.box('Username').waitFor()
    expect(await there.page.getByRole('alert').count()).toBe(0)
    here.expectMessages(failedRequests)
    await here.press('Settings')
    expect(await here.alert()).toBe('You were signed out. Sign in again.')
    await here.decline('grace')
    await here.press('Lock')
    await here.box('Username').waitFor()
    expect(await here.page.getByRole('alert').count()).toBe(0)
  })

  test('the last key removed in a session of the password: gone from this device too', async () => {
    const bank = await world.open()
    await bank.turnOn('ada')
    await bank.press('Settings')
    const keys = bank.button('Remove')
    await keys.first().waitFor()
    // Of other tests there may be some.
    for (let left = await keys.count(); left > 0; left--) {
      await keys.first().click()
      await expect.poll(() => keys.count(), soon).toBe(left - 1)
    }
    await bank.button('Turn on biometrics').waitFor()
    await expect.poll(bank.authenticator.credentialIds, soon).toEqual([])
    // The sign-in was good for one key.
    bank.expectMessages(failedRequests)
    await bank.press('Turn on biometrics')
    expect(await bank.alert()).toMatch(/^Sign out and in with the password to turn biometrics on/)
    await bank.press('Sign out')
    await bank.turnOn('ada')
  })

  test('a payment that a proxy changed: shown as it came, refused with what to do, and nothing moved', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await bank.turnOn('ada')
    const balance = await bank.balance()
    await bank.page.route('**/v1/transactions/*', async (route) => {
      const response = await route.fetch()
      await route.fulfill({
        response,
        body: (await response.text()).replaceAll('Honest Payee', 'Other Payee'),
      })
    })
    await bank.review({ to: 'Honest Payee', amount: '3' })
    await bank.page.getByText('Other Payee').waitFor()
    await bank.press('Confirm with biometrics')
    expect(await bank.alert()).toMatch(/^This payment was changed on its way to you, and nothing happened\./)
    await bank.page.unrouteAll()
    await bank.press('Cancel')
    await bank.page.reload()
    await expect.poll(bank.balance, soon).toBe(balance)
    expect(await bank.movements('Payee')).toBe(0)
  })

  test('a name is signed in one form, however it was typed; an amount is not cut down to another', async () => {
    const bank = await world.open()
    await bank.turnOn('grace')
    await bank.review({ to: 'Zoe\u0308  Green', amount: '1' })
    await bank.page.getByText('Zo\u00eb Green').waitFor()
    await bank.press('Cancel')
    await bank.review({ to: 'Green', amount: '000000001.509' })
    expect(await bank.alert()).toBe('Enter an amount such as 12.50.')
  })

  test('many payments that were thought over do not stand in the way of the next', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await bank.turnOn('ada')
    const { page } = bank
    for (let begun = 0; begun < 8; begun++) {
      await bank.review({ to: 'Green Energy', amount: `1.${10 + begun}` })
      await bank.button('Confirm with biometrics').waitFor()
      await bank.press('Cancel')
    }
    await page.route('**/api/payments', (route) =>
      route.fulfill({ status: 409, json: { refused: 'transaction_open_limit_reached' } }),
    )
    await bank.review({ to: 'Green Energy', amount: '1' })
    expect(await bank.alert()).toBe(
      'Too many payments were begun and not confirmed. Try again in five minutes.',
    )
  })
})
