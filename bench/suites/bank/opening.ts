import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import type { Cost } from '../../harness/interleave.ts'

/** How many times slower the processor is made than the machine's. */
export const slowedBy = 4

/** A browser with a processor four times as slow, in which somebody clicks on a link. */
export interface SlowBrowser {
  /**
   * Clicks on a link to a page and waits until `shown` is on it. `wall` is the time from the click to the first text or
   * picture that is painted, as the browser reports it; `cpu` the work of the page's main thread until then and a little
   * after, with the pauses by which Chromium slows it.
   */
  readonly open: (address: string, shown: string) => Promise<Cost>
  readonly close: () => Promise<void>
}

/** @param keep whether the browser keeps what it loaded, as on every visit after the first */
export async function openSlowBrowser(browser: Browser, keep: boolean): Promise<SlowBrowser> {
  let kept: BrowserContext | undefined
  return {
    async open(address, shown) {
      const context = kept ?? (await browser.newContext({ viewport: { width: 390, height: 844 } }))
      if (keep) kept = context
      const page = await context.newPage()
      try {
        return await clickAndPaint(page, await context.newCDPSession(page), address, shown)
      } finally {
        await page.close()
        if (!keep) await context.close()
      }
    },
    close: async () => kept?.close(),
  }
}

async function clickAndPaint(
  page: Page,
  devtools: CDPSession,
  address: string,
  shown: string,
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
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowedBy })
  await page.getByRole('link').click()
  await page.getByText(shown, { exact: true }).first().waitFor()
  const wall = await page.evaluate(async () => {
    const painted = await new Promise<number>((resolve) => {
      new PerformanceObserver((list) => {
        const first = list.getEntriesByName('first-contentful-paint')[0]
        if (first) resolve(first.startTime)
      }).observe({ type: 'paint', buffered: true })
    })
    return performance.timeOrigin + painted - Number(sessionStorage.getItem('clicked'))
  })
  const { metrics } = await devtools.send('Performance.getMetrics')
  const work = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  return { cpu: work * 1e6, wall: wall * 1000 }
}
