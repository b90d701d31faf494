import type { ClientEvent, ClientState, KeyboundClient, LockOptions } from '@keybound/web'
import type { BrowserContext, Page } from 'playwright-core'
import { demoPassword } from '../../support/server.ts'

/** How a call in the page ended. */
export interface Outcome<T = unknown> {
  readonly value?: T
  readonly code?: string
  readonly message?: string
}

/** A page of the bank with a client in it. */
export interface Tab {
  readonly page: Page
  /** Loads the page anew and makes a client: what was in memory is gone. */
  readonly load: (options?: TabOptions) => Promise<void>
  /** Runs an expression over `client` in the page. */
  readonly run: <T>(
    body: (client: KeyboundClient, argument: string) => unknown,
    argument?: string,
  ) => Promise<Outcome<T>>
  readonly state: () => Promise<ClientState>
  /** Ceremonies since the page was loaded: `create` or `get`. */
  readonly prompts: () => Promise<readonly string[]>
  /** What telemetry was told since the page was loaded. */
  readonly events: () => Promise<readonly ClientEvent[]>
  /** As `ada`, unless told otherwise. */
  readonly signInWithPassword: (username?: 'ada' | 'grace') => Promise<Outcome>
  /** Password, key, loads the page anew: a device that was set up before. */
  readonly setUp: (options?: TabOptions) => Promise<void>
}

export interface TabOptions {
  readonly lock?: LockOptions
  readonly offline?: { readonly maxAgeSinceServerContact: number }
  readonly resource?: string
  readonly account?: string
}

/** Opens a tab. Prompts are counted, and time is what the test adds to it. */
export async function openTab(context: BrowserContext, address: string, page?: Page): Promise<Tab> {
  const tab = page ?? (await context.newPage())
  tab.setDefaultTimeout(15_000)

  async function load(options: TabOptions = {}): Promise<void> {
    await tab.goto(address)
    await tab.waitForFunction(() => 'keybound' in globalThis)
    await tab.evaluate(
      async ({ address, options }) => {
        const { createKeyboundClient, webPlatform, webTokens, approvals } = (globalThis as never as Globals)
          .keybound
        const { account, ...tokens } = options
        const events: ClientEvent[] = []
        const client = createKeyboundClient({
          server: address,
          platform: webPlatform(),
          tokens: webTokens({ clientId: 'bank-app', ...tokens }),
          approvals: async () => approvals,
          ...(account && { account }),
          onEvent: (event) => void events.push(event),
        })
        Object.assign(globalThis, { client, events })
        await client.ready
      },
      { address, options },
    )
  }

  const run: Tab['run'] = async (body, argument = '') =>
    tab.evaluate(
      async ({ source, argument }) => {
        const work = new Function('client', 'argument', `return (${source})(client, argument)`)
        try {
          return { value: await work((globalThis as never as Globals).client, argument) }
        } catch (error) {
          const { code, message } = error as { code?: string; message?: string }
          return { code: code ?? 'none', message }
        }
      },
      { source: body.toString(), argument },
    ) as never

  const signInWithPassword = (username = 'ada') =>
    run(
      (client, typed) => client.signInWithPassword(JSON.parse(typed)),
      JSON.stringify({ username, password: demoPassword }),
    )
  return {
    page: tab,
    load,
    run,
    state: () => tab.evaluate(() => (globalThis as never as Globals).client.state),
    prompts: () => tab.evaluate(() => (globalThis as never as Globals).prompts),
    events: () => tab.evaluate(() => (globalThis as never as Globals).events),
    signInWithPassword,
    async setUp(options) {
      await load(options)
      await signInWithPassword()
      const { code, message } = await run((client) => client.register())
      if (code) throw new Error(`Unexpected ${code} ${message}, expected a registration.`)
      await load(options)
    },
  }
}

interface Globals {
  readonly keybound: typeof import('@keybound/web') & {
    readonly approvals: typeof import('@keybound/web/approvals')
  }
  readonly client: KeyboundClient
  readonly prompts: readonly string[]
  readonly events: readonly ClientEvent[]
}

/** In every page before its scripts: counts prompts, and lets the test move the clock. */
export function instrument(): void {
  const prompts: string[] = []
  const clock = { offset: 0 }
  const now = Date.now.bind(Date)
  Date.now = () => now() + clock.offset
  Object.assign(globalThis, { prompts, clock })
  const { credentials } = navigator
  for (const ceremony of ['create', 'get'] as const) {
    const original = credentials[ceremony].bind(credentials)
    credentials[ceremony] = (options?: CredentialCreationOptions & CredentialRequestOptions) => {
      prompts.push(ceremony)
      return original(options)
    }
  }
}

/**
 * In every page before its scripts: answers the PRF from the salt alone, so that several pages share one authenticator,
 * which Chromium's tools tie to a page.
 */
export function evaluatePrfInSoftware(): void {
  const { credentials } = navigator
  const evaluate = async (salt: BufferSource | undefined) => salt && crypto.subtle.digest('SHA-256', salt)
  for (const ceremony of ['create', 'get'] as const) {
    const original = credentials[ceremony].bind(credentials)
    credentials[ceremony] = async (options?: CredentialCreationOptions & CredentialRequestOptions) => {
      const credential = (await original(options)) as PublicKeyCredential
      const { eval: one, evalByCredential = {} } = options?.publicKey?.extensions?.prf ?? {}
      const salts = one ?? evalByCredential[credential.id]
      const first = await evaluate(salts?.first)
      const second = await evaluate(salts?.second)
      const results = { prf: { enabled: true, results: { first, second } } }
      credential.getClientExtensionResults = () => results as AuthenticationExtensionsClientOutputs
      return credential
    }
  }
}
