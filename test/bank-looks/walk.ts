import type { Browser, Page } from 'playwright-core'
import { de } from '../../apps/bank/app/texts/de.ts'
import { en, type Texts } from '../../apps/bank/app/texts/en.ts'
import { demoPassword } from '../support/server.ts'
import { forgetShifts, openStillPage, type StillPage } from './still-page.ts'

/** The languages of the bank, by their names on the wire. */
export const languages: Readonly<Record<'en' | 'de', Texts>> = { en, de }

/** Called on every screen, once it is complete and before anything else happens. */
export type Visit = (screen: Screen, still: StillPage) => Promise<void>

/** Every screen of the bank and every face of it, in the order of the walk. */
export const screens = [
  'sign-in',
  'sign-in-refused',
  'offer',
  'home-without-key',
  'settings-without-key',
  'settings-by-password',
  'home',
  'send',
  'send-refused',
  'review',
  'sent',
  'sent-verified',
  'covered',
  'locked',
  'locked-refused',
  'locked-broken',
  'offer-again',
  'home-new-device',
  'settings',
  'home-empty',
  'home-unreachable',
  'sign-in-revoked',
  'locked-two-accounts',
  'review-refused',
] as const

export type Screen = (typeof screens)[number]

/** Goes through the whole bank as two people with two devices do, and shows every screen on the way. */
export async function walkThroughBank(
  browser: Browser,
  address: string,
  language: 'en' | 'de',
  visit: Visit,
): Promise<readonly string[]> {
  const first = await openStillPage(browser, address, language)
  const second = await openStillPage(browser, address, language)
  try {
    const walker = new Walker(first, languages[language], visit)
    const other = new Walker(second, languages[language], async () => {})
    await walker.enter()
    await walker.pay()
    await walker.lock()
    await walker.meet(other)
    await walker.loseConnection()
    await walker.loseKey(other)
    await walker.share()
    await walker.refusePayment()
    return [...first.console, ...second.console]
  } finally {
    await first.context.close()
    await second.context.close()
  }
}

/** One person's hand on one device. */
class Walker {
  readonly #still: StillPage
  readonly #page: Page
  readonly #texts: Texts
  readonly #visit: Visit

  constructor(still: StillPage, texts: Texts, visit: Visit) {
    this.#still = still
    this.#page = still.page
    this.#texts = texts
    this.#visit = visit
  }

  #button = (name: string) => this.#page.getByRole('button', { name, exact: true })
  #heading = (name: string) => this.#page.getByRole('heading', { name, exact: true })
  #box = (name: string) => this.#page.getByRole('textbox', { name, exact: true })
  #seen = (screen: Screen) => this.#visit(screen, this.#still)
  #refused = () => this.#page.getByRole('alert').filter({ hasText: /./ }).first().waitFor()

  async signIn(username: string): Promise<void> {
    await this.#box(this.#texts.username).fill(username)
    await this.#page.getByLabel(this.#texts.password, { exact: true }).fill(demoPassword)
    await this.#button(this.#texts.signIn).click()
  }

  async turnOn(): Promise<void> {
    await this.#button(this.#texts.turnOn).click()
    await this.#home()
  }

