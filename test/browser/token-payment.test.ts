import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ClientState } from '@keybound/web'
import { type BrowserContext, chromium } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Bank, openBank } from '../session/support/bank.ts'
import { instrument, openTab, type Tab } from '../session/support/tab.ts'
import {
  addAuthenticator,
  browserArguments,
  chromiumPath,
  type VirtualAuthenticator,
} from '../support/browser.ts'
import { findCanaries, readFilesBelow } from '../support/canaries.ts'
import { payee } from '../transactions/support/bank.ts'
import { freePort } from './hello-server.ts'

/** A session with tokens, opened by a touch, approves payments: every request carries token and proof. */
describe.skipIf(chromiumPath === undefined)('a payment in a session with tokens', { timeout: 90_000 }, () => {
  let folder: string
  let bank: Bank
  let context: BrowserContext
  let tab: Tab
  let authenticator: VirtualAuthenticator

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keybound-token-payment-'))
    bank = await openBank(await freePort())
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: chromiumPath ?? 'chromium',
      args: [...browserArguments],
    })
    await context.addInitScript(instrument)
    tab = await openTab(context, bank.address)
    authenticator = await addAuthenticator(context, tab.page)
    await tab.setUp()
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
    rmSync(folder, { recursive: true })
  })

  const unlock = () => tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))
  /** What an app does: shows it, and approves what was shown. */
  const pay = (id: string) =>
    tab.run<string>(async (client, id) => (await client.approve(await client.transaction(id))).receipt, id)
  /** Time passes for the server, and for the page unless its machine slept. */
  async function pass(seconds: number, onPage = seconds): Promise<void> {
    bank.advance(seconds)
    await tab.page.evaluate((seconds) => {
      ;(globalThis as unknown as { clock: { offset: number } }).clock.offset += seconds * 1000
    }, onPage)
  }
  const paid = () => bank.ledger.map(({ id }) => id)

  test('after a sign-in: one touch for the payment, which moves once', async () => {
    expect(await unlock()).toEqual({ value: 'W' })
    const id = await bank.payment()
    expect(await pay(id)).toEqual({ value: bank.ledger[0]?.receipt })
    expect(paid()).toEqual([id])
    expect(await tab.prompts()).toEqual(['get', 'get'])
    // Asked again it answers the same receipt, without a touch.
    expect(await pay(id)).toEqual({ value: bank.ledger[0]?.receipt })
    expect([await tab.prompts(), paid()]).toEqual([['get', 'get'], [id]])
    expect(await tab.state()).toMatchObject({ state: 'unlocked', acr: 'W' } satisfies Partial<ClientState>)
  })

  test('unlocked by refresh: the sign-in of minutes ago still counts, as nothing made it younger', async () => {
    await unlock()
    await tab.load()
    await pass(600)
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
    const id = await bank.payment()
    expect(await pay(id)).toEqual({ value: expect.any(String) })
    expect([await tab.prompts(), paid()]).toEqual([['get', 'get'], [id]])
  })

  test('when the access token ended while the machine slept: refreshed, without a word', async () => {
    await tab.load({ lock: { inactivity: 86_400_000 } })
    await unlock()
    const id = await bank.payment()
    // The monotonic clock of the page stands still during sleep: to the page the token still seems good.
    await pass(290)
    const seen = await tab.run((client, id) => client.transaction(id).then(({ status }) => status), id)
    expect(seen).toEqual({ value: 'open' })
    await pass(20)
    const next = await bank.payment()
    expect(await pay(next)).toEqual({ value: expect.any(String) })
    expect([await tab.prompts(), paid()]).toEqual([['get', 'get'], [next]])
    expect(bank.answers.filter(({ status }) => status === 200)).toHaveLength(2)
  })

  test('F06: whose sign-in is too long ago asks for it before the prompt; signed in anew, the payment goes on', async () => {
    await unlock()
    await tab.load()
    await pass(901)
    expect(await unlock()).toEqual({ value: 'W.refreshed' })
    const id = await bank.payment()
    const refused = await pay(id)
    expect(refused.code).toBe('step_up_required')
    expect(refused.message).toMatch(/sign in with biometrics, then approve/)
    expect([await tab.prompts(), paid()]).toEqual([['get'], []])
    expect(await tab.run((client) => client.signIn().then(({ acr }) => acr))).toEqual({ value: 'W' })
    expect(await pay(id)).toEqual({ value: expect.any(String) })
    expect([await tab.prompts(), paid()]).toEqual([['get', 'get', 'get'], [id]])
    await expect.poll(() => bank.sessions()).toBe(1)
  })

  test('F12: signed in by password on the same device: no touch, no money, and it says what to do', async () => {
    await tab.signInWithPassword()
    const id = await bank.payment()
    const refused = await pay(id)
    expect(refused.code).toBe('step_up_required')
    expect([await tab.prompts(), paid()]).toEqual([[], []])
    expect(await tab.run((client) => client.signIn().then(({ acr }) => acr))).toEqual({ value: 'W' })
    expect(await pay(id)).toEqual({ value: expect.any(String) })
    expect(paid()).toEqual([id])
  })

  test('F02: an approval that is sent once more, as it is or with its body alone, moves nothing', async () => {
    await unlock()
    const sent: { headers: Record<string, string>; body: string }[] = []
    tab.page.on('request', (request) => {
      if (request.url().endsWith('/approval'))
        sent.push({ headers: request.headers(), body: request.postData() ?? '' })
    })
    const id = await bank.payment()
    expect(await pay(id)).toEqual({ value: expect.any(String) })
    const [{ headers, body } = { headers: {}, body: '' }] = sent
    const url = `${bank.address}/v1/transactions/${id}/approval`
    const again = async (carried: object) => {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...carried },
      })
      return ((await response.json()) as { code: string }).code
    }
    const { authorization = '', dpop = '' } = headers
    expect(await again({ authorization, dpop })).toBe('dpop_proof_replayed')
    expect(await again({ authorization })).toBe('dpop_proof_required')
    expect(await again({ authorization: authorization.replace('DPoP', 'Bearer') })).toBe('session_required')
    expect(await again({})).toBe('session_required')
    expect(paid()).toEqual([id])
  })

  test('cancelled: nothing moved, the session goes on, and trying again works', async () => {
    await unlock()
    await authenticator.setUserVerified(false)
    const id = await bank.payment()
    const refused = await pay(id)
    expect([refused.code, paid()]).toEqual(['prompt_refused', []])
    expect(refused.message).not.toContain('password')
    await authenticator.setUserVerified(true)
    expect(await pay(id)).toEqual({ value: expect.any(String) })
    expect(paid()).toEqual([id])
  })

  test('leaves nothing of itself in the profile: no statement, signature, receipt or token', async () => {
    await unlock()
    const signatures: string[] = []
    tab.page.on('request', (request) => {
      if (request.url().endsWith('/approval'))
        signatures.push(JSON.parse(request.postData() ?? '{}').response.response.signature)
    })
    expect(await pay(await bank.payment())).toEqual({ value: expect.any(String) })
    await tab.run((client) => client.lock())
    await context.close()
    const canaries = [
      { name: 'payee', secret: payee.account },
      { name: 'signature', secret: signatures[0] ?? '' },
      { name: 'receipt', secret: bank.ledger[0]?.receipt.split('.').at(-1) ?? '' },
      { name: 'access token', secret: bank.answers.at(-1)?.json.access_token?.split('.').at(-1) ?? '' },
    ]
    expect(canaries.map(({ secret }) => secret.length > 20)).toEqual([true, true, true, true])
    expect(findCanaries(canaries, readFilesBelow(join(folder, 'profile')))).toEqual([])
  })
})
