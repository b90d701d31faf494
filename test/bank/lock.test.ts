import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../support/browser.ts'
import { type BankPage, soon } from './bank-page.ts'
import { useBankWorld } from './bank-world.ts'

describe.skipIf(chromiumPath === undefined)('the lock of the bank', { timeout: 600_000 }, () => {
  const world = useBankWorld()

  /** With a key, a session of it, and a clock that the test can move. */
  async function opened(username: string): Promise<BankPage> {
    const bank = await world.open({ prepare: (page) => page.addInitScript(makeClockMovable) })
    await bank.turnOn(username)
    await bank.press('Lock')
    await bank.press('Unlock')
    await bank.at('Balance')
    return bank
  }

  test('by its button: what was shown is gone from the page', async () => {
    const bank = await opened('ada')
    await bank.page.getByText('Northwind Payroll').waitFor()
    await bank.press('Lock')
    await bank.at('Locked')
    expect(await bank.page.content()).not.toContain('Northwind Payroll')
    expect(await bank.page.content()).not.toMatch(/KB\d\d-/)
  })

  test('by time: five minutes without a touch lock, a touch puts it off', async () => {
    const bank = await opened('ada')
    await moveClock(bank, 270)
    await bank.page.keyboard.press('Shift')
    await moveClock(bank, 270)
    await bank.at('Balance')
    await moveClock(bank, 31)
    await bank.at('Locked')
    expect(await bank.page.content()).not.toContain('Northwind Payroll')
  })

  test('in the background: covered at once, still open after a moment, locked after half a minute', async () => {
    const bank = await opened('grace')
    const { page } = bank
    const balance = page.getByRole('heading', { name: 'Balance' })
    const prompts = await bank.prompts()
    await bank.hide()
    await page.getByTestId('keybound-cover').waitFor()
    // For nobody: neither seen nor read out.
    await expect.poll(() => balance.count(), soon).toBe(0)
    // Well under the half minute, which goes on running while the machine is busy with something else.
    await moveClock(bank, 10)
    await bank.show()
    await balance.waitFor()
    expect(await page.getByTestId('keybound-cover').count()).toBe(0)
    expect(await bank.prompts()).toBe(prompts)

    await bank.hide()
    await moveClock(bank, 31)
    await bank.page
      .getByRole('heading', { name: 'Locked', includeHidden: true })
      .waitFor({ state: 'attached' })
    expect(await page.content()).not.toContain('Northwind Payroll')
    // Back in front, the app asks at once.
    await bank.show()
    await expect.poll(bank.prompts, soon).toBe(prompts + 1)
  })

  test('a payment under review is gone when it locks, and nothing was paid', async () => {
    const bank = await opened('grace')
    await bank.authenticator.setPresent(false)
    await bank.review({ to: 'Slow Payee', amount: '1' })
    await bank.press('Confirm with biometrics')
    await expect
      .poll(() => bank.button('Confirm with biometrics').getAttribute('aria-busy'), soon)
      .toBe('true')
    await moveClock(bank, 301)
    await bank.at('Locked')
    await bank.authenticator.setPresent(true)
    await bank.press('Use password')
    await bank.signIn('grace')
    await bank.at('Balance')
    await bank.page.getByText('Northwind Payroll').waitFor()
    expect(await bank.movements('Slow Payee')).toBe(0)
  })

  test('the password opens from the locked view and from the sign-in, while a prompt is open too', async () => {
    const bank = await opened('ada')
    await bank.press('Lock')
    await bank.authenticator.setPresent(false)
    const prompts = await bank.prompts()
    await bank.press('Unlock')
    await expect.poll(bank.prompts, soon).toBe(prompts + 1)
    await bank.press('Use password')
    await bank.signIn('ada')
    await bank.at('Balance')
    await bank.press('Lock')
    await bank.at('Locked')
    await bank.press('Use password')
    await bank.press('Sign in with biometrics')
    await expect.poll(bank.prompts, soon).toBe(prompts + 2)
    await bank.signIn('ada')
    await bank.at('Balance')
  })

  test('a session of the password alone ends at the lock: it has nowhere to wait', async () => {
    const bank = await world.open()
    await bank.decline('grace')
    await bank.press('Lock')
    await bank.box('Username').waitFor()
    expect(await bank.page.content()).not.toContain('Northwind Payroll')
    await bank.page.reload()
    await bank.box('Username').waitFor()
  })
})

/** Time goes by in the page, in seconds; the server's goes on as it did. */
function moveClock({ page }: BankPage, seconds: number): Promise<void> {
  return page.evaluate(
    (milliseconds) => (globalThis as unknown as MovableClock).moveClock(milliseconds),
    seconds * 1000,
  )
}

interface MovableClock {
  moveClock(milliseconds: number): void
}

/** In the page: the monotonic clock and the long timers can be moved on. */
function makeClockMovable(): void {
  const [start, now] = [setTimeout, performance.now.bind(performance)]
  const waiting = new Set<{ readonly due: number; readonly run: () => void }>()
  let moved = 0
  performance.now = () => now() + moved
  const setMovable = (work: () => void, milliseconds = 0) => {
    if (milliseconds < 1000) return start(work, milliseconds)
    const timer = {
      due: performance.now() + milliseconds,
      run() {
        if (waiting.delete(timer)) work()
      },
    }
    waiting.add(timer)
    return start(timer.run, milliseconds)
  }
  Object.assign(globalThis, {
    setTimeout: setMovable,
    moveClock(milliseconds: number) {
      moved += milliseconds
      for (const timer of [...waiting]) if (timer.due <= performance.now()) timer.run()
    },
  })
}
