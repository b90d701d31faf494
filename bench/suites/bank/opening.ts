import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Cost } from '../../harness/interleave.ts'

/** How many times slower the processor is made than the machine's. */
export const slowedBy = 4

/** What stops the clock: the first text or picture that is painted, or a form that somebody can type into. */
export type Moment = 'paint' | 'form'

/** A browser with a processor four times as slow, in which somebody clicks on a link. */
export interface SlowBrowser {
  /**
   * Clicks on a link to a page and waits until `shown` is on it. `wall` is the time from the click to the moment: the first
   * text or picture as the browser reports it, or the end of the frame that draws the first text box, when the main thread
   * is free for what is typed; `cpu` the work of the page's main thread until `shown` is there and a little after, with the
   * pauses by which Chromium slows it.
   */
  readonly open: (address: string, shown: string, moment: Moment) => Promise<Cost>
  readonly close: () => Promise<void>
}

/** @param keep whether the browser keeps what it loaded, as on every visit after the first */
export async function openSlowBrowser(browser: Browser, keep: boolean): Promise<SlowBrowser> {
  let kept: BrowserContext | undefined
  return {
    async open(address, shown, moment) {
      const context = kept ?? (await browser.newContext({ viewport: { width: 390, height: 844 } }))
      if (keep) kept = context
      const page = await context.newPage()
      try {
        return await clickAndWait(page, await context.newCDPSession(page), { address, shown, moment })
      } finally {
        await page.close()
        if (!keep) await context.close()
      }
    },
    close: async () => kept?.close(),
  }
}

async function clickAndWait(
  page: Page,
  devtools: CDPSession,
  { address, shown, moment }: { readonly address: string; readonly shown: string; readonly moment: Moment },
): Promise<Cost> {
  const launch = new URL('/launch', address).href
  // A page of the same address, so that the moment of the click can be left where the next page finds it.
  await page.route(launch, (route) =>
    route.fulfill({ contentType: 'text/html', body: `<a href="${address}">Open</a>` }),
  )
  await page.goto(launch)
  await page.unroute(launch)
  await page.evaluate(() =>
    document.addEventListener('click', ({ timeStamp }) =>
      sessionStorage.setItem('clicked', String(performance.timeOrigin + timeStamp)),
    ),
  )
  if (moment === 'form') await page.addInitScript(watchForm)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  await page.getByRole('link').click()
  await page.getByText(shown, { exact: true }).first().waitFor()
  const reached = await page.evaluate(moment === 'paint' ? firstPaint : formUsable)
  const clicked = await page.evaluate(() => Number(sessionStorage.getItem('clicked')))
  const { metrics } = await devtools.send('Performance.getMetrics')
  const work = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  return { cpu: work * 1e6, wall: (reached - clicked) * 1000 }
}

// What follows runs in the page; times in milliseconds since the Unix epoch.

/** The first text or picture, as the browser reports it. */
async function firstPaint(): Promise<number> {
  const painted = await new Promise<number>((resolve) => {
    new PerformanceObserver((list) => {
      const first = list.getEntriesByName('first-contentful-paint')[0]
      if (first) resolve(first.startTime)
    }).observe({ type: 'paint', buffered: true })
  })
  return performance.timeOrigin + painted
}

interface FormWindow {
  formUsable?: Promise<number>
}

/** Before anything of the page: notes when the frame that draws its first text box is over and the main thread is free. */
function watchForm(): void {
  const here = globalThis as FormWindow
  here.formUsable = new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector('input') === null) return
      observer.disconnect()
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now())
        port2.postMessage('after this frame')
      })
    })
    observer.observe(document, { childList: true, subtree: true })
  })
}

async function formUsable(): Promise<number> {
  const usable = await (globalThis as FormWindow).formUsable
  if (usable === undefined)
    throw new Error('Unexpected page without the observer, expected watchForm to have run.')
  return usable
}
