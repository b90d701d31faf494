import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authorityRoot, chainSpecs, writeChain } from '../../test/support/android-authority/index.ts'
import { chromiumPath, launchBrowser, watchConsole } from '../../test/support/browser.ts'
import { openInspectPage } from './serve-page.ts'

const toPem = (chain: readonly Uint8Array[]) =>
  chain
    .map(
      (der) =>
        `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`,
    )
    .join('')

describe.runIf(chromiumPath !== undefined)('the page /inspect', () => {
  let server: Server
  let address: string
  let browser: Browser
  let page: Page
  let messages: readonly string[]
  let requests: string[]

  beforeAll(async () => {
    const handler = await openInspectPage()
    server = createServer(async (request, response) => {
      const answer = handler(
        new Request(`http://localhost${request.url}`, { method: request.method ?? 'GET' }),
      )
      response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []))
      response.end(await answer?.text())
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/inspect`
    browser = await launchBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  beforeEach(async () => {
    page = await browser.newPage()
    messages = watchConsole(page)
    requests = []
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.goto(address)
  })

  afterEach(async () => {
    expect(messages).toEqual([])
    // Whatever is looked at, nothing is sent: the page and its script are all that was ever asked for.
    expect(requests).toEqual(['/inspect', '/inspect.js'])
    await page.close()
  })

  const verdict = () => page.locator('#verdict')
  const says = (text: string) => verdict().getByText(text).first().waitFor()
  const row = (label: string) =>
    page
      .locator('li')
      .filter({ has: page.locator('.name', { hasText: label }) })
      .last()

  test('judges a genuine key and a forged one', async () => {
    await page.getByText('A genuine key').click()
    await says('✓ Pass')
    expect(await row('Unlocked by').textContent()).toContain('biometric, for every use')
    await page.getByText('A forged one').click()
    await says('✕ Refused')
    expect(await verdict().textContent()).toContain('key_description_misplaced')
    expect(await row('Key description').getAttribute('class')).toBe('fail')
  })

  test('judges again when an expectation changes', async () => {
    await page.getByText('A genuine key').click()
    await says('✓ Pass')
    await page.locator('#level').selectOption('R')
    await says('✕ Refused')
    await page.locator('#level').selectOption('L2')
    await says('✓ Pass')
    await page.getByText('What you expect').click()
    await page.locator('#challenge').fill('hex:00')
    await says('attestation_challenge_mismatch')
    await page.locator('#challenge').fill('no base64!')
    await says('Not understood')
  })

  test('forgets the root of the example when something else is pasted', async () => {
    await page.getByText('A genuine key').click()
    await says('✓ Pass')
    await page.locator('#evidence').fill(toPem(writeChain(chainSpecs())))
    await says('attestation_untrusted')
  })

  test('takes evidence, roots and status from files', async () => {
    const pem = { mimeType: 'application/x-pem-file' }
    const chain = Buffer.from(toPem(writeChain(chainSpecs())))
    await page.locator('#file').setInputFiles({ name: 'chain.pem', ...pem, buffer: chain })
    await says('attestation_untrusted')
    await page.getByText('What you expect').click()
    await page
      .locator('#roots')
      .setInputFiles({ name: 'roots.pem', ...pem, buffer: Buffer.from(toPem([authorityRoot])) })
    await page.locator('#test-roots').check()
    // The page judges by the real clock, and the certificates end like all others.
    await page.locator('#when').selectOption('created')
    await says('✓ Pass')
    const status = Buffer.from('{"entries":{"1003":{"status":"REVOKED"}}}')
    await page
      .locator('#status')
      .setInputFiles({ name: 'status.json', mimeType: 'application/json', buffer: status })
    await says('attestation_revoked')
  })

  test('says once what is wrong with several certificates that ended, and marks each', async () => {
    const ended = chainSpecs().map((spec) => ({ ...spec, notAfter: new Date('2026-11-23T00:00:00Z') }))
    await page.locator('#evidence').fill(toPem(writeChain(ended)))
    await says('✕ Refused')
    expect(await row('Dates').getAttribute('class')).toBe('fail')
    for (const name of ['Droid CA3', 'TEE']) {
      const item = page
        .locator('li.fail')
        .filter({ has: page.locator(':scope > .line > .name', { hasText: name }) })
      expect(await item.locator('> .line > .why').textContent()).toBe('ended')
    }
    expect((await page.locator('#tree').textContent())?.split('expected issuers valid')).toHaveLength(2)
  })

  test('says what it does not understand', async () => {
    await page.locator('#evidence').fill('good morning')
    await says('This is no PEM chain')
    await page.locator('#evidence').fill('-----BEGIN CERTIFICATE-----')
    await says('Unexpected PEM')
    await page.locator('#evidence').fill('')
    await says('Nothing yet')
  })

  test('shows text of the evidence as text', async () => {
    const response = {
      response: {
        clientDataJSON: Buffer.from(
          JSON.stringify({ type: '<img src=x onerror=alert(1)>', challenge: '', origin: '<b>bold</b>' }),
        ).toString('base64url'),
        attestationObject: 'oA',
      },
    }
    await page.locator('#evidence').fill(JSON.stringify(response))
    await says('✕ Refused')
    expect(await page.locator('#tree img, #tree b').count()).toBe(0)
    expect(await row('Origin').textContent()).toContain('<b>bold</b>')
  })

  test.each([
    [390, 844],
    [1440, 900],
  ])('fits a window of %d by %d, and nothing is cut off', async (width, height) => {
    await page.setViewportSize({ width, height })
    await page.getByText('A forged one').click()
    await says('✕ Refused')
    const overflowing = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
    expect(overflowing).toBe(false)
  })
})
