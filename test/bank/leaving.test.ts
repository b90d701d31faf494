import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { type BankPage, failedRequests, requestsOf, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

describe.skipIf(chromiumPath === undefined)('leaving the screens of the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  test('the way back of the browser leads to the first screen, and not out of the bank', async () => {
    const bank = await world.open()
    await bank.turnOn('grace')
    const balance = bank.page.getByRole('heading', { name: 'Balance' })
    const screens: readonly (() => Promise<void>)[] = [
      () => bank.press('Settings'),
      () => bank.review({ to: 'Green Energy', amount: '1' }).then(() => bank.at('Approve this payment')),
      () => bank.pay({ to: 'Green Energy', amount: '1' }),
      () => bank.press('Send money'),
    ]
    for (const go of screens) {
      await go()
      await balance.waitFor({ state: 'detached' })
      await bank.page.goBack()
      await balance.waitFor()
    }
    // Left by its own button, a screen leads nobody back into it.
    await bank.press('Send money')
    await bank.press('Cancel')
    await bank.page.goBack()
    await balance.waitFor()
    expect(bank.page.url()).toBe(`${world.server.address}/`)
  })

  test('cancelled while the bank prepares it, a payment does not come back by itself', async () => {
    const bank = await world.open()
    await bank.turnOn('grace')
    let answered = () => {}
    const answer = new Promise<void>((resolve) => {
      answered = resolve
    })
    await bank.page.route('**/api/payments', async (route) => {
      await answer
      await route.continue()
    })
    await bank.review({ to: 'Slow Payee', amount: '1' })
    await bank.press('Cancel')
    await bank.at('Balance')
    const prepared = bank.page.waitForResponse('**/api/payments')
    answered()
    await (await prepared).finished()
    // Whatever the answer would have done is done before this one comes.
    await bank.press('Settings')
    await bank.at('Devices')
    await bank.press('Back')
    await bank.at('Balance')
    expect(await bank.button('Confirm with biometrics').count()).toBe(0)
  })

  test.each(['Cancel', 'the way back'])(
    '%s after the touch is too late, and the payment is told',
    async (way) => {
      const bank = await world.open()
      await bank.turnOn('grace')
      let sent = () => {}
      const approval = new Promise<void>((resolve) => {
        sent = resolve
      })
      let answered = () => {}
      const answer = new Promise<void>((resolve) => {
        answered = resolve
      })
      await bank.page.route(requestsOf.confirm, async (route) => {
        sent()
        await answer
        await route.continue()
      })
      await bank.review({ to: `Late ${way}`, amount: '1' })
      await bank.press('Confirm with biometrics')
      await approval
      const prompts = await bank.prompts()
      if (way === 'Cancel') await bank.press('Cancel')
      else await bank.page.goBack()
      await bank.at('Balance')
      answered()
      await bank.at('Payment sent')
      expect(await bank.prompts()).toBe(prompts)
      await bank.press('Done')
      await expect.poll(() => bank.movements(`Late ${way}`), soon).toBe(1)
    },
  )

  test('what became of a payment that was cancelled cannot be asked: told, and asked again by a press', async () => {
    const bank = await world.open()
    bank.expectMessages(failedRequests)
    await confirmUntouched(bank, 'Unknown Outcome')
    await bank.cut('**/v1/transactions/*')
    await bank.press('Cancel')
    expect(await bank.alert()).toBe('The bank cannot be reached. Check your connection and try again.')
    await bank.mend()
    await bank.press('Try again')
    await bank.page.getByText('Northwind Payroll').waitFor()
    expect(await bank.page.getByRole('alert').count()).toBe(0)
    expect(await bank.movements('Unknown Outcome')).toBe(0)
  })

  test('who leaves the settings leaves no prompt open that makes a key', async () => {
    const bank = await world.open()
    await bank.decline('grace')
    await bank.press('Settings')
    await bank.authenticator.setPresent(false)
    await bank.press('Turn on biometrics')
    await expect.poll(bank.prompts, soon).toBe(1)
    await bank.press('Back')
    await bank.at('Balance')
    await bank.authenticator.setPresent(true)
    await bank.press('Settings')
    await bank.button('Turn on biometrics').waitFor()
    expect(await bank.authenticator.credentialIds()).toEqual([])
    await bank.press('Turn on biometrics')
    await bank.button('Turn off biometrics').waitFor()
    expect(await bank.prompts()).toBe(2)
  })

  test('the way back closes an open prompt, as Cancel does', async () => {
    const bank = await world.open()
    await confirmUntouched(bank, 'Nobody')
    await bank.page.goBack()
    await bank.at('Balance')
    // A prompt that stayed open would refuse this one, or take its touch.
    await bank.authenticator.setPresent(true)
    await bank.pay({ to: 'Green Energy', amount: '1' })
    await bank.press('Done')
    await expect.poll(() => bank.movements('Green Energy'), soon).toBeGreaterThan(0)
    expect(await bank.movements('Nobody')).toBe(0)
  })
})

/** A new key, and a payment whose prompt is open and gets no touch. */
async function confirmUntouched(bank: BankPage, to: string): Promise<void> {
  await bank.turnOn('ada')
  await bank.authenticator.setPresent(false)
  await bank.review({ to, amount: '1' })
  const prompts = await bank.prompts()
  await bank.press('Confirm with biometrics')
  await expect.poll(bank.prompts, soon).toBe(prompts + 1)
}
