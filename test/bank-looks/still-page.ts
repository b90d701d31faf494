import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { addAuthenticator, type VirtualAuthenticator, watchConsole } from '../support/browser.ts'

/** A page of the bank that looks alike whenever and wherever it is drawn, on a device with a finger sensor. */
export interface StillPage {
  readonly context: BrowserContext
  readonly page: Page
  readonly devtools: CDPSession
  readonly authenticator: VirtualAuthenticator
  /** What it wrote to its console. */
  readonly console: readonly string[]
}

/** A window: its size in CSS pixels, and the system's appearance. */
export interface View {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly theme: 'light' | 'dark'
}

const sizes = [
  { size: 'phone', width: 390, height: 844 },
  { size: 'wide', width: 1440, height: 900 },
] as const

/** Both sizes in both themes. */
export const views: readonly View[] = sizes.flatMap(({ size, width, height }) =>
  (['light', 'dark'] as const).map((theme) => ({ name: `${size}-${theme}`, width, height, theme })),
)

/** Opens the bank in a context of its own: nothing moves by itself, and its dates are of a day in November. */
export async function openStillPage(browser: Browser, address: string, locale: string): Promise<StillPage> {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 1,
    locale,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const written = watchConsole(page)
  const authenticator = await addAuthenticator(context, page)
  const devtools = await context.newCDPSession(page)
  await page.addInitScript(stopClocks)
  await page.addInitScript(watchShifts)
  await page.goto(address)
  return { context, page, devtools, authenticator, console: written }
}

/**
 * Every date that the page writes is moved so that now is a fixed one, in whole hours, so that a slow run shows the same.
 * The page itself and its server keep the true time.
 */
function stopClocks(): void {
  const hour = 3_600_000
  const now = Date.now()
  const shown = Date.UTC(2026, 10, 24, 14, 5)
  const { prototype } = Intl.DateTimeFormat
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get
  Object.defineProperty(prototype, 'format', {
    get(this: Intl.DateTimeFormat) {
      const write = format?.call(this) as (date: number) => string
      return (date: number) => write(shown + Math.round((date - now) / hour) * hour)
    },
  })
}

/** What the page moves by itself, as Chromium counts it (Layout Instability), is kept in `layoutShifts`. */
function watchShifts(): void {
  const shifts: object[] = []
  Object.assign(window, { layoutShifts: shifts })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) shifts.push(entry)
  }).observe({ type: 'layout-shift', buffered: true })
}

/**
 * Forgets what moved until now: the test moved it, or the user wanted it moved. What is in the page already and not yet drawn
 * is drawn first, because Chromium tells of a shift only after the frame that shows it.
 */
export async function forgetShifts(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    await frame()
    await frame()
    await new Promise((done) => requestIdleCallback(done, { timeout: 500 }))
    const { layoutShifts } = window as unknown as { layoutShifts: object[] }
    layoutShifts.splice(0)
  })
}

/** Gives the page a window, and waits until it has drawn itself anew. What is longer gets a window as high as it is. */
export async function show(page: Page, { width, height, theme }: View): Promise<void> {
  await page.mouse.move(0, 0)
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await drawn(page, theme)
  const needed = await page.evaluate(() =>
    Math.max(...[...document.querySelectorAll('#root *')].map(({ scrollHeight }) => scrollHeight)),
  )
  if (needed <= height) return
  await page.setViewportSize({ width, height: needed })
  await drawn(page, theme)
}

/** Waits until the page has drawn what was asked for and has nothing more to do, however busy the machine is. */
async function drawn(page: Page, theme: View['theme']): Promise<void> {
  await page.evaluate(async (theme) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const idle = () => new Promise((done) => requestIdleCallback(done, { timeout: 500 }))
    // The page's own colours come at once, those of the app when it heard of the change: words are light on dark.
    const hasTheme = () => {
      const words = document.querySelector('[role=heading]')
      const [red = '0'] = words
        ? (getComputedStyle(words).color.match(/\d+/) ?? [])
        : [theme === 'dark' ? '255' : '0']
      return Number(red) > 128 === (theme === 'dark')
    }
    for (let tries = 0, before = ''; tries < 100; tries++) {
      await frame()
      await idle()
      const now = document.body.innerHTML
      if (now === before && hasTheme()) break
      before = now
    }
    await frame()
  }, theme)
}

/** Numbers of accounts are drawn by lot with each new server: every digit of them becomes the same. */
export async function hideNumbers(page: Page): Promise<void> {
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      const text = node.nodeValue ?? ''
      const hidden = text.replace(/\b(KB|XX)(-?\d){2,}[-\d]*/g, (number) => number.replace(/\d/g, '0'))
      if (hidden !== text) node.nodeValue = hidden
    }
  })
}

/** The page as it is, as a PNG. Taken by the debugger, as Playwright's own adds a style that the bank's policy refuses. */
export async function capture(devtools: CDPSession): Promise<Buffer> {
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'png', optimizeForSpeed: true })
  return Buffer.from(data, 'base64')
}
