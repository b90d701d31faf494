import type {
  AuthenticationOptionsJSON,
  CredentialJSON,
  ErrorCode,
  ProblemJSON,
  RegistrationOptionsJSON,
  SignInAnswer,
} from '@keybound/protocol'
import { createKeyboundServer, type KeyboundServerOptions, type ServerEvent } from '@keybound/server'
import { createMemoryStore } from '@keybound/server/store/memory'
import { createAuthenticator, type SoftwareAuthenticator } from './authenticator.ts'
import { createMemoryKeys } from './keys.ts'

/** Address of the pages and of the server under test. */
export const origin = 'http://localhost:3000'
export const rpId = 'localhost'
export const demoPassword = 'correct horse battery staple'

/** A clock that moves when it is told to. Begins at a fixed second. */
export interface TestClock {
  readonly now: () => number
  advance(seconds: number): void
}

export function createClock(start = 1_800_000_000): TestClock {
  let milliseconds = start * 1000
  return {
    now: () => milliseconds,
    advance(seconds) {
      milliseconds += seconds * 1000
    },
  }
}

/** Cheapest work the policy allows, so that suites are about behaviour and not about Argon2. */
export const cheapPasswords = {
  kind: 'password',
  policy: { argon2: { memory: 8_192, passes: 3, parallelism: 1 } },
} as const

/** What a call may carry. */
export interface CallOptions {
  readonly body?: unknown
  /** Session token. */
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly clientAddress?: string
}

/** An answer, read. `json` is undefined for an empty body. */
export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: T
}

export type Caller = <T = ProblemJSON>(
  method: string,
  path: string,
  options?: CallOptions,
) => Promise<Answer<T>>

/** A server in this process with everything injected. */
export async function startServer(overrides: Partial<KeyboundServerOptions> = {}) {
  const clock = createClock()
  const events: ServerEvent[] = []
  const store = overrides.store ?? createMemoryStore()
  const keys = overrides.keys ?? createMemoryKeys()
  const server = await createKeyboundServer({
    publicUrl: origin,
    realm: 'test',
    relyingParty: { id: rpId, name: 'Test Bank' },
    origins: [origin],
    store,
    keys,
    firstFactor: cheapPasswords,
    demo: true,
    now: clock.now,
    onEvent: (event) => events.push(event),
    ...overrides,
  })
  const call: Caller = async (method, path, { body, token, headers, clientAddress = '192.0.2.1' } = {}) => {
    const request = new Request(origin + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return await readAnswer(await server.fetch(request, { clientAddress }))
  }
  return { server, store, keys, clock, events, call, ...createFlows(call) }
}

export type TestServer = Awaited<ReturnType<typeof startServer>>

export async function readAnswer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson && text !== '' ? JSON.parse(text) : undefined) as T,
  }
}

/** Calls over real HTTP. */
export function httpCaller(port: number): Caller {
  return async (method, path, { body, token, headers } = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return readAnswer(response)
  }
}

/** The honest steps of a client, each failing loudly when the server does not do its part. */
export function createFlows(call: Caller) {
  async function expectOk<T>(answer: Promise<Answer<T>>): Promise<T> {
    const { status, text, json } = await answer
    if (status !== 200) throw new Error(`Unexpected ${status} ${text}, expected 200.`)
    return json
  }

  const signIn = (username = 'ada', password = demoPassword, extra: object = {}) =>
    expectOk(call<SignInAnswer>('POST', '/v1/sessions/password', { body: { username, password, ...extra } }))

  const registrationOptions = ({ session, registrationGrant }: SignInAnswer) =>
    expectOk(
      call<RegistrationOptionsJSON>('POST', '/v1/registration/options', {
        token: session.token,
        body: { grant: registrationGrant?.token },
      }),
    )

  const authenticationOptions = (account?: string) =>
    expectOk(
      call<AuthenticationOptionsJSON>('POST', '/v1/authentication/options', {
        body: account === undefined ? {} : { account },
      }),
    )

  let operations = 0

  /** Password sign-in and registration of one key. */
  async function register(authenticator: SoftwareAuthenticator, username = 'ada', name?: string) {
    const signedIn = await signIn(username)
    const options = await registrationOptions(signedIn)
    const { credential } = await expectOk(
      call<{ credential: CredentialJSON }>('POST', '/v1/registration', {
        token: signedIn.session.token,
        body: {
          grant: signedIn.registrationGrant?.token,
          operationId: newOperationId(),
          response: authenticator.register(options),
          ...(name === undefined ? {} : { name }),
        },
      }),
    )
    return { signedIn, credential }
  }

  /** Distinct in this process; a client uses random bytes. */
  function newOperationId(): string {
    operations++
    return Buffer.from(`operation ${operations}`.padEnd(16)).toString('base64url')
  }

  async function authenticate(authenticator: SoftwareAuthenticator, account?: string): Promise<SignInAnswer> {
    const response = authenticator.authenticate(await authenticationOptions(account))
    return expectOk(call<SignInAnswer>('POST', '/v1/authentication', { body: { response } }))
  }

  return { signIn, registrationOptions, authenticationOptions, register, authenticate, newOperationId }
}

/** A server with the demo accounts. */
export async function startWithAccounts(overrides: Partial<KeyboundServerOptions> = {}) {
  const test = await startServer(overrides)
  const { account: ada } = await test.server.accounts.create({ username: 'ada', password: demoPassword })
  const { account: grace } = await test.server.accounts.create({ username: 'grace', password: demoPassword })
  return { ...test, ada, grace, authenticator: createAuthenticator({ origin }) }
}

/** For `expect(...).toMatchObject(refusal('grant_used'))`. */
export function refusal(code: ErrorCode) {
  return { json: { code } }
}
