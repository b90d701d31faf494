import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { demoPassword } from '../support/server.ts'
import { type BankPage, failedRequests, requestsOf, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

const unreachable = 'The bank cannot be reached. Check your connection and try again.'
const notRecognised = 'The prompt was cancelled or did not recognise you. Try again.'

describe.skipIf(chromiumPath === undefined)('what the bank refuses', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  /** A window in which the user has a key, a session of it, and the home screen. */
  async function opened(username: string): Promise<BankPage> {
    const bank = await world.open()
    await bank.turnOn(username)
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
    return bank
  }

  test('whom the sensor does not recognise: nothing opens, nothing is paid, no password stands in', async () => {
    const bank = await opened('grace')
    await bank.review({ to: 'Green Energy', amount: '1.00' })
    await bank.button('Confirm with biometrics').waitFor()
    expect(await bank.button('Use password').count()).toBe(0)
    await bank.authenticator.setUserVerified(false)
    await bank.press('Confirm with biometrics')
    expect(await bank.alert()).toBe(notRecognised)
    expect(await bank.page.getByLabel('Password').count()).toBe(0)
    await bank.press('Cancel')
    await bank.at('Balance')
    expect(await bank.movements('Green Energy')).toBe(0)
    await bank.press('Lock')
    await bank.press('Unlock')
    expect(await bank.alert()).toBe(notRecognised)
    await bank.press('Use password')
    await bank.press('Sign in with biometrics')
    expect(await bank.alert()).toBe(notRecognised)
    await bank.signIn('grace')
    await bank.at('Balance')
  })

  test('a wrong password, in words that do not say which of the two is wrong', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await bank.signIn('ada', 'wrong wrong wrong wrong')
    const sentence = await bank.alert()
    expect(sentence).toBe('User name or password is not right. Try again.')
    await bank.signIn('nobody', 'wrong wrong wrong wrong')
    expect(await bank.alert()).toBe(sentence)
    await bank.signIn('ada')
    await bank.button('Not now').waitFor()
  })

  test('an authenticator that is gone: told at once, and the password opens', async () => {
    const bank = await opened('grace')
    await bank.review({ to: 'Green Energy', amount: '1.00' })
    await bank.button('Confirm with biometrics').waitFor()
    await bank.authenticator.remove()
    await bank.press('Confirm with biometrics')
    expect(await bank.alert()).toMatch(/^No fingerprint, face or PIN is set up/)
    await bank.press('Cancel')
    await bank.press('Lock')
    await bank.press('Unlock')
    expect(await bank.alert()).toMatch(/^No fingerprint, face or PIN is set up/)
    await bank.press('Use password')
    await bank.signIn('grace')
    await bank.at('Balance')
  })

  test('a device whose clock is wrong: told, with what to do', async () => {
    const bank = await opened('grace')
    await bank.press('Lock')
    await bank.page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 600_000
    })
    bank.expectMessages(failedRequests)
    await bank.press('Unlock')
    expect(await bank.alert()).toBe('The clock of this device is wrong. Set it, then try again.')
  })

  test('without any authenticator nothing is offered, and the settings say why', async () => {
    const bank = await world.open()
    await bank.authenticator.remove()
    await bank.signIn('ada')
    await bank.at('Balance')
    await bank.press('Settings')
    await bank.page.getByText(/^No fingerprint, face or PIN is set up/).waitFor()
  })

  test('a key that was removed elsewhere: one sentence, the password, a new key', async () => {
    const bank = await opened('ada')
    await bank.press('Lock')
    await bank.at('Locked')
    await removeKeysElsewhere(world.server.address, 'ada')
    await bank.press('Unlock')
    const sentence = await bank.alert()
    expect(sentence).toMatch(/^The key of this device was removed.*\. Sign in with your password/)
    await bank.turnOn('ada')
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
  })

  test('a key that the authenticator lost: the prompt ends, the password opens and leads to a new key', async () => {
    const bank = await opened('ada')
    await bank.press('Lock')
    await bank.authenticator.forgetKeys()
    await bank.press('Unlock')
    await bank.alert()
    await bank.press('Use password')
    await bank.signIn('ada')
    await bank.at('Did the touch not work?')
    await bank.press('Make a new key')
    await bank.press('Turn on biometrics')
    await bank.at('Balance')
    expect(await bank.page.getByRole('heading', { name: 'Did the touch not work?' }).count()).toBe(0)
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
  })

  test.each([
    ['that gives another key for the vault', 'wrongPrf'],
    ['that gives none any more', 'noPrf'],
  ] as const)('an authenticator %s: one sentence, the password, a new key', async (_, trick) => {
    const bank = await opened('ada')
    await bank.page.addInitScript(spoilPrf, trick)
    await bank.page.reload()
    expect(await bank.alert()).toBe(
      'The key of this device no longer opens. Sign in with your password, then turn biometrics on again.',
    )
    expect(await bank.page.getByRole('heading', { name: 'Balance' }).count()).toBe(0)
    await bank.press('Use password')
    await bank.signIn('ada')
    await bank.page.getByText(/^The old key of this device no longer opens/).waitFor()
    await bank.page.evaluate(() => sessionStorage.setItem('mended', 'yes'))
    await bank.press('Turn on biometrics')
    await bank.at('Balance')
    await bank.page.reload()
    await bank.at('Balance')
  })

  test('more than a key may pay or a new payee gets, a payment to oneself: told at the review, without a touch', async () => {
    const bank = await opened('ada')
    const { page } = bank
    bank.expectMessages(failedRequests)
    const prompts = await bank.prompts()
    await bank.review({ to: 'Green Energy', amount: '100.01' })
    expect(await bank.alert()).toMatch(
      /^This is more than the key may pay now\. .* at most €100 at a time and €300 a day, .* €500 and €1,000\.$/,
    )
    await bank.box('Amount').fill('1,000,000')
    await bank.press('Review')
    await page.getByText('Enter an amount such as 12.50.').waitFor()
    await bank.box('Amount').fill('1000000')
    await bank.press('Review')
    await page.getByText(/^Your balance does not cover this amount/).waitFor()
    await bank.box('Amount').fill('5')
    await bank.box('Reference').fill('Lunch \u202e 0001')
    await bank.press('Review')
    await page
      .getByText(/holds a hidden character, or letters of two alphabets in one word, and cannot be signed/)
      .waitFor()
    await bank.box('Reference').fill('')
    await bank.box('To').fill('Ada Lovelace')
    await bank.press('Review')
    await page.getByText('This is your own account. Enter somebody else.').waitFor()
    await bank.box('To').fill('  ')
    await bank.press('Review')
    await page.getByText('Enter who gets the money.').waitFor()
    await bank.press('Cancel')
    await bank.at('Balance')
    expect(await bank.prompts()).toBe(prompts)
  })

  test.each(['request', 'answer'] as const)(
    'the network cut at sign-in and registration: the %s is lost',
    async (what) => {
      const bank = await world.open()
      bank.expectMessages(failedRequests)
      await bank.cut(requestsOf['sign-in'], what)
      await bank.signIn('grace')
      expect(await bank.alert()).toBe(unreachable)
      await bank.mend()
      await bank.press('Sign in')
      await bank.button('Turn on biometrics').waitFor()
      await bank.cut(requestsOf.registration, what)
      await bank.press('Turn on biometrics')
      expect(await bank.alert()).toBe(unreachable)
      await bank.mend()
      await bank.press('Turn on biometrics')
      await bank.at('Balance')
      // Asked for the outcome, without a second touch; and one key.
      expect(await bank.prompts()).toBe(1)
      expect(await bank.authenticator.credentialIds()).toHaveLength(1)
    },
  )

  test.each(['request', 'answer'] as const)(
    'the network cut at unlock, review and confirm: the %s is lost',
    async (what) => {
      const bank = await opened('ada')
      bank.expectMessages(failedRequests)
      await bank.press('Lock')
      for (const step of ['**/v1/authentication/options', '**/v1/token']) {
        await bank.cut(step, what)
        await bank.press('Unlock')
        expect(await bank.alert()).toBe(unreachable)
        await bank.mend()
      }
      await bank.press('Unlock')
      await bank.at('Balance')
      await expect.poll(bank.balance, soon).toBeGreaterThan(0)
      const [balance, to] = [await bank.balance(), `Cut ${what}`]
      await bank.cut(requestsOf.review, what)
      await bank.review({ to, amount: '3' })
      expect(await bank.alert()).toBe(unreachable)
      await bank.mend()
      await bank.press('Review')
      await bank.button('Confirm with biometrics').waitFor()
      const prompts = await bank.prompts()
      await bank.cut(requestsOf.confirm, what)
      await bank.press('Confirm with biometrics')
      expect(await bank.alert()).toBe(unreachable)
      await bank.mend()
      await bank.press('Confirm with biometrics')
      await bank.at('Payment sent')
      // One touch, one payment.
      expect(await bank.prompts()).toBe(prompts + 1)
      await bank.press('Done')
      await expect.poll(bank.balance, soon).toBe(balance - 300)
      expect(await bank.movements(to)).toBe(1)
    },
  )

  test('the network cut while the app is open: told, and mended by itself or by a press', async () => {
    const bank = await opened('grace')
    bank.expectMessages(failedRequests)
    await bank.context.setOffline(true)
    await bank.press('Settings')
    expect(await bank.alert()).toBe(unreachable)
    await bank.press('Back')
    await bank.press('Lock')
    await bank.at('Locked')
    await bank.press('Unlock')
    expect(await bank.alert()).toBe(unreachable)
    await bank.context.setOffline(false)
    await bank.press('Unlock')
    await bank.at('Balance')
  })
})

