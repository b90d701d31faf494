import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import { launchBrowser } from '../support/browser.ts'
import { type BankPage, type BankPageOptions, openBank } from './bank-page.ts'

/** A bank with data of its own, and a browser. */
export interface BankWorld {
  readonly browser: Browser
  readonly server: HelloServer
  /** Opens the bank in a window of its own; closed after the test, when its console must be empty. */
  readonly open: (options?: BankPageOptions) => Promise<BankPage>
  readonly stopServer: () => Promise<void>
  /** At the same address, with the same data. */
  readonly startServer: () => Promise<void>
}

/** For the tests of a file: started before the first, ended after the last. Building the app anew takes a minute. */
export function useBankWorld(): BankWorld {
  const data = mkdtempSync(join(tmpdir(), 'keybound-bank-'))
  const world = { pages: [] as BankPage[], port: 0 }
  let browser: Browser
  let server: HelloServer
  const startServer = async () => {
    server = await startHello(data, world.port, {}, 'bank')
  }

  beforeAll(async () => {
    world.port = await freePort()
    await startServer()
    browser = await launchBrowser()
  }, 600_000)
  afterEach(async () => {
    for (const page of world.pages.splice(0)) await page.close()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  return {
    get browser() {
      return browser
    },
    get server() {
      return server
    },
    async open(options) {
      const page = await openBank(browser, server.address, options)
      world.pages.push(page)
      return page
    },
    async stopServer() {
      await server.stop()
    },
    startServer,
  }
}
