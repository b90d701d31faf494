import { type AndroidRoot, googleRoots } from '@keybound/attestation'
import { KeyboundError } from '@keybound/protocol'
import {
  createKeyboundServer,
  type KeyboundServerOptions,
  type ServerEvent,
  type ServerTrust,
} from '@keybound/server'
import { createMemoryStore } from '@keybound/server/store/memory'
import { describe, expect, test } from 'vitest'
import { createMemoryKeys } from '../support/keys.ts'
import {
  cheapPasswords,
  createClock,
  demoPassword,
  startServer,
  startWithAccounts,
} from '../support/server.ts'

const production = {
  publicUrl: 'https://bank.example',
  origins: ['https://bank.example'],
  relyingParty: { id: 'bank.example', name: 'Bank' },
  demo: false,
} as const

describe('law 7', () => {
  test.each([
    'https://bank.example',
    'http://192.168.0.1',
    'https://localhost.bank.example',
    'https://127.0.0.1.nip.example',
  ])('demo mode refuses %s', async (publicUrl) => {
    const { hostname, origin } = new URL(publicUrl)
    const options = { publicUrl, origins: [origin], relyingParty: { id: hostname, name: 'x' } }
    await expect(startServer({ ...options, demo: true })).rejects.toMatchObject({ code: 'demo_not_loopback' })
    for (const trust of [
      { roots: [], testOnly: true },
      { roots: [], android: { testOnly: true } },
    ]) {
      await expect(startServer({ ...options, demo: false, trust })).rejects.toMatchObject({
        code: 'demo_not_loopback',
      })
    }
  })

  test.each([
    'http://localhost',
    'http://localhost:3000/',
    'http://127.0.0.1:8080',
    'http://[::1]:1',
    'https://app.localhost',
  ])('demo mode takes %s', async (publicUrl) => {
    const { hostname, origin } = new URL(publicUrl)
    await expect(
      startServer({ publicUrl, origins: [origin], relyingParty: { id: hostname, name: 'x' }, demo: true }),
    ).resolves.toBeDefined()
  })

  test('a store that was opened in demo mode is refused in production for ever', async () => {
    const store = createMemoryStore()
    await startServer({ store, demo: true })
    await expect(startServer({ store, ...production })).rejects.toMatchObject({ code: 'store_marked_demo' })
    await expect(startServer({ store, demo: false })).rejects.toMatchObject({ code: 'store_marked_demo' })
    await expect(startServer({ store, demo: true })).resolves.toBeDefined()
  })

  test('a store of production is refused to demos, and goes on serving production', async () => {
    const store = createMemoryStore()
    await startServer({ store, demo: false })
    await expect(startServer({ store, demo: true })).rejects.toMatchObject({
      code: 'store_marked_production',
    })
    await expect(startServer({ store, demo: false })).resolves.toBeDefined()
  })

  test('a refused start leaves no mark', async () => {
    const store = createMemoryStore()
    await expect(startServer({ store, ...production, demo: true })).rejects.toBeInstanceOf(KeyboundError)
    await expect(startServer({ store, ...production })).resolves.toBeDefined()
  })
})

describe('a pinned Android root that ends within half a year', () => {
  const root = 'Google Key Attestation CA1, P-384'
  const notAfter = Date.parse('2035-07-15T22:32:18Z') / 1000
  const alarms = (events: readonly ServerEvent[]) => events.filter(({ type }) => type === 'trust.rootEnding')

  const startAt = async (date: string, trust?: ServerTrust) => {
    const clock = createClock(Date.parse(date) / 1000)
    return { ...(await startServer({ now: clock.now, ...(trust && { trust }) })), clock }
  }

  test('is told at the start, and once a day while requests come in', async () => {
    const { clock, call, events } = await startAt('2035-03-01T00:00:00Z')
    const ask = () => call('GET', '/v1/nothing')
    expect(alarms(events)).toMatchObject([{ root, notAfter }])
    await ask()
    clock.advance(86_399)
    await ask()
    expect(alarms(events)).toHaveLength(1)
    clock.advance(1)
    await ask()
    await ask()
    expect(alarms(events)).toHaveLength(2)
  })

  test('is not told of before, nor where another root is trusted', async () => {
    expect(alarms((await startAt('2034-12-01T00:00:00Z')).events)).toEqual([])
    const trust = { roots: [], android: { roots: googleRoots.slice(0, 1) } }
    expect(alarms((await startAt('2035-03-01T00:00:00Z', trust)).events)).toEqual([])
  })

  test('that cannot be read stops the start', async () => {
    const trust = { roots: [], android: { roots: [new Uint8Array(3)] } }
    await expect(startAt('2026-11-26T00:00:00Z', trust)).rejects.toMatchObject({
      code: 'certificate_malformed',
    })
  })

  test('that cannot be read any more, where trust is read anew for each use, fails no request', async () => {
    let roots: readonly (AndroidRoot | Uint8Array)[] = googleRoots
    const trust = {
      roots: [],
      get android() {
        return { roots }
      },
    }
    const { clock, call, server } = await startAt('2026-11-26T00:00:00Z', trust)
    roots = [new Uint8Array(3)]
    clock.advance(86_400)
    expect((await call('GET', '/v1/nothing')).status).toBe(404)
    await server.close()
  })
})

