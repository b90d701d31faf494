import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { sample } from '../support/sample.ts'

type Conform = (
  platform: 'android' | 'ios',
  inWorker: readonly string[],
  only: readonly string[] | null,
) => Promise<readonly string[]>

const inWorker = ['S01', 'S03', 'I01', 'V01', 'P04']
/** What a browser's crypto and event loop could make different; larger samples take all. */
const chosen = ['K01', 'S02', 'N01', 'T01', 'P01', 'I09', 'V04', 'V05', 'V10', 'M01', 'M08', 'F01', 'A01']
const only = sample<readonly string[] | null>({ small: [...chosen, ...inWorker], large: null, full: null })

describe.skipIf(chromiumPath === undefined)('the virtual phone in Chromium', () => {
  let browser: Browser
  let page: Page
  let server: Server

  beforeAll(async () => {
    const scripts = new Map([
      ['/page.js', await bundle('./page/page.ts')],
      ['/worker.js', await bundle('../../packages/virtual-phone/src/worker/web-worker.ts')],
    ])
    server = createServer((request, response) => {
      const script = scripts.get(request.url ?? '')
      response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript')
      response.end(script ?? '<script type="module" src="/page.js"></script>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    browser = await launchBrowser()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(() => 'conform' in globalThis)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  test.for(['android', 'ios'] as const)(
    'conforms as %s, in the page and in a worker',
    { timeout: 120_000 },
    async (platform) => {
      const failed = await page.evaluate(
        ([kind, there, here]) => (globalThis as unknown as { conform: Conform }).conform(kind, there, here),
        [platform, inWorker, only] as const,
      )
      expect(failed).toEqual([])
    },
  )
})

/** For browsers, from the sources: nothing of Node may be in its graph. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['keybound-source'],
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
