import type { PlatformResponse } from '@keybound/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf, createWorld, settled, type World } from './world.ts'

type Json = { [member: string]: unknown }

/** The answers of the protocol, each with the call that reads it. */
const readings = [
  { path: '/v1/sessions/password', before: 'nothing', call: 'signInWithPassword' },
  { path: '/v1/registration/options', before: 'password', call: 'register' },
  { path: '/v1/registration', before: 'password', call: 'register' },
  { path: '/v1/authentication/options', before: 'registration', call: 'signIn' },
  { path: '/v1/authentication', before: 'registration', call: 'signIn' },
] as const

type Reading = (typeof readings)[number]

async function prepare({ before }: Reading): Promise<World> {
  const world = await createWorld()
  if (before === 'password') await world.signInWithPassword()
  if (before === 'registration') await world.registered()
  return world
}

function perform({ client, signInWithPassword }: World, { call }: Reading): Promise<unknown> {
  return call === 'signInWithPassword' ? signInWithPassword() : client[call]()
}

/** The answer the real server gives. */
async function genuine(reading: Reading): Promise<Json> {
  const world = await prepare(reading)
  const { request } = world.device.platform
  let body = ''
  Object.assign(world.device.platform, {
    request: async (...sent: Parameters<typeof request>) => {
      const answer = await request(...sent)
      if (sent[0].url.endsWith(reading.path)) body = answer.body
      return answer
    },
  })
  await perform(world, reading)
  return JSON.parse(body)
}

function answering(world: World, { path }: Reading, body: string, status = 200): void {
  world.device.answer = ({ url }): PlatformResponse | undefined =>
    url.endsWith(path) ? { status, header: () => null, body } : undefined
}

/** Every path to a member, as far as the client looks at it. */
function membersOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [
    [...path, name],
    ...membersOf(member, [...path, name]),
  ])
}

function replaced(value: Json, path: readonly string[], by: unknown): Json {
  const copy = structuredClone(value)
  const parent = path.slice(0, -1).reduce<Json>((at, name) => at[name] as Json, copy)
  const last = path.at(-1) ?? ''
  if (by === undefined) delete parent[last]
  else parent[last] = by
  return copy
}

/** What the client leaves to the authenticator, and what an answer may lack. */
const unread =
  /^(attestation|extensions|registrationGrant|pubKeyCredParams\.\d+\.alg|(exclude|allow)Credentials\.\d+\.transports(\..*)?|authenticatorSelection\.(residentKey|requireResidentKey|authenticatorAttachment)|pubKeyCredParams\.\d+|(exclude|allow)Credentials\.\d+|credential\.transports\.\d+)$/

describe.each(readings)('the answer to $path', (reading) => {
  it('is refused when any member is missing or of another type', async () => {
    const answer = await genuine(reading)
    const members = membersOf(answer).filter((path) => !unread.test(path.join('.')))
    expect(members.length).toBeGreaterThan(3)
    const world = await prepare(reading)
    for (const path of members) {
      for (const by of wrongFor(at(answer, path))) {
        answering(world, reading, JSON.stringify(replaced(answer, path, by)))
        const outcome = await settled(perform(world, reading))
        const what = `${path.join('.')} = ${JSON.stringify(by)}`
        expect('code' in outcome ? outcome.code : 'accepted', what).toBe('server_answer_invalid')
      }
    }
  })

  it('is refused when it is anything else, and nothing of it is quoted', async () => {
    const world = await prepare(reading)
    const check = async (body: string) => {
      answering(world, reading, body)
      const outcome = await settled(perform(world, reading))
      expect(outcome).toMatchObject({ code: 'server_answer_invalid' })
      if ('error' in outcome) expect(outcome.error.message).not.toContain('canary')
    }
    for (const body of [
      '',
      'canary',
      '{"session":{"token":"canary"',
      '<html>canary</html>',
      '[]',
      'null',
      '7',
    ]) {
      await check(body)
    }
    const anything = fc.json({ maxDepth: 3 })
    await fc.assert(fc.asyncProperty(anything, check), { numRuns: 40, seed: 20_261_122 })
  })

  it.each([301, 400, 401, 429, 500, 502, 503])(
    'with status %i and no problem of ours says so',
    async (status) => {
      const world = await prepare(reading)
      answering(world, reading, '<html>Bad gateway</html>', status)
      const outcome = await settled(perform(world, reading))
      expect(outcome).toMatchObject({ code: 'server_answer_invalid' })
    },
  )
})