describe('options that are refused', () => {
  const cases: readonly [string, Partial<KeyboundServerOptions>][] = [
    ['an address without TLS', { ...production, publicUrl: 'http://bank.example' }],
    ['an address with a path', { publicUrl: 'http://localhost:3000/api' }],
    ['an address that is none', { publicUrl: 'localhost' }],
    ['an address of another scheme', { publicUrl: 'ftp://localhost' }],
    ['a realm with capitals', { realm: 'Bank' }],
    ['an empty realm', { realm: '' }],
    ['a realm with a zero byte', { realm: 'a\0b' }],
    ['no origin', { origins: [] }],
    ['an origin with a path', { origins: ['http://localhost:3000/'] }],
    ['an origin with a pattern', { origins: ['https://*.localhost'] }],
    ['an origin outside the relying party', { origins: ['http://localhost:3000', 'https://evil.example'] }],
    ['an origin that only ends alike', { ...production, origins: ['https://evilbank.example'] }],
    ['a relying party id with a scheme', { relyingParty: { id: 'http://localhost', name: 'x' } }],
    ['a relying party without a name', { relyingParty: { id: 'localhost', name: '' } }],
    ['a proxy that is no address', { trustedProxies: ['proxy.local'] }],
    ['a challenge that lives an hour', { policy: { challenge: { authenticationLifetime: 3_600 } } }],
    ['a grant that lives ten minutes', { policy: { grant: { lifetime: 600 } } }],
    ['a session without end', { policy: { session: { lifetime: Number.POSITIVE_INFINITY } } }],
    ['half a try', { policy: { throttle: { account: { tries: 0.5 } } } }],
    [
      'a limit in no currency',
      { policy: { newDevice: { limits: [{ currency: 'EURO', each: 1, total: 1 }] } } },
    ],
    [
      'half a cent on probation',
      { policy: { newDevice: { limits: [{ currency: 'EUR', each: 0.5, total: 1 }] } } },
    ],
    [
      'a limit on probation among those of levels',
      {
        policy: {
          transactions: { limits: [{ on: 'probation' as 'W', currency: 'EUR', each: 1, total: 1 }] },
        },
      },
    ],
    ['no algorithms', { policy: { registration: { algorithms: [] } } }],
    ['a misspelt policy', { policy: { throttle: { acount: { tries: 1 } } } as object }],
    ['weak Argon2', { firstFactor: { kind: 'password', policy: { argon2: { memory: 8_192, passes: 2 } } } }],
    ['short passwords', { firstFactor: { kind: 'password', policy: { minLength: 4 } } }],
  ]
  test.each(cases)('%s', async (_, options) => {
    await expect(startServer(options)).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringMatching(/^Unexpected .*, expected .*\. Correct the server options\.$/),
    })
  })

  test('keys that cannot be read', async () => {
    const keys = {
      ...createMemoryKeys(),
      list: () => Promise.reject(new KeyboundError('key_unavailable', 'wrong secret')),
    }
    await expect(startServer({ keys })).rejects.toMatchObject({ code: 'key_unavailable' })
  })
})

test('key ids that do not fit into tickets are refused', async () => {
  const keys = createMemoryKeys()
  const list: typeof keys.list = async (purpose) =>
    (await keys.list(purpose)).map((key) => ({ ...key, kid: 'key-1' }))
  await expect(startServer({ keys: { ...keys, list } })).rejects.toMatchObject({
    code: 'configuration_invalid',
  })
})

test('defaults are the system’s clock and generator', async () => {
  const server = await createKeyboundServer({
    publicUrl: 'http://localhost:3000',
    realm: 'test',
    relyingParty: { id: 'localhost', name: 'Test' },
    origins: ['http://localhost:3000'],
    store: createMemoryStore(),
    keys: createMemoryKeys(),
    firstFactor: cheapPasswords,
  })
  const { account } = await server.accounts.create({ username: 'ada', password: demoPassword })
  expect(Buffer.from(account, 'base64url')).toHaveLength(16)
  const before = Math.floor(Date.now() / 1000)
  const response = await server.fetch(
    new Request('http://localhost:3000/v1/sessions/password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: demoPassword }),
    }),
    { clientAddress: '127.0.0.1' },
  )
  const { session } = (await response.json()) as { session: { authTime: number } }
  expect(session.authTime).toBeGreaterThanOrEqual(before)
})

