import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../browser/hello-server.ts'
import { addAuthenticator, browserArguments, chromiumPath } from '../support/browser.ts'
import { type Canary, findCanaries, readFilesBelow, spellingsOf } from '../support/canaries.ts'
import { demoPassword } from '../support/server.ts'
import { type Bank, openBank } from './support/bank.ts'
import { readHeap } from './support/heap.ts'
import { instrument, openTab, type Tab } from './support/tab.ts'

describe.skipIf(chromiumPath === undefined)('a device whose copy is stolen', () => {
  let folder: string
  let bank: Bank
  let context: BrowserContext
  let tab: Tab
  const open: BrowserContext[] = []

  async function launch(name: string): Promise<BrowserContext> {
    const launched = await chromium.launchPersistentContext(join(folder, name), {
      executablePath: chromiumPath ?? 'chromium',
      args: [...browserArguments],
    })
    await launched.addInitScript(instrument)
    open.push(launched)
    return launched
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keybound-profile-'))
    bank = await openBank(await freePort())
    context = await launch('owner')
    tab = await openTab(context, bank.address)
    await addAuthenticator(context, tab.page)
    await tab.setUp()
  })
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
    await bank.close()
    rmSync(folder, { recursive: true })
  })

  const unlock = (tab: Tab) => tab.run((client) => client.unlock().then(({ acr } = {} as never) => acr))
  const secret = 'the nuclear launch codes of Ruritania'
  const keep = (tab: Tab) =>
    tab.run((client, text) => client.vault.set('codes', new TextEncoder().encode(text)), secret)

  /** Everything that may be nowhere once the app is locked. */
  const canaries = (outputs: readonly string[], dataKeys: readonly string[] = []): readonly Canary[] => [
    { name: 'password', secret: demoPassword },
    { name: 'secret of the vault', secret },
    ...bank.answers.flatMap(({ json }) => [
      ...(json.refresh_token
        ? [{ name: 'refresh token', secret: json.refresh_token.split('.').at(-1) ?? '' }]
        : []),
      ...(json.access_token
        ? [{ name: 'access token', secret: json.access_token.split('.').at(-1) ?? '' }]
        : []),
    ]),
    ...outputs.map((output) => ({ name: 'output of the PRF', secret: Buffer.from(output, 'hex') })),
    ...dataKeys.map((key) => ({ name: 'data key', secret: Buffer.from(key, 'hex') })),
  ]

  /** Notes what the authenticator gives for the PRF, and data keys, outside the page: the page must not keep them. */
  async function watchOutputs() {
    const [outputs, dataKeys]: [string[], string[]] = [[], []]
    await context.exposeFunction('note', (output: string) => void outputs.push(output))
    await context.exposeFunction('noteDataKey', (key: string) => void dataKeys.push(key))
    await tab.page.evaluate(() => {
      const { prototype } = PublicKeyCredential
      const original = prototype.getClientExtensionResults
      prototype.getClientExtensionResults = function () {
        const results = original.call(this)
        const { first } = results.prf?.results ?? {}
        const hex = (bytes: Uint8Array) =>
          [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
        if (first)
          (globalThis as never as { note: (hex: string) => void }).note(
            hex(new Uint8Array(first as ArrayBuffer)),
          )
        return results
      }
      // Data keys are drawn by WebCrypto: a copy of each goes out of the page as it is made.
      const { subtle } = crypto
      const generateKey = subtle.generateKey.bind(subtle) as (...from: unknown[]) => Promise<CryptoKey>
      Object.assign(subtle, {
        generateKey: async (...from: unknown[]) => {
          const key = await generateKey(...from)
          if (key.extractable && key.algorithm?.name === 'AES-GCM') {
            const raw = new Uint8Array(await subtle.exportKey('raw', key))
            const hex = [...raw].map((byte) => byte.toString(16).padStart(2, '0')).join('')
            ;(globalThis as never as { noteDataKey: (hex: string) => void }).noteDataKey(hex)
          }
          return key
        },
      })
    })
    return { outputs, dataKeys }
  }

  test('once locked, neither its memory nor its profile holds anything secret', async () => {
    const { outputs, dataKeys } = await watchOutputs()
    await unlock(tab)
    await keep(tab)
    await tab.run((client) => client.vault.get('codes').then((bytes) => bytes.fill(0).length))
    expect(await tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))).toEqual({
      value: 200,
    })
    expect(outputs.length).toBeGreaterThan(0)
    // One of the refresh token, one of the secret.
    expect(dataKeys.length).toBeGreaterThanOrEqual(2)
    // The measuring measured: while it is unlocked, the access token is in memory.
    const access = canaries([]).filter(({ name }) => name === 'access token')
    expect(findCanaries(access, new Map([['heap', await readHeap(context, tab.page)]]))).not.toEqual([])
    await tab.run((client) => client.lock())
    const found = findCanaries(
      canaries([]).filter(({ name }) => name !== 'password'),
      new Map([['heap', await readHeap(context, tab.page)]]),
    )
    expect(found).toEqual([])
    await context.close()
    open.length = 0
    const files = readFilesBelow(join(folder, 'owner'))
    expect(findCanaries(canaries(outputs, dataKeys), files)).toEqual([])
    // The profile is the right one: what is no secret is there.
    const marker = spellingsOf('kbv1 ')[0] ?? Buffer.of()
    expect([...files.values()].some((file) => file.includes(marker))).toBe(true)
  })

  test('D07: its whole profile in another browser: locked, and no touch there opens it; the owner notices nothing', async () => {
    await unlock(tab)
    await keep(tab)
    await tab.page.goto('about:blank')
    const authenticatorless = bank.address
    cpSync(join(folder, 'owner'), join(folder, 'thief'), {
      recursive: true,
      filter: (path) => !/Singleton|lockfile/.test(path),
    })
    const thief = await launch('thief')
    const stolen = await openTab(thief, authenticatorless)
    const theirs = await addAuthenticator(thief, stolen.page)
    await stolen.load()
    expect(await stolen.state()).toMatchObject({ state: 'locked', account: bank.account })
    await theirs.setPresent(true)
    expect((await unlock(stolen)).code).toMatch(/^(prompt_refused|unlock_key_missing|vault_wrong_key)$/)
    expect((await stolen.run((client) => client.vault.get('codes'))).code).toBe('vault_locked')
    expect((await stolen.run((client) => client.fetch('/api/balance'))).code).toBe('not_signed_in')
    await tab.load()
    expect(await unlock(tab)).toEqual({ value: 'W.refreshed' })
    expect(await bank.sessions()).toBe(1)
  })

  test('D03: its access token and a proof of it: worth nothing in other hands, at another place, or twice', async () => {
    await unlock(tab)
    const seen: { headers: Record<string, string> }[] = []
    tab.page.on('request', (request) => {
      if (request.url().endsWith('/api/balance')) seen.push({ headers: request.headers() })
    })
    for (let times = 0; times < 2; times++) await tab.run((client) => client.fetch('/api/balance'))
    const { authorization = '', dpop = '' } = seen.at(-1)?.headers ?? {}
    const replay = async (method: string, headers: Record<string, string>, path = '/api/balance') => {
      const response = await fetch(bank.address + path, { method, headers })
      return ((await response.json()) as { code?: string }).code
    }
    expect(await replay('GET', { authorization, dpop })).toBe('dpop_proof_replayed')
    expect(await replay('POST', { authorization, dpop })).toBe('dpop_method_mismatch')
    expect(await replay('GET', { authorization })).toBe('dpop_proof_required')
    expect(await replay('GET', { authorization, dpop }, '/v1/session')).toBe('dpop_uri_mismatch')
    expect(await replay('GET', { authorization: authorization.replace('DPoP', 'Bearer') })).toBe(
      'access_token_unbound',
    )
    bank.advance(120)
    expect(await replay('GET', { authorization, dpop })).toBe('dpop_proof_expired')
    bank.advance(-120)
    expect(await tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))).toEqual({
      value: 200,
    })
  })

  test('D03: its access token in another tab of the same browser, with that tab’s own keys, is worth nothing', async () => {
    await unlock(tab)
    const token = bank.answers.at(-1)?.json.access_token ?? ''
    const other = await openTab(context, bank.address)
    const theirs = await addAuthenticator(context, other.page)
    await other.load()
    // Code in that tab has whatever the page's storage gives: proof keys that sign, and no session key of the first tab.
    const outcome = await other.page.evaluate(async (token) => {
      const { subtle } = crypto
      const base64url = (bytes: ArrayBuffer | Uint8Array) =>
        btoa(String.fromCharCode(...new Uint8Array(bytes as ArrayBuffer)))
          .replaceAll('+', '-')
          .replaceAll('/', '_')
          .replaceAll('=', '')
      const text = (value: object) => base64url(new TextEncoder().encode(JSON.stringify(value)))
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      const pair = await subtle.generateKey(algorithm, false, ['sign', 'verify'])
      const { kty, crv, x, y } = await subtle.exportKey('jwk', pair.publicKey)
      const ath = base64url(await subtle.digest('SHA-256', new TextEncoder().encode(token)))
      let nonce: string | undefined
      for (let attempt = 0; ; attempt++) {
        const claims = {
          jti: crypto.randomUUID(),
          htm: 'GET',
          htu: `${location.origin}/api/balance`,
          iat: Math.floor(Date.now() / 1000),
          ath,
          nonce,
        }
        const signed = `${text({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } })}.${text(claims)}`
        const signature = await subtle.sign(algorithm, pair.privateKey, new TextEncoder().encode(signed))
        const headers = { authorization: `DPoP ${token}`, dpop: `${signed}.${base64url(signature)}` }
        const response = await fetch('/api/balance', { headers })
        nonce = response.headers.get('dpop-nonce') ?? undefined
        const { code } = await response.json()
        if (code !== 'dpop_nonce_required' || attempt > 0) return code
      }
    }, token)
    expect(outcome).toBe('dpop_key_mismatch')
    await theirs.remove()
    expect(await tab.run((client) => client.fetch('/api/balance').then(({ status }) => status))).toEqual({
      value: 200,
    })
    expect(await bank.sessions()).toBe(1)
  })

  test('D01: its refresh token with another key: the session dies, the next touch begins a new one', async () => {
    await unlock(tab)
    const token = bank.answers.at(-1)?.json.refresh_token ?? ''
    const thief = await launch('other')
    const theirs = await openTab(thief, bank.address)
    await addAuthenticator(thief, theirs.page)
    await theirs.setUp()
    await unlock(theirs)
    expect(await bank.sessions()).toBe(2)
    // The thief's own client, made to present the stolen token with the thief's own proof key.
    await theirs.page.route('**/v1/token', async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? '')
      form.set('refresh_token', token)
      await route.continue({ postData: form.toString() })
    })
    await theirs.load()
    await theirs.page.route('**/v1/authentication/options', (route) => route.continue())
    await unlock(theirs)
    expect(bank.answers.some(({ json }) => json.code === 'refresh_token_key_mismatch')).toBe(true)
    expect(bank.events).toContainEqual(
      expect.objectContaining({ type: 'family.ended', reason: 'keyMismatch' }),
    )
    await tab.load()
    expect(await unlock(tab)).toEqual({ value: 'W' })
    expect(await tab.prompts()).toEqual(['get'])
  })
})
