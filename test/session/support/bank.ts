import { fileURLToPath } from 'node:url'
import {
  type ApprovedTransaction,
  createKeyboundServer,
  type ServerEvent,
  standardTypes,
} from '@keybound/server'
import { serve } from '@keybound/server/node'
import type { Guard } from '@keybound/server/protect'
import { createMemoryStore } from '@keybound/server/store/memory'
import { build } from 'esbuild'
import { createMemoryKeys } from '../../support/keys.ts'
import { cheapPasswords, demoPassword } from '../../support/server.ts'
import { limits, payment } from '../../transactions/support/bank.ts'

/** A bank with tokens, over HTTP on this machine: its pages, the server behind, a route that needs a token. */
export interface Bank {
  readonly address: string
  /** Of `ada`; `grace` has one too. */
  readonly account: string
  readonly events: readonly ServerEvent[]
  /** Every answer of the token endpoint, oldest first. */
  readonly answers: readonly { readonly status: number; readonly json: Readonly<Record<string, string>> }[]
  /** Paths of the API that were asked for, oldest first. */
  readonly calls: readonly string[]
  /** Called between the server's commit and the answer to the page. */
  readonly onAnswer: (then: (() => Promise<void>) | undefined) => void
  /** Moves the server's clock. */
  readonly advance: (seconds: number) => void
  readonly sessions: () => Promise<number>
  /** Creates a payment of 42.00 EUR for the account, as the host's backend does. Answers its id. */
  readonly payment: (minor?: number) => Promise<string>
  /** What was approved and carried out. */
  readonly ledger: readonly ApprovedTransaction[]
  readonly revoke: () => Promise<number>
  readonly close: () => Promise<void>
}

const page =
  '<!doctype html><meta charset="utf-8"><title>Bank</title><script type="module" src="/page.js"></script>'
const script = `
  import { createKeyboundClient, webPlatform, webTokens } from '@keybound/web'
  import * as approvals from '@keybound/web/approvals'
  globalThis.keybound = { createKeyboundClient, webPlatform, webTokens, approvals }
`

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: fileURLToPath(new URL('../../..', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['keybound-source'],
  })
  return outputFiles[0]?.text ?? ''
}

/** A route that no signature satisfies. */
function never(): Response {
  const challenge = 'DPoP error="insufficient_user_authentication", acr_values="W L1 L2 R", max_age="0"'
  return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
}

/** Opens it. */
export async function openBank(port: number, resources: readonly string[] = []): Promise<Bank> {
  const address = `http://localhost:${port}`
  const events: ServerEvent[] = []
  const answers: Bank['answers'][number][] = []
  const calls: string[] = []
  const ledger: ApprovedTransaction[] = []
  let offset = 0
  let created = 0
  let onAnswer: (() => Promise<void>) | undefined
  const keybound = await createKeyboundServer({
    publicUrl: address,
    realm: 'bank',
    relyingParty: { id: 'localhost', name: 'Bank' },
    origins: [address],
    store: createMemoryStore(),
    keys: createMemoryKeys(),
    firstFactor: cheapPasswords,
    tokens: { clients: ['bank-app'], resources: [address, ...resources] },
    policy: limits,
    transactions: { types: standardTypes, within: (approved) => void ledger.push(approved) },
    demo: true,
    now: () => Date.now() + offset,
    onEvent: (event) => events.push(event),
  })
  const { account } = await keybound.accounts.create({ username: 'ada', password: demoPassword })
  await keybound.accounts.create({ username: 'grace', password: demoPassword })
  const guards: Readonly<Record<string, Guard>> = {
    '/api/balance': keybound.protect(),
    '/api/transfer': keybound.protect({ acr: 'W', maxAge: 60 }),
    '/api/vault': keybound.protect({ acr: 'L2' }),
  }
  const code = await bundle()

  async function token(request: Request, clientAddress: string): Promise<Response> {
    const response = await keybound.fetch(request, { clientAddress })
    answers.push({ status: response.status, json: await response.clone().json() })
    await onAnswer?.()
    return response
  }

  const server = await serve({
    port,
    fetch: async (request, { clientAddress }) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/') return new Response(page, { headers: { 'content-type': 'text/html' } })
      if (pathname === '/page.js')
        return new Response(code, { headers: { 'content-type': 'text/javascript' } })
      if (pathname === '/v1/token') return token(request, clientAddress)
      calls.push(pathname)
      if (pathname === '/api/never') return never()
      const guard = guards[pathname]
      if (!guard) return keybound.fetch(request, { clientAddress })
      const verdict = await guard(request)
      return verdict.outcome === 'refused'
        ? verdict.response
        : Response.json({ caller: verdict.caller, sent: await request.text() }, { headers: verdict.headers })
    },
  })
  return {
    address,
    account,
    events,
    answers,
    calls,
    onAnswer: (then) => {
      onAnswer = then
    },
    advance: (seconds) => {
      offset += seconds * 1000
    },
    sessions: async () => (await keybound.sessions.list(account)).length,
    async payment(minor) {
      const operationId = `payment ${++created}`
      const wanted = { account, type: 'payment', fields: payment(minor), operationId }
      return (await keybound.transactions.create(wanted)).id
    },
    ledger,
    revoke: () => keybound.sessions.revoke({ account }),
    close: async () => {
      await server.close()
      await keybound.close()
    },
  }
}
