import { type ClientEvent, createKeyboundClient, type KeyboundClient, KeyboundError } from '@keybound/client'
import * as approvals from '@keybound/client/approvals'
import type { CredentialJSON } from '@keybound/protocol'
import { type ApprovedTransaction, type KeyboundServerOptions, standardTypes } from '@keybound/server'
import { demoPassword, origin, startServer, type TestServer } from '../support/server.ts'
import { limits, payment } from '../transactions/support/bank.ts'
import { createDevice, type Device } from './device.ts'

/** A server with the accounts ada and grace, a device, and a client on it. */
export interface World {
  readonly server: TestServer
  readonly device: Device
  readonly client: KeyboundClient
  readonly events: ClientEvent[]
  /** Account id of a user. */
  readonly accounts: Readonly<Record<'ada' | 'grace', string>>
  readonly signInWithPassword: (username?: string) => ReturnType<KeyboundClient['signInWithPassword']>
  /** Signs in by password, registers, signs out. */
  readonly registered: (username?: string) => Promise<CredentialJSON>
  /** Creates a payment of 42.00 EUR for ada, as the host's backend does. Answers its id. */
  readonly payment: (minor?: number) => Promise<string>
  /** What was carried out. */
  readonly ledger: readonly ApprovedTransaction[]
  /** A second client on the same device, as another tab is. */
  readonly anotherClient: () => KeyboundClient
  /** The ids the server has for a user, asked for through a session of another device. */
  readonly onServer: (username?: string) => Promise<readonly string[]>
  /** Sessions the server takes now, among those it ever gave to the client. */
  readonly liveSessions: () => Promise<number>
}

/** The demo password, hashed once for all worlds. */
const hashOfPassword = (async () => {
  const { server, store } = await startServer()
  await server.accounts.create({ username: 'ada', password: demoPassword })
  return (await store.findPassword('test', 'ada'))?.passwordHash ?? ''
})()

/** Makes it. */
export async function createWorld(overrides: Partial<KeyboundServerOptions> = {}): Promise<World> {
  const ledger: ApprovedTransaction[] = []
  const server = await startServer({
    policy: limits,
    transactions: { types: standardTypes, within: (approved) => void ledger.push(approved) },
    ...overrides,
  })
  const accounts = { ada: 'account-of-ada', grace: 'account-of-grace' }
  for (const [username, account] of Object.entries(accounts)) {
    const password = { account, username, displayName: username, passwordHash: await hashOfPassword }
    await server.store.savePassword({ realm: 'test', operationId: username, now: 0, password })
  }
  const device = createDevice(server)
  const events: ClientEvent[] = []
  const newClient = () =>
    createKeyboundClient({
      server: origin,
      platform: device.platform,
      approvals,
      onEvent: (event) => events.push(event),
    })
  const client = newClient()
  await client.ready

  const tokens = new Set<string>()
  const { fetch } = server.server
  Object.assign(server, {
    server: {
      ...server.server,
      fetch: async (...[request, connection]: Parameters<typeof fetch>) => {
        const response = await fetch(request, connection)
        const token = /"session":\{"token":"([^"]+)"/.exec(await response.clone().text())?.[1]
        if (token) tokens.add(token)
        return response
      },
    },
  })

  let operations = 0
  const signInWithPassword = (username = 'ada') =>
    client.signInWithPassword({ username, password: demoPassword })
  return {
    server,
    device,
    client,
    events,
    accounts,
    signInWithPassword,
    async registered(username) {
      await signInWithPassword(username)
      const credential = await client.register()
      await client.signOut()
      return credential
    },
    async payment(minor) {
      const operationId = `operation ${++operations}`
      const wanted = { account: accounts.ada, type: 'payment', fields: payment(minor), operationId }
      return (await server.server.transactions.create(wanted)).id
    },
    ledger,
    anotherClient: newClient,
    async onServer(username = 'ada') {
      const account = accounts[username as 'ada']
      const credentials = await server.store.listCredentials('test', account)
      return credentials.map(({ id }) => id)
    },
    async liveSessions() {
      let live = 0
      for (const token of tokens) {
        if ((await server.call('GET', '/v1/session', { token })).status === 200) live++
      }
      return live
    },
  }
}

/** How a call ended: the value, or the code of its KeyboundError. Anything else fails the test. */
export async function settled<T>(
  call: Promise<T>,
): Promise<{ value: T } | { code: string; error: KeyboundError }> {
  try {
    return { value: await call }
  } catch (error) {
    if (!(error instanceof KeyboundError)) throw error
    return { code: error.code, error }
  }
}

/** The code a call is rejected with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const outcome = await settled(call)
  return 'code' in outcome ? outcome.code : 'no error'
}

/** Lets everything that can go on go on: in-process servers answer within a few turns of the event loop. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
