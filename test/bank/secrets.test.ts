import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, type HelloServer, startHello } from '../browser/hello-server.ts'
import { browserArguments, chromiumPath } from '../support/browser.ts'
import { type Canary, findCanaries, readFilesBelow } from '../support/canaries.ts'
import { demoPassword } from '../support/server.ts'
import { type BankPage, openBank, soon } from './bank-page.ts'

const reference = 'Canary of a reference 7731'
const payee = 'Canary Payee Limited'
const mistyped = 'Canary of a password 5521'

describe.skipIf(chromiumPath === undefined)('secrets of the bank', { timeout: 600_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'keybound-secrets-'))
  let server: HelloServer

  beforeAll(async () => {
    server = await startHello(data, await freePort(), {}, 'bank')
  }, 600_000)
  afterAll(async () => {
    await server?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  /** The whole path in a browser that keeps a profile on the disk; `leave` ends it. */
  async function walk(leave: (profile: string, context: BrowserContext) => Promise<void>) {
    const profile = mkdtempSync(join(tmpdir(), 'keybound-profile-'))
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: chromiumPath ?? 'chromium',
      args: [...browserArguments],
      locale: 'en-US',
    })
    const canaries: Canary[] = [
      { name: 'password', secret: demoPassword },
      { name: 'mistyped password', secret: mistyped },
      { name: 'reference', secret: reference },
      { name: 'payee', secret: payee },
    ]
    const bank = await openBank(undefined, server.address, {
      context,
      prepare: (page) => collect(page, canaries),
    })
    await wholePath(bank)
    await leave(profile, context)
    return { profile, canaries }
  }

  /** What is found of them in the files, and that there was enough to look for. */
  function expectNone(canaries: readonly Canary[], files: ReadonlyMap<string, Buffer>): void {
    const kinds = new Set(canaries.map(({ name }) => name))
    for (const kind of ['session token', 'access token', 'refresh token', 'data key', 'PRF output'])
      expect(kinds).toContain(kind)
    expect(findCanaries(canaries, files)).toEqual([])
  }

  test('are nowhere in the profile of the browser nor in the log of the server, after the whole path', async () => {
    const { profile, canaries } = await walk((_, context) => context.close())
    const files = profileFiles(profile, canaries)
    // The search finds what lies there in clear: whom the app is to ask.
    expect(findCanaries([{ name: 'user name', secret: '"ada"' }], files)).not.toEqual([])
    expectNone(canaries, files)
    expectNone(canaries, new Map([['log', Buffer.from(server.output())]]))
    rmSync(profile, { recursive: true, force: true })
  })

  test('nor after browser and server were killed in the middle', async () => {
    const { profile, canaries } = await walk(async (profile, context) => {
      const closed = context.waitForEvent('close')
      process.kill(pidOfBrowser(profile), 'SIGKILL')
      await Promise.all([closed, server.kill()])
    })
    expectNone(canaries, profileFiles(profile, canaries))
    expectNone(canaries, new Map([['log', Buffer.from(server.output())]]))
    const tokens = canaries.filter(({ name }) => name !== 'reference' && name !== 'payee')
    expectNone(tokens, readFilesBelow(data))
    server = await startHello(data, Number(new URL(server.address).port), {}, 'bank')
    rmSync(profile, { recursive: true, force: true })
  })
})

async function wholePath(bank: BankPage): Promise<void> {
  await bank.signIn('ada', mistyped)
  await bank.alert()
  await bank.turnOn('ada')
  await bank.pay({ to: payee, amount: '2.50', reference })
  await bank.press('Done')
  await bank.press('Lock')
  await bank.press('Unlock')
  await bank.at('Balance')
  await bank.page.reload()
  await bank.page.getByText(payee).first().waitFor()
  await expect.poll(bank.balance, soon).toBeGreaterThan(0)
  await bank.press('Settings')
  await bank.at('Devices')
}

/**
 * All but the compiled script of the app itself, which has the password of the demo in its own text, as its page shows it
 * to everybody. Everything else is looked for there too, also the one that was mistyped.
 */
function profileFiles(profile: string, canaries: readonly Canary[]): ReadonlyMap<string, Buffer> {
  const files = readFilesBelow(profile)
  const compiled = [...files].filter(([path]) => path.includes('/Code Cache/js/'))
  const others = canaries.filter(({ name }) => name !== 'password')
  expect(findCanaries(others, new Map(compiled))).toEqual([])
  return new Map([...files].filter(([path]) => !path.includes('/Code Cache/js/')))
}

/** Notes every secret that the page gets or makes: tokens from the answers, data keys and PRF outputs from the page. */
async function collect(page: Page, canaries: Canary[]): Promise<void> {
  page.on('response', async (response) => {
    if (!/\/v1\/(sessions\/password|token)$/.test(response.url())) return
    const answer = await response.json().catch(() => ({}))
    const found: Record<string, string | undefined> = {
      'session token': answer.session?.token,
      'registration grant': answer.registrationGrant?.token,
      'access token': answer.access_token,
      'refresh token': answer.refresh_token,
    }
    for (const [name, secret] of Object.entries(found)) if (secret) canaries.push({ name, secret })
  })
  await page.exposeFunction('noteCanary', (name: string, bytes: number[]) => {
    canaries.push({ name, secret: Uint8Array.from(bytes) })
  })
  await page.addInitScript(tellSecrets)
}

/** In the page: tells of each data key that is generated, and of what the PRF gives. */
function tellSecrets(): void {
  const note = (name: string, bytes: ArrayBuffer) =>
    (globalThis as unknown as { noteCanary(name: string, bytes: number[]): void }).noteCanary(name, [
      ...new Uint8Array(bytes),
    ])
  const { subtle } = crypto
  const generate = subtle.generateKey.bind(subtle) as (...all: unknown[]) => Promise<CryptoKey>
  Object.assign(subtle, {
    async generateKey(...all: unknown[]) {
      const key = await generate(...all)
      if (key instanceof CryptoKey && key.extractable) note('data key', await subtle.exportKey('raw', key))
      return key
    },
  })
  const { prototype } = PublicKeyCredential
  const original = prototype.getClientExtensionResults
  prototype.getClientExtensionResults = function results(this: PublicKeyCredential) {
    const all = original.call(this)
    for (const output of Object.values(all.prf?.results ?? {})) note('PRF output', output as ArrayBuffer)
    return all
  }
}

/** The browser's own process: the one of this profile that is none of its helpers. */
function pidOfBrowser(profile: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/cmdline`))
    .find((pid) => {
      const line = readCommand(pid)
      return line.includes(`--user-data-dir=${profile}`) && !line.includes('--type=')
    })
  if (found === undefined) throw new Error('Unexpected absence of the browser among the processes.')
  return Number(found)
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It ended meanwhile.
    return ''
  }
}