/** Nothing at all, and values of other types than the right one. */
function wrongFor(right: unknown): readonly unknown[] {
  const wrong = [undefined, { toString: 'no' }, typeof right === 'boolean' ? 'true' : true]
  // An empty list is a list.
  return Array.isArray(right) ? wrong : [...wrong, []]
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => (inner as Json)[name], value)
}

describe('what a server asks of an authenticator', () => {
  it.each([
    ['/v1/registration/options', ['authenticatorSelection', 'userVerification'], 'preferred'],
    ['/v1/registration/options', ['challenge'], 'c2hvcnQ'],
    ['/v1/registration/options', ['timeout'], 600_001],
    ['/v1/authentication/options', ['userVerification'], 'discouraged'],
    ['/v1/authentication/options', ['challenge'], `${'a'.repeat(21)}`],
    ['/v1/authentication/options', ['challenge'], `${'a'.repeat(42)}=`],
    ['/v1/authentication/options', ['timeout'], -1],
    ['/v1/authentication/options', ['timeout'], 1.5],
  ] as const)('is not followed when %s has %j = %j: no prompt', async (path, member, value) => {
    const reading = readings.find((one) => one.path === path) as Reading
    const answer = await genuine(reading)
    const world = await prepare(reading)
    world.device.rehearse()
    answering(world, reading, JSON.stringify(replaced(answer, member, value)))
    expect(await codeOf(perform(world, reading))).toBe('server_answer_invalid')
    expect(world.device.prompts()).toBe(0)
  })

  it('reaches the authenticator whole, with members the client does not know', async () => {
    const [, reading] = readings
    const world = await prepare(reading)
    const answer = await genuine(reading)
    const extensions = { prf: { eval: { first: 'AAAA' } } }
    let given: unknown
    Object.assign(world.device.platform, {
      register: async (options: unknown) => {
        given = options
        throw new Error('enough')
      },
    })
    answering(world, reading, JSON.stringify({ ...answer, extensions, hints: ['client-device'] }))
    await codeOf(world.client.register())
    expect(given).toEqual({ ...answer, extensions, hints: ['client-device'] })
  })
})

describe('a session that is not the one asked for', () => {
  it('is refused, and ended on the server', async () => {
    const world = await prepare(readings[4])
    const { client, device, signInWithPassword } = world
    const { request } = device.platform
    const ofGrace = await signInWithPassword('grace')
    // The old session is ended by the sign-out; this one is given out as ada's.
    await client.signOut()
    const other = await world.server.signIn('grace')
    answering(world, readings[4], JSON.stringify({ ...other, session: { ...other.session } }))
    const ended: (string | undefined)[] = []
    Object.assign(device.platform, {
      request: (...sent: Parameters<typeof request>) => {
        if (sent[0].method === 'DELETE') ended.push(sent[0].headers.authorization)
        return request(...sent)
      },
    })
    expect(await codeOf(client.signIn({ account: world.accounts.ada }))).toBe('server_answer_invalid')
    expect(client.state.state).toBe('registered')
    await client.signOut()
    expect(ended).toEqual([`Bearer ${other.session.token}`])
    expect(other.session.account).toBe(ofGrace.account)
  })
})

describe('a problem', () => {
  it.each([
    ['the member', { retryAfter: 7 }, null, 7],
    ['the header', {}, '12', 12],
    ['the member before the header', { retryAfter: 7 }, '12', 7],
    ['neither, when the header is a date', {}, 'Sun, 22 Nov 2026 09:00:00 GMT', undefined],
  ])('keeps the seconds to wait from %s', async (_, members, header, retryAfter) => {
    const world = await prepare(readings[0])
    const body = JSON.stringify({ code: 'overloaded', detail: 'Busy.', status: 503, ...members })
    world.device.answer = () => ({ status: 503, header: () => header, body })
    const outcome = await settled(world.signInWithPassword())
    expect(outcome).toMatchObject({ code: 'overloaded', error: { message: 'Busy.', retryAfter } })
  })

  it.each([
    ['no code', { detail: 'x' }],
    ['a code that is none', { code: 'Not A Code', detail: 'x' }],
    ['no detail', { code: 'internal' }],
    ['a mistyped wait', { code: 'internal', detail: 'x', retryAfter: 'soon' }],
  ])('with %s is not understood', async (_, members) => {
    const world = await prepare(readings[0])
    world.device.answer = () => ({ status: 500, header: () => '3', body: JSON.stringify(members) })
    const outcome = await settled(world.signInWithPassword())
    expect(outcome).toMatchObject({ code: 'server_answer_invalid', error: { retryAfter: 3 } })
  })
})