  async #home(): Promise<void> {
    await this.#heading(this.#texts.balance).waitFor()
    await this.#page.getByRole('listitem').first().waitFor()
  }

  async #settings(): Promise<void> {
    await this.#button(this.#texts.settings).click()
    await this.#page
      .getByText(this.#texts.devicesLead)
      .or(this.#page.getByText(this.#texts.noDevices))
      .waitFor()
    await this.#page.waitForLoadState('networkidle')
  }

  /** In with the password; the offer declined, found again in the settings. */
  async enter(): Promise<void> {
    const { offer, notNow, turnOn, turnOff, back } = this.#texts
    await this.#heading(this.#texts.signIn).waitFor()
    await this.#seen('sign-in')
    await this.signIn('nobody')
    await this.#refused()
    await this.#seen('sign-in-refused')
    await this.signIn('ada')
    await this.#heading(offer).waitFor()
    await this.#seen('offer')
    await this.#button(notNow).click()
    await this.#home()
    await this.#seen('home-without-key')
    await this.#settings()
    await this.#page.getByText(this.#texts.noDevices).waitFor()
    await this.#seen('settings-without-key')
    await this.#button(turnOn).click()
    await this.#button(turnOff).waitFor()
    await this.#page.getByText(this.#texts.thisDevice, { exact: true }).waitFor()
    // The list grew below the button that was pressed for it: nobody's hand or eye is led astray.
    await forgetShifts(this.#page)
    await this.#seen('settings-by-password')
    await this.#button(back).click()
    await this.#home()
    await this.#seen('home')
  }

  async pay(): Promise<void> {
    const { sendMoney, review, confirm, sent, verifyReceipt, done } = this.#texts
    await this.#button(sendMoney).click()
    await this.#heading(sendMoney).waitFor()
    await this.#seen('send')
    await this.#box(this.#texts.to).fill('Grace Hopper')
    await this.#box(this.#texts.amount).fill('twelve')
    await this.#button(review).click()
    await this.#refused()
    await this.#seen('send-refused')
    await this.#box(this.#texts.amount).fill('12.50')
    await this.#box(this.#texts.reference).fill('Lunch on Tuesday')
    await this.#button(review).click()
    await this.#button(confirm).waitFor()
    await this.#seen('review')
    await this.#button(confirm).click()
    await this.#heading(sent).waitFor()
    await this.#seen('sent')
    await this.#button(verifyReceipt).click()
    await this.#page
      .getByText(this.#texts.verified('').split(' ')[0] ?? '', { exact: false })
      .first()
      .waitFor()
    await this.#seen('sent-verified')
    await this.#button(done).click()
    await this.#home()
  }

  async lock(): Promise<void> {
    const { lock, locked, unlock, usePassword, offer } = this.#texts
    await this.#hide(true)
    await this.#seen('covered')
    await this.#hide(false)
    // The first touch after registering seals the session; only then is there something to unlock.
    await this.#page.reload()
    await this.#home()
    await this.#button(lock).click()
    await this.#heading(locked).waitFor()
    await this.#seen('locked')
    await this.#still.authenticator.setUserVerified(false)
    await this.#button(unlock).click()
    await this.#refused()
    await this.#seen('locked-refused')
    // The sensor is reset, which keeps the key and loses what it gives: the touch opens nothing any more.
    await this.#still.authenticator.setUserVerified(true)
    await this.#button(unlock).click()
    await this.#page.getByText(this.#texts.lockedLead('ada')).waitFor({ state: 'hidden' })
    await this.#refused()
    await this.#seen('locked-broken')
    await this.#button(usePassword).click()
    await this.signIn('ada')
    await this.#heading(offer).waitFor()
    await this.#seen('offer-again')
    await this.turnOn()
  }

  /** The page believes that it is out of sight, as in a tab behind another. */
  async #hide(hidden: boolean): Promise<void> {
    await this.#page.evaluate(
      (state) => {
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => state === 'hidden' })
        document.dispatchEvent(new Event('visibilitychange'))
      },
      hidden ? 'hidden' : 'visible',
    )
  }

  /** A second device gets a key of the account, and the first is told. */
  async meet(other: Walker): Promise<void> {
    await other.signIn('ada')
    await other.turnOn()
    await this.#page.reload()
    await this.#home()
    await this.#button(this.#texts.gotIt).first().waitFor()
    await this.#seen('home-new-device')
    await this.#settings()
    await this.#seen('settings')
    await this.#button(this.#texts.back).click()
    await this.#home()
  }

  /** An account in which nothing happened yet, and one that the bank cannot tell of. */
  async loseConnection(): Promise<void> {
    await this.#page.route('**/api/account', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), minor: 0, movements: [] } })
    })
    await this.#page.reload()
    await this.#page.getByText(this.#texts.noMovements).waitFor()
    await this.#seen('home-empty')
    await this.#page.unroute('**/api/account')
    await this.#page.route('**/api/account', (route) => route.abort())
    await this.#page.reload()
    await this.#refused()
    await this.#seen('home-unreachable')
    await this.#page.unroute('**/api/account')
  }

  /** The second device removes the key of the first. */
  async loseKey(other: Walker): Promise<void> {
    await other.removeOthers()
    await this.#page.reload()
    await this.#refused()
    await this.#seen('sign-in-revoked')
  }

  async removeOthers(): Promise<void> {
    await this.#settings()
    const own = this.#page.getByText(this.#texts.thisDevice, { exact: true })
    const { remove } = this.#texts
    const foreign = this.#page
      .getByRole('listitem')
      .filter({ has: this.#button(remove) })
      .filter({ hasNot: own })
    for (let left = await foreign.count(); left > 0; left--) {
      await foreign.first().getByRole('button').click()
      await foreign.nth(left - 1).waitFor({ state: 'detached' })
    }
  }

  /** Two people on one device. */
  async share(): Promise<void> {
    const { settings, signOut, lock, locked } = this.#texts
    await this.signIn('ada')
    await this.turnOn()
    await this.#button(settings).click()
    await this.#button(signOut).click()
    await this.signIn('grace')
    await this.turnOn()
    await this.#page.reload()
    await this.#home()
    await this.#button(lock).click()
    await this.#heading(locked).waitFor()
    await this.#seen('locked-two-accounts')
  }
  /** The sensor does not know the finger that touches it. */
  async refusePayment(): Promise<void> {
    const { unlock, sendMoney, review, confirm } = this.#texts
    await this.#button(unlock).click()
    await this.#home()
    await this.#button(sendMoney).click()
    await this.#box(this.#texts.to).fill('Ada Lovelace')
    await this.#box(this.#texts.amount).fill('1')
    await this.#button(review).click()
    await this.#button(confirm).waitFor()
    await this.#still.authenticator.setUserVerified(false)
    await this.#button(confirm).click()
    await this.#refused()
    await this.#seen('review-refused')
  }
}
