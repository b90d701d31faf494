import {
  createKeyboundClient,
  type KeyboundClientOptions,
  type LockOptions,
  type OfflineOptions,
  type PhoneOptions,
  phonePlatform,
  phoneTokens,
  type SecureHardware,
} from '@keybound/phone'
import type { KeyboundServerOptions } from '@keybound/server'
import { demoPassword, origin, startWithAccounts, type TestServer } from '../../support/server.ts'

export { demoPassword }

/** A server for phones in this process, and the network in front of it. */
export async function openBank(options: Partial<KeyboundServerOptions> = {}) {
  const server = await startWithAccounts({ tokens: { clients: ['bank-app'] }, ...options })
  const network = { down: false, requests: [] as string[], milliseconds: 0 }
  return { ...server, network, request: requestOf(server, network) }
}

export type Bank = Awaited<ReturnType<typeof openBank>>

function requestOf(
  { server }: TestServer,
  network: { down: boolean; requests: string[] },
): SecureHardware['request'] {
  return async ({ method, url, headers, body }) => {
    network.requests.push(`${method} ${url.replace(`${origin}/v1/`, '')}`)
    if (network.down) throw Object.assign(new Error('no network'), { code: 'networkFailed' })
    const request = new Request(url, {
      method,
      headers: headers.map(({ name, value }): [string, string] => [name, value]),
      ...(body !== '' && { body: Buffer.from(body, 'base64url') }),
    })
    const response = await server.fetch(request, { clientAddress: '192.0.2.1' })
    const answered: { name: string; value: string }[] = []
    response.headers.forEach((value, name) => {
      answered.push({ name, value })
    })
    const answer = Buffer.from(await response.arrayBuffer()).toString('base64url')
    return { status: response.status, headers: answered, body: answer }
  }
}

interface AppOptions extends Pick<PhoneOptions, 'keys'>, Partial<Pick<PhoneOptions, 'wait'>> {
  readonly account?: string
  readonly lock?: LockOptions
  readonly offline?: OfflineOptions
  readonly more?: Partial<KeyboundClientOptions>
}

const never = () => new Promise<void>(() => {})

/** The app as it starts: a client over the hardware. Time is the bank's; by default no limit ever passes. */
export async function startApp(
  { clock }: Pick<Bank, 'clock'>,
  hardware: SecureHardware,
  { account, lock, offline, keys, wait = never, more }: AppOptions = {},
) {
  const phone = { hardware, now: clock.now, monotonicNow: clock.now, wait, ...(keys && { keys }) }
  const client = createKeyboundClient({
    server: origin,
    platform: phonePlatform(phone),
    tokens: phoneTokens({
      ...phone,
      clientId: 'bank-app',
      ...(lock && { lock }),
      ...(offline && { offline }),
    }),
    ...(account && { account }),
    ...more,
  })
  await client.ready
  return client
}

/** Signs in with the password and turns biometrics on. */
export async function setUp(client: Awaited<ReturnType<typeof startApp>>, username = 'ada') {
  await client.signInWithPassword({ username, password: demoPassword })
  return client.register({ name: 'Phone' })
}
