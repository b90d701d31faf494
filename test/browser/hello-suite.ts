import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type HelloPage, openHello } from './hello-page.ts'
import { freePort, type HelloServer, startHello } from './hello-server.ts'

/** A browser and a hello server for the tests of one suite; each test opens a page, which is closed after it. */
export interface HelloSuite {
  /** Opens the page; `prepare` runs in it before its own script. */
  readonly open: (prepare?: () => void) => Promise<HelloPage>
  /** Opens the page, turns biometrics on for the account, and signs out. */
  readonly registered: (username: string, prepare?: () => void) => Promise<HelloPage>
  /** `http://localhost:…` */
  readonly address: () => string
  /** Ends the server as Ctrl-C does; resolves with its exit code. */
  readonly stop: () => Promise<number | string | null>
  /** Starts it again, on the same data and at the same address. */
  readonly start: () => Promise<void>
}

/** Called inside `describe`: starts both before its tests and ends both after them. */
export function helloSuite(): HelloSuite {
  const data = mkdtempSync(join(tmpdir(), 'keybound-hello-'))
  let browser: Browser
  let server: HelloServer
  let port: number
  let page: HelloPage | undefined

  beforeAll(async () => {
    port = await freePort()
    ;[browser, server] = await Promise.all([launchBrowser(), startHello(data, port)])
  })
  afterEach(() => page?.close())
  afterAll(async () => {
    await browser?.close()
    expect(await server?.stop()).toBe(0)
    rmSync(data, { recursive: true })
  })

  const open = async (prepare?: () => void) => {
    page = await openHello(browser, server.address, prepare)
    return page
  }
  return {
    open,
    async registered(username, prepare) {
      const opened = await open(prepare)
      await opened.turnOn(username)
      await opened.press('Sign out')
      await opened.expectSignedOut()
      return opened
    },
    address: () => server.address,
    stop: () => server.stop(),
    async start() {
      server = await startHello(data, port)
    },
  }
}
