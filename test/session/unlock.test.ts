import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, chromiumPath, launchBrowser } from '../support/browser.ts'
import { type Bank, openBank } from './support/bank.ts'
import { instrument, openTab, type Tab, type TabOptions } from './support/tab.ts'

describe.skipIf(chromiumPath === undefined)('a session in Chromium', () => {
  let browser: Browser
  let bank: Bank
  let context: BrowserContext
  let tab: Tab

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    bank = await openBank(await freePort())
    context = await browser.newContext()
    await context.addInitScript(instrument)
    tab = await openTab(context, bank.address)
    await addAuthenticator(context, tab.page)
  })
  afterEach(async () => {
    await context.close()
    await bank.close()
  })

  test('register, reload, one touch: unlocked with a fresh token, one prompt, nothing typed', async () => {
    await tab.setUp()
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    expect(await tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))).toEqual({
      value: 'W',
    })
    expect(await tab.prompts()).toEqual(['get'])
    await tab.load()
    expect(await tab.state()).toMatchObject({ state: 'locked', account: bank.account })
    expect(await tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))).toEqual({
      value: 'W.refreshed',
    })
    expect(await tab.prompts()).toEqual(['get'])
    expect(await tab.state()).toMatchObject({ state: 'unlocked', acr: 'W.refreshed' })
    const balance = await tab.run(async (client) => {
      const response = await client.fetch('/api/balance?of=all', { method: 'POST', body: 'how much?' })
      return response.json()
    })
    expect(balance.value).toMatchObject({
      caller: { account: bank.account, acr: 'W.refreshed' },
      sent: 'how much?',
    })
    expect(await bank.sessions()).toBe(1)
  })

  const unlock = (tab: Tab) => tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))
  /** A device with a sealed session, locked. */
  async function sealed(options: TabOptions = {}): Promise<void> {
    await tab.setUp(options)
    expect(await unlock(tab)).toEqual({ value: 'W' })
    await tab.load(options)
  }
  const call = (tab: Tab) => tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))

  test('keys that come only with the first assertion', async () => {
    await context.addInitScript(() => {
      const { create } = navigator.credentials
      navigator.credentials.create = async (options) => {
        const { publicKey } = options ?? {}
        const { extensions: _, ...rest } = publicKey ?? ({} as never)
        const credential = (await create.call(navigator.credentials, {
          publicKey: { ...rest, extensions: { prf: {} } },
        })) as PublicKeyCredential
        return credential
      }
    })
    await tab.setUp()
    expect((await tab.run((client) => client.vault.list())).code).toBe('vault_unavailable')
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect(await tab.prompts()).toEqual(['get'])
    await tab.load()
    expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
    expect(await tab.prompts()).toEqual(['get'])
  })

  test('without PRF nothing is stored: an unlock is a sign-in, and a lock ends the session', async () => {
    await context.addInitScript(() => {
      PublicKeyCredential.prototype.getClientExtensionResults = () => ({})
      PublicKeyCredential.getClientCapabilities = async () => ({ 'extension:prf': false })
    })
    await tab.setUp()
    expect((await tab.run((client) => client.availability())).value).toMatchObject({
      properties: { sealing: 'none' },
    })
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect(await call(tab)).toEqual({ value: 200 })
    expect(await tab.state()).toMatchObject({ state: 'unlocked' })
    await tab.run((client) => client.lock())
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    await expect.poll(() => bank.sessions()).toBe(0)
    await tab.load()
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect(await tab.prompts()).toEqual(['get'])
  })

  test('a credential that had the PRF and answers without it is refused; nothing is lost', async () => {
    await sealed()
    await tab.page.evaluate(() => {
      const { prototype } = PublicKeyCredential
      Object.assign(globalThis, { original: prototype.getClientExtensionResults })
      prototype.getClientExtensionResults = () => ({})
    })
    expect((await unlock(tab)).code).toBe('unlock_key_missing')
    expect(await tab.state()).toMatchObject({ state: 'locked' })
    await tab.load()
    expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
  })

  test('a key that the server knows no more, where nothing but the key is left: the authenticator is told', async () => {
    await context.addInitScript(() => {
      const told: string[] = []
      Object.assign(globalThis, { told })
      Object.assign(PublicKeyCredential, {
        signalUnknownCredential: async ({ credentialId }: { credentialId: string }) =>
          void told.push(credentialId),
      })
    })
    await tab.setUp()
    const [{ credentialId } = { credentialId: '' }] = (await tab.state()).accounts
    await tab.page.goto('about:blank')
    const tools = await context.newCDPSession(tab.page)
    await tools.send('Storage.clearDataForOrigin', { origin: bank.address, storageTypes: 'indexeddb' })
    await tab.load()
    expect(await tab.state()).toMatchObject({ state: 'signedOut', accounts: [] })
    const refusal = { code: 'credential_unknown', detail: 'Unexpected credential.' }
    await tab.page.route('**/v1/token', (route) => route.fulfill({ status: 401, json: refusal }))
    expect((await tab.run((client) => client.signIn())).code).toBe('credential_unknown')
    const told = () => tab.page.evaluate(() => (globalThis as never as { told: string[] }).told)
    await expect.poll(told).toEqual([credentialId])
  })

  test('secrets: set without a prompt and while locked, read while open, every time with a touch', async () => {
    await sealed()
    await tab.run((client) => client.vault.set('pin', new TextEncoder().encode('1234')))
    await tab.run((client) =>
      client.vault.set('seed', new TextEncoder().encode('words'), { ask: 'everyTime' }),
    )
    const read = (name: string) =>
      tab.run((client, name) => client.vault.get(name).then((bytes) => new TextDecoder().decode(bytes)), name)
    expect((await read('pin')).code).toBe('vault_locked')
    expect(await tab.prompts()).toEqual([])
    await unlock(tab)
    expect(await read('pin')).toEqual({ value: '1234' })
    expect(await tab.prompts()).toEqual(['get'])
    expect(await read('seed')).toEqual({ value: 'words' })
    expect(await read('seed')).toEqual({ value: 'words' })
    expect(await tab.prompts()).toEqual(['get', 'get', 'get'])
    expect((await tab.run((client) => client.vault.list())).value).toEqual([
      { name: 'pin', ask: 'unlock', recovery: 'none' },
      { name: 'seed', ask: 'everyTime', recovery: 'none' },
    ])
    await tab.run((client) => client.vault.delete('pin'))
    expect((await read('pin')).code).toBe('secret_unknown')
    expect((await read('keybound.refresh-token')).code).toBe('secret_invalid')
    await tab.run((client) => client.lock())
    expect((await read('seed')).code).toBe('vault_locked')
    expect(await tab.prompts()).toHaveLength(3)
  })

  test('tokens go to the resource and nowhere else', async () => {
    await sealed()
    await unlock(tab)
    const elsewhere = (url: string) => tab.run((client, url) => client.fetch(url), url)
    const other = bank.address.replace('localhost', '127.0.0.1')
    for (const url of [
      other,
      'https://evil.example/',
      bank.address.replace('localhost', 'localhost.evil.example'),
    ]) {
      expect((await elsewhere(url)).code).toBe('resource_unknown')
    }
    expect(await call(tab)).toEqual({ value: 200 })
  })

  test('after a sign-in with the password the opaque session goes along, to the resource and nowhere else', async () => {
    await tab.load()
    await tab.run((client) =>
      client.signInWithPassword({ username: 'ada', password: 'correct horse battery staple' }),
    )
    const ask = (url: string) =>
      tab.run((client, url) => client.fetch(url).then((answer) => answer.json()), url)
    expect(await ask('/v1/session')).toMatchObject({ value: { acr: 'pwd' } })
    expect((await ask('https://evil.example/')).code).toBe('resource_unknown')
    await tab.run((client) => client.signOut())
    expect((await ask('/v1/session')).code).toBe('not_signed_in')
  })

  test('many callers refresh once, also when the token was refused', async () => {
    await sealed({ lock: { inactivity: 3_600_000 } })
    await unlock(tab)
    const before = bank.answers.filter(({ status }) => status === 200).length
    // The server says that the token is too old; the device does not know yet.
    bank.advance(400)
    await tab.page.evaluate(() =>
      Object.assign((globalThis as never as { clock: object }).clock, { offset: 400_000 }),
    )
    const five = await tab.run((client) =>
      Promise.all(Array.from({ length: 5 }, () => client.fetch('/api/balance').then(({ status }) => status))),
    )
    expect(five).toEqual({ value: [200, 200, 200, 200, 200] })
    expect(bank.answers.filter(({ status }) => status === 200)).toHaveLength(before + 1)
  })

  test('signs out: the sealed session goes, the other secrets stay', async () => {
    await sealed()
    await unlock(tab)
    await tab.run((client) => client.vault.set('pin', new TextEncoder().encode('1234')))
    expect(await tab.run((client) => client.signOut())).toEqual({ value: { onServer: 'ended' } })
    expect(await bank.sessions()).toBe(0)
    expect(await tab.state()).toMatchObject({ state: 'registered' })
    expect((await call(tab)).code).toBe('not_signed_in')
    await tab.load()
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect((await tab.run((client) => client.vault.list())).value).toEqual([
      { name: 'pin', ask: 'unlock', recovery: 'none' },
    ])
  })

  test('a session that was ended elsewhere: the same touch signs in anew', async () => {
    await sealed()
    await bank.revoke()
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect(await tab.prompts()).toEqual(['get'])
    await bank.revoke()
    expect(await call(tab)).toMatchObject({ code: 'refresh_token_revoked' })
    expect(await tab.state()).toMatchObject({ state: 'locked', reason: 'revoked' })
  })

  describe('locks by itself', () => {
    const pass = (milliseconds: number) =>
      tab.page.evaluate((milliseconds) => {
        const { clock } = globalThis as never as { clock: { offset: number } }
        clock.offset += milliseconds
      }, milliseconds)

    test('after inactivity, but not while it is used; and after its age, used or not', async () => {
      const options = { lock: { inactivity: 300_000, maxAge: 1_000_000 } }
      await sealed(options)
      await unlock(tab)
      for (let times = 0; times < 3; times++) {
        await pass(290_000)
        await tab.page.keyboard.press('Shift')
        expect(await tab.state()).toMatchObject({ state: 'unlocked' })
      }
      await pass(290_000)
      expect((await call(tab)).code).toBe('not_signed_in')
      expect(await tab.state()).toMatchObject({ state: 'locked' })
      await unlock(tab)
      await pass(300_001)
      expect((await call(tab)).code).toBe('not_signed_in')
    })

    test('in the background, after the grace time only', async () => {
      await sealed({ lock: { backgroundGrace: 10_000 } })
      await unlock(tab)
      const show = (visibility: string) =>
        tab.page.evaluate((visibility) => {
          Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true })
          document.dispatchEvent(new Event('visibilitychange'))
        }, visibility)
      await show('hidden')
      await pass(9_000)
      await show('visible')
      expect(await tab.state()).toMatchObject({ state: 'unlocked' })
      await show('hidden')
      await pass(10_001)
      await show('visible')
      expect(await tab.state()).toMatchObject({ state: 'locked' })
    })
  })

  describe('without network', () => {
    test('does not unlock, by default', async () => {
      await sealed()
      await context.setOffline(true)
      expect((await unlock(tab)).code).toBe('network_unreachable')
      expect(await tab.prompts()).toEqual([])
    })

    test('opens the vault where that is allowed, for as long, and never gives a token', async () => {
      const options = { offline: { maxAgeSinceServerContact: 3_600_000 } }
      await sealed(options)
      await tab.run((client) => client.vault.set('pin', new TextEncoder().encode('1234')))
      await context.setOffline(true)
      expect(await tab.run((client) => client.unlock())).toEqual({ value: undefined })
      expect(await tab.prompts()).toEqual(['get'])
      expect(await tab.state()).toMatchObject({ state: 'unlockedOffline', reason: 'offline' })
      expect((await tab.run((client) => client.vault.get('pin'))).code).toBeUndefined()
      expect((await call(tab)).code).toBe('not_signed_in')
      await tab.run((client) => client.lock())
      expect(await tab.state()).toMatchObject({ state: 'locked' })
      const clock = (offset: number) =>
        tab.page.evaluate(
          (offset) => Object.assign((globalThis as never as { clock: object }).clock, { offset }),
          offset,
        )
      await clock(3_700_000)
      expect((await unlock(tab)).code).toBe('network_unreachable')
      await clock(-3_700_000)
      expect((await unlock(tab)).code).toBe('network_unreachable')
      await clock(0)
      expect((await unlock(tab)).code).toBeUndefined()
    })
  })
})