/** What somebody does who knows the password, on another device. */
async function removeKeysElsewhere(address: string, username: string): Promise<void> {
  const send = async <T>(method: string, path: string, token?: string, body?: object) => {
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    return (await (await fetch(`${address}/v1/${path}`, init)).json().catch(() => undefined)) as T
  }
  const body = { username, password: demoPassword }
  const { session } = await send<{ session: { token: string } }>('POST', 'sessions/password', undefined, body)
  const { credentials } = await send<{ credentials: { id: string }[] }>('GET', 'credentials', session.token)
  for (const { id } of credentials) await send('DELETE', `credentials/${id}`, session.token)
  await send('DELETE', 'session', session.token)
}

/** In the page: until it is mended, the PRF gives other bytes, or none. */
function spoilPrf(trick: 'wrongPrf' | 'noPrf'): void {
  const { prototype } = PublicKeyCredential
  const original = prototype.getClientExtensionResults
  prototype.getClientExtensionResults = function results(this: PublicKeyCredential) {
    const all = original.call(this)
    const first = all.prf?.results?.first
    if (!first || sessionStorage.getItem('mended')) return all
    if (trick === 'noPrf') return { ...all, prf: {} }
    const other = new Uint8Array(new Uint8Array(first as ArrayBuffer)).map((byte) => byte ^ 1)
    return { ...all, prf: { results: { ...all.prf?.results, first: other.buffer } } }
  }
}