describe('accounts', () => {
  test('creating one again answers the same account and changes nothing', async () => {
    const { server, ada, signIn, events } = await startWithAccounts()
    events.length = 0
    const again = await server.accounts.create({
      username: 'ADA',
      password: demoPassword,
      displayName: 'Another',
    })
    expect(again.account).toBe(ada)
    expect(events).toEqual([])
    await expect(signIn()).resolves.toBeDefined()
  })

  test('of eight calls creating one at once, all get the same', async () => {
    const { server } = await startServer()
    const made = await Promise.all(
      Array.from({ length: 8 }, () => server.accounts.create({ username: 'eve', password: demoPassword })),
    )
    expect(new Set(made.map(({ account }) => account)).size).toBe(1)
  })

  test('a user name that exists keeps its password', async () => {
    const { server, signIn } = await startWithAccounts()
    await expect(
      server.accounts.create({ username: 'ada', password: 'another long enough password' }),
    ).rejects.toMatchObject({ code: 'username_taken' })
    await expect(signIn()).resolves.toBeDefined()
  })

  test.each([
    ['short', 'only14letters!'],
    ['long', 'ab cd '.repeat(200)],
    ['repetitive', 'abababababababababab'],
    ['the user name and a bit', 'margaret7fz24yq'],
    ['common words', 'Password-Sunshine-2024'],
    ['the user name, the realm and a year', 'margaret-test-2024'],
  ])('a password that is %s is refused', async (_, password) => {
    const { server } = await startServer()
    await expect(server.accounts.create({ username: 'margaret', password })).rejects.toMatchObject({
      code: 'password_unacceptable',
      message: expect.not.stringContaining(password),
    })
  })

  test.each(['', ' ada', 'ada ', 'a\u0000b', 'a\u200bb', 'a\u202eb', 'a'.repeat(65)])(
    'the user name %j is refused',
    async (username) => {
      const { server } = await startServer()
      await expect(server.accounts.create({ username, password: demoPassword })).rejects.toMatchObject({
        code: 'username_unacceptable',
      })
    },
  )

  test('names reach the authenticator', async () => {
    const { server, signIn, registrationOptions } = await startServer()
    await server.accounts.create({ username: 'Léa', password: demoPassword, displayName: 'Léa Dupont' })
    const { user } = await registrationOptions(await signIn('léa'))
    expect(user).toMatchObject({ name: 'léa', displayName: 'Léa Dupont' })
    expect(Buffer.from(user.id, 'base64url')).toHaveLength(32)
  })

  test('hashes are renewed at sign-in when the policy asks for more work', async () => {
    const store = createMemoryStore()
    const before = await startServer({ store })
    await before.server.accounts.create({ username: 'ada', password: demoPassword })
    const work = async () => (await store.findPassword('test', 'ada'))?.passwordHash.split('$')[3]
    expect(await work()).toBe('m=8192,t=3,p=1')
    const after = await startServer({
      store,
      firstFactor: { kind: 'password', policy: { argon2: { memory: 9_216, passes: 3, parallelism: 1 } } },
    })
    await after.signIn()
    expect(await work()).toBe('m=9216,t=3,p=1')
    await before.signIn()
    expect(await work()).toBe('m=9216,t=3,p=1')
  })
})

describe('closing', () => {
  test('lets requests finish and refuses later ones', async () => {
    const { server, call, signIn, store } = await startWithAccounts()
    const under = signIn()
    const closed = server.close()
    await expect(under).resolves.toBeDefined()
    await closed
    const late = await call('GET', '/v1/session')
    expect(late).toMatchObject({ status: 503, json: { code: 'overloaded', retryAfter: 1 } })
    // The store is the host's.
    await expect(store.findSession('test', 'x')).resolves.toBeUndefined()
  })

  test('the store is pruned now and then, and a failing prune hurts nobody', async () => {
    const pruned: number[] = []
    const store = {
      ...createMemoryStore(),
      prune: async (now: number) => {
        pruned.push(now)
        throw new Error('disk full')
      },
    }
    const { call, clock } = await startServer({ store })
    const start = Math.floor(clock.now() / 1000)
    for (const _ of [1, 2]) await call('GET', '/v1/session')
    clock.advance(300)
    for (const _ of [1, 2, 3]) await call('GET', '/v1/session')
    clock.advance(300)
    expect(await call('GET', '/v1/session')).toMatchObject({ status: 401 })
    expect(pruned).toEqual([start + 300, start + 600])
  })
})

test('a listener that throws breaks nothing', async () => {
  const { signIn } = await startWithAccounts({
    onEvent: () => {
      throw new Error('log is full')
    },
  })
  await expect(signIn()).resolves.toBeDefined()
})
