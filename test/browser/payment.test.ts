import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { TransactionAnswer } from '@keybound/protocol'
import { openFileKeys } from '@keybound/server'
import type { Browser, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../support/browser.ts'
import { type HelloPage, openHello } from './hello-page.ts'
import { freePort, type HelloServer, startHello } from './hello-server.ts'

const program = fileURLToPath(new URL('../../packages/cli/src/keybound.ts', import.meta.url))
/** Before everything else in a process: whoever opens a connection fails. */
const offline = `data:text/javascript,${encodeURIComponent(`
  import net from 'node:net'
  net.Socket.prototype.connect = () => { throw new Error('there is no network here') }
`)}`
const hour = 3_600_000
/** Receipt keys are followed by the next after a year. */
const overAYear = 400 * 24 * hour
/** The same, for a clock that is ahead. */
const later = `--import=data:text/javascript,${encodeURIComponent(`
  const now = Date.now
  Date.now = () => now() + ${overAYear}
`)}`

/** What a server that runs does by itself when the time has come: publishes the next key, an hour before it is used. */
async function rotateKeys(folder: string): Promise<void> {
  let ahead = overAYear - 3 * hour
  const now = () => Date.now() + ahead
  const keys = await openFileKeys({ folder, secret: 'a demo has no secret', now })
  ahead += hour
  expect(await keys.list('receipt')).toHaveLength(2)
}

describe.skipIf(chromiumPath === undefined)('a payment in Chromium', { timeout: 120_000 }, () => {
  let data: string
  let browser: Browser
  let server: HelloServer
  let port: number
  let hello: HelloPage

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  // A server for each test: an account may have only so many payments that wait.
  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'keybound-payment-'))
    port = await freePort()
    server = await startHello(data, port)
    hello = await openHello(browser, server.address)
    await hello.signInWithPassword('ada')
    await hello.press('Turn on biometrics')
    await hello.page.getByRole('button', { name: 'Turn off biometrics' }).waitFor()
    await hello.press('Sign out')
    await hello.expectSignedOut()
  })
  afterEach(async () => {
    await hello.close()
    expect(await server.stop()).toBe(0)
    rmSync(data, { recursive: true })
  })

  const dialog = () => hello.page.getByRole('dialog')
  const refusal = async () => {
    const alert = dialog().getByRole('alert').filter({ hasText: /./ })
    await alert.waitFor()
    return alert.textContent()
  }

  async function signIn(): Promise<void> {
    await hello.press('Sign in with biometrics')
    await hello.expectSignedIn('ada')
  }

  async function review(): Promise<void> {
    await hello.press('Send 5.00 EUR to Grace')
    await dialog().waitFor()
  }

  /** Approves what is shown, and saves the receipt as its user does. */
  async function approve(): Promise<string> {
    await hello.press('Approve with a touch')
    await hello.page.getByRole('heading', { name: 'Approved' }).waitFor()
    const [download] = await Promise.all([
      hello.page.waitForEvent('download'),
      hello.page.getByRole('link', { name: 'Save the receipt' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('receipt.txt')
    return readFileSync(await download.path(), 'utf8')
  }

  function ledger(): readonly unknown[] {
    const database = new DatabaseSync(join(data, 'hello.sqlite'), { readOnly: true })
    const rows = database.prepare('SELECT minor FROM ledger').all()
    database.close()
    return rows.map(({ minor }) => minor)
  }

  async function keys(): Promise<string> {
    return (await fetch(`${server.address}/v1/receipts/keys`)).text()
  }

  /** The command, in a process of its own that has no network. */
  function verify(receipt: string, kept: string) {
    writeFileSync(join(data, 'receipt.txt'), receipt)
    writeFileSync(join(data, 'keys.json'), kept)
    const args = ['--conditions=keybound-source', '--import', offline, program, 'verify-receipt']
    const files = [join(data, 'receipt.txt'), '--keys', join(data, 'keys.json')]
    return spawnSync(process.execPath, [...args, ...files], { encoding: 'utf8' })
  }

  /** From now on a proxy changes what the server says of transactions. */
  async function tamper(edit: (answer: TransactionAnswer) => object): Promise<void> {
    await hello.page.route('**/v1/transactions/*', async (route: Route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: edit(await response.json()) })
    })
  }

  it('is created, reviewed, approved with one touch; the ledger changed once; the receipt proves it offline', async () => {
    await signIn()
    const prompts = await hello.prompts()
    await review()
    expect(await dialog().getByRole('definition').allTextContents()).toEqual([
      '5.00\u00a0EUR',
      'Grace Hopper\nDE02120300000000202051',
    ])
    expect(await hello.prompts()).toBe(prompts)
    const first = await approve()
    expect(await hello.prompts()).toBe(prompts + 1)
    expect(ledger()).toEqual([500])
    const kept = await keys()
    const { status, stdout, stderr } = verify(first, kept)
    expect([status, stderr]).toEqual([0, ''])
    for (const words of [
      '✔ VERIFIED',
      'Amount: 5.00\u00a0EUR',
      'Grace Hopper',
      'What remains a matter of trust',
    ])
      expect(stdout).toContain(words)
    await hello.press('Close')

    // A year later the server signs with another key: it vouches for old receipts, and old keys for new ones.
    expect(await server.stop()).toBe(0)
    await rotateKeys(join(data, 'keys'))
    server = await startHello(data, port, { NODE_OPTIONS: later })
    const rotated = await keys()
    expect([JSON.parse(kept).keys.length, JSON.parse(rotated).keys.length]).toEqual([1, 2])
    await hello.press('Sign out')
    await hello.expectSignedOut()
    await signIn()
    await review()
    const second = await approve()
    expect(ledger()).toEqual([500, 500])
    expect(verify(second, kept).stdout).toContain('rotated since')
    for (const [receipt, known] of [
      [first, rotated],
      [second, rotated],
      [second, kept],
    ] as const) {
      expect(verify(receipt, known)).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('✔ VERIFIED'),
      })
    }
    const forged = first.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect(verify(forged, rotated).status).toBe(1)
    await hello.press('Close')
  })

  it('F12: is refused in a session of the password, with what to do next, and no prompt', async () => {
    const prompts = await hello.prompts()
    await hello.signInWithPassword('ada')
    await hello.expectSignedIn('ada')
    await review()
    await hello.press('Approve with a touch')
    expect(await refusal()).toMatch(/sign in with biometrics, then approve/)
    expect([await hello.prompts(), ledger().length]).toEqual([prompts, 0])
  })

  it('E06: edited by a proxy after it was shown is refused before the prompt', async () => {
    await signIn()
    const prompts = await hello.prompts()
    for (const edit of [
      (answer: TransactionAnswer) => ({
        ...answer,
        statement: answer.statement.replace('"minor":500', '"minor":9000'),
      }),
      (answer: TransactionAnswer) => ({ ...answer, id: 'A'.repeat(22) }),
      (answer: TransactionAnswer) => ({ ...answer, account: 'another' }),
    ]) {
      await review()
      await tamper(edit)
      await hello.press('Approve with a touch')
      expect(await refusal()).toMatch(/not what was asked for and shown/)
      await hello.page.unroute('**/v1/transactions/*')
      await hello.press('Cancel')
    }
    expect([await hello.prompts(), ledger().length]).toEqual([prompts, 0])
  })

  it.each<[string, (answer: TransactionAnswer) => object]>([
    [
      'the amount',
      (answer) => ({ ...answer, statement: answer.statement.replace('"minor":500', '"minor":1') }),
    ],
    ['the nonce', (answer) => ({ ...answer, nonce: 'A'.repeat(43) })],
  ])('C02: edited by a proxy all along is signed in vain: %s', async (_, edit) => {
    await signIn()
    await tamper(edit)
    await review()
    await hello.press('Approve with a touch')
    expect(await refusal()).toMatch(/Fetch it again, and approve it only if it is what you meant/)
    expect(ledger()).toEqual([])
  })

  it('E06: of a statement that reads two ways is not shown at all', async () => {
    await signIn()
    await tamper((answer) => ({
      ...answer,
      statement: answer.statement.replace('"minor":500', '"minor":1,"minor":500'),
    }))
    await hello.press('Send 5.00 EUR to Grace')
    expect(await hello.alert()).toMatch(/Do not show or sign it/)
    expect(await dialog().count()).toBe(0)
  })

  it('whose answer is lost asks no second touch, and moves once', async () => {
    await signIn()
    const prompts = await hello.prompts()
    await review()
    let sent = 0
    await hello.page.route('**/approval', async (route) => {
      sent++
      await route.fetch()
      await route.abort('connectionreset')
    })
    await hello.press('Approve with a touch')
    expect(await refusal()).toMatch(/cannot be reached/)
    expect(sent).toBe(2)
    await hello.page.unroute('**/approval')
    await approve()
    expect([await hello.prompts(), ledger().length]).toEqual([prompts + 1, 1])
  })

  it('can be done by keyboard, is announced by name, and gives the focus back', async () => {
    await signIn()
    const { page } = hello
    const focused = () => page.evaluate(() => document.activeElement?.textContent)
    await page.getByRole('button', { name: 'Send 5.00 EUR to Grace' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Approve this payment' }).waitFor()
    expect(await focused()).toBe('Approve this payment')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'hidden' })
    expect(await focused()).toBe('Send 5.00 EUR to Grace')
    await page.keyboard.press('Enter')
    await dialog().waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Approve with a touch')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Approved' }).waitFor()
    expect(await focused()).toBe('Approved')
    const names = await dialog().getByRole('button').allTextContents()
    expect([names, await dialog().getByRole('link').allTextContents()]).toEqual([
      ['Close'],
      ['Save the receipt'],
    ])
  })
})
