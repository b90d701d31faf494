import { createKeyboundClient, KeyboundError, type PlatformResponse } from '@keybound/client'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoPassword, origin } from '../support/server.ts'
import { codeOf, createWorld, settled, turns, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

describe('signing in with the password', () => {
  it('opens a session and says that only the password signs in', async () => {
    const { client, accounts, signInWithPassword, device } = world
    expect(client.state).toEqual({ account: null, state: 'signedOut', accounts: [] })
    const session = await signInWithPassword()
    expect(session.account).toBe(accounts.ada)
    expect(client.state).toEqual({
      account: accounts.ada,
      state: 'unlocked',
      reason: 'passwordOnly',
      acr: 'pwd',
      accounts: [],
    })
    expect(device.prompts()).toBe(0)
  })

  it('is refused with the server’s code and words', async () => {
    const { client } = world
    const outcome = await settled(client.signInWithPassword({ username: 'ada', password: 'not this one' }))
    expect(outcome).toMatchObject({ code: 'password_wrong' })
    expect('error' in outcome && outcome.error.message).toMatch(/password/)
    expect(client.state.state).toBe('signedOut')
  })

  it('keeps the seconds to wait and tells telemetry of the lockout', async () => {
    const { client, events } = world
    const wrong = () => settled(client.signInWithPassword({ username: 'ada', password: 'not this one' }))
    for (let tries = 0; tries < 5; tries++) expect(await wrong()).toMatchObject({ code: 'password_wrong' })
    const locked = await wrong()
    expect(locked).toMatchObject({ code: 'too_many_attempts', error: { retryAfter: 30 } })
    expect(events).toContainEqual({ type: 'lockedOut', call: 'signInWithPassword', retryAfter: 30 })
  })

  it('sends the device token of this user, so that tries elsewhere cannot lock this device out', async () => {
    const { client, server, device, signInWithPassword } = world
    await signInWithPassword('ada')
    await signInWithPassword('grace')
    await client.signOut()
    for (let tries = 0; tries < 6; tries++) {
      await server.call('POST', '/v1/sessions/password', {
        body: { username: 'ada', password: 'guess guess' },
      })
    }
    await signInWithPassword('ada')
    const bodies = device.requests
      .filter(({ url }) => url.endsWith('/sessions/password'))
      .map(({ body }) => JSON.parse(body ?? '{}'))
    expect(bodies.map(({ deviceToken }) => typeof deviceToken)).toEqual(['undefined', 'undefined', 'string'])
  })

  it('stores nothing of a user whose password was wrong', async () => {
    const { client, device } = world
    await settled(client.signInWithPassword({ username: 'typed here by mistake', password: 'x' }))
    expect(JSON.stringify([...device.stored])).not.toContain('mistake')
  })

  it('ends the session it replaces on the server too', async () => {
    const { client, signInWithPassword, liveSessions, accounts } = world
    await signInWithPassword('ada')
    await signInWithPassword('grace')
    await client.signOut()
    expect(await liveSessions()).toBe(0)
    await signInWithPassword('grace')
    expect(client.state.account).toBe(accounts.grace)
    expect(await liveSessions()).toBe(1)
  })
})

function problem(status: number, code: string): PlatformResponse {
  return { status, header: () => null, body: JSON.stringify({ code, detail: 'As scripted.', status }) }
}

describe('registering and signing in with the key', () => {
  it('takes one prompt each and answers with a session', async () => {
    const { client, accounts, signInWithPassword, device, onServer } = world
    await signInWithPassword()
    device.rehearse()
    const credential = await client.register({ name: 'Ada’s laptop' })
    expect(device.prompts()).toBe(1)
    expect(credential).toMatchObject({ name: 'Ada’s laptop', level: 'W' })
    expect(await onServer()).toEqual([credential.id])
    expect(client.state).toEqual({
      account: accounts.ada,
      state: 'unlocked',
      acr: 'pwd',
      accounts: [{ account: accounts.ada, name: 'ada', credentialId: credential.id }],
    })
    await client.signOut()
    expect(client.state).toEqual({
      account: accounts.ada,
      state: 'registered',
      accounts: [{ account: accounts.ada, name: 'ada', credentialId: credential.id }],
    })
    device.rehearse()
    const session = await client.signIn()
    expect(device.prompts()).toBe(1)
    expect(session).toMatchObject({ account: accounts.ada, acr: 'W' })
    expect(client.state).toMatchObject({ state: 'unlocked', acr: 'W' })
  })

  it('needs a session, and then a password sign-in of the last five minutes, once', async () => {
    const { client, server, signInWithPassword, device } = world
    expect(await codeOf(client.register())).toBe('not_signed_in')
    await signInWithPassword()
    server.clock.advance(301)
    expect(await codeOf(client.register())).toBe('grant_expired')
    expect(await codeOf(client.register())).toBe('grant_required')
    await signInWithPassword()
    await client.register()
    await client.unregister()
    device.rehearse()
    expect(await codeOf(client.register())).toBe('grant_required')
    expect(device.steps).toEqual([])
  })

  it('can be tried again with the same grant after a refused prompt', async () => {
    const { client, signInWithPassword, device } = world
    await signInWithPassword()
    const prompt = 3
    device.rehearse(prompt, 'fail')
    expect(await codeOf(client.register())).toBe('prompt_refused')
    expect(device.steps[prompt]?.name).toBe('register')
    device.rehearse()
    await client.register()
    expect(device.prompts()).toBe(1)
  })

  it('leaves no key behind that the server refused', async () => {
    const { client, signInWithPassword, device, onServer } = world
    await signInWithPassword()
    device.answer = ({ url }) =>
      url.endsWith('/v1/registration') ? problem(403, 'attestation_required') : undefined
    expect(await codeOf(client.register())).toBe('attestation_required')
    expect(device.forgotten).toEqual(device.authenticator.credentials.map(({ id }) => id))
    expect(await onServer()).toEqual([])
    expect(client.state.accounts).toEqual([])
  })

  it('asks for the outcome of a registration whose answers were lost, without another prompt', async () => {
    const { client, signInWithPassword, device, onServer } = world
    await signInWithPassword()
    let lost = 0
    const { request } = device.platform
    Object.assign(device.platform, {
      request: async (...sent: Parameters<typeof request>) => {
        const answer = await request(...sent)
        if (!sent[0].url.endsWith('/v1/registration') || lost++ > 1) return answer
        throw new KeyboundError('network_unreachable', 'Lost.')
      },
    })
    device.rehearse()
    expect(await codeOf(client.register())).toBe('network_unreachable')
    expect(client.state.reason).toBe('passwordOnly')
    expect(await onServer()).toHaveLength(1)
    const credential = await client.register()
    expect(device.prompts()).toBe(1)
    expect(await onServer()).toEqual([credential.id])
    expect(client.state.reason).toBeUndefined()
    const bodies = device.requests
      .filter(({ url }) => url.endsWith('/v1/registration'))
      .map(({ body }) => body)
    expect(bodies).toHaveLength(3)
    expect(new Set(bodies).size).toBe(1)
  })

  it('names each registration by the end of its challenge, as much of it as the server takes', async () => {
    const { client, signInWithPassword, device } = world
    const challenges: string[] = []
    const { request } = device.platform
    Object.assign(device.platform, {
      request: async (...sent: Parameters<typeof request>) => {
        const answer = await request(...sent)
        if (sent[0].url.endsWith('/registration/options')) challenges.push(JSON.parse(answer.body).challenge)
        return answer
      },
    })
    await signInWithPassword()
    await client.register()
    await client.unregister()
    await signInWithPassword()
    await client.register()
    const names = device.requests
      .filter(({ url }) => url.endsWith('/v1/registration'))
      .map(({ body }) => JSON.parse(body ?? '').operationId)
    expect(names).toEqual(challenges.map((challenge) => challenge.slice(-64)))
    expect(new Set(names).size).toBe(2)
  })

  it('keeps a registration whose sending broke in a way of the platform’s own: nobody knows whether it arrived', async () => {
    const { client, signInWithPassword, device, onServer } = world
    await signInWithPassword()
    const send = 4
    device.rehearse(send, 'throw')
    expect(await codeOf(client.register())).toBe('platform_failed')
    expect(device.steps[send]?.name).toBe('POST registration')
    expect(device.forgotten).toEqual([])
    device.rehearse()
    const credential = await client.register()
    expect(device.prompts()).toBe(0)
    expect(await onServer()).toEqual([credential.id])
  })

  it.each(['fail', 'lost'] as const)(
    'takes the registration back when the device says it cannot remember it: %s',
    async (fault) => {
      const { client, signInWithPassword, device, onServer } = world
      await signInWithPassword()
      const record = 5
      device.rehearse(record, fault)
      expect(await codeOf(client.register())).toBe('storage_failed')
      expect(device.steps[record]).toEqual({ kind: 'storage', name: 'set' })
      await client.signOut()
      expect(await onServer()).toEqual([])
      expect(device.forgotten).toHaveLength(1)
      expect(client.state).toEqual({ account: null, state: 'signedOut', accounts: [] })
      expect([...device.stored.keys()].some((key) => key.includes('/account/'))).toBe(false)
    },
  )

  it('knows of no key that neither the device could remember nor the server could be told to remove', async () => {
    const { anotherClient, device, accounts } = world
    const { storage, request } = device.platform
    Object.assign(device.platform, {
      storage: {
        ...storage,
        set: (key: string, value: string) =>
          key.endsWith(accounts.ada)
            ? Promise.reject(new KeyboundError('storage_failed', 'As scripted.'))
            : storage.set(key, value),
      },
      request: (...sent: Parameters<typeof request>) =>
        sent[0].method === 'DELETE'
          ? Promise.reject(new KeyboundError('network_unreachable', 'As scripted.'))
          : request(...sent),
    })
    const client = anotherClient()
    await client.signInWithPassword({ username: 'ada', password: demoPassword })
    expect(await codeOf(client.register())).toBe('storage_failed')
    await turns()
    expect(client.state).toMatchObject({ reason: 'passwordOnly', accounts: [] })
    expect(device.forgotten).toEqual(device.authenticator.credentials.map(({ id }) => id))
  })

  it('makes no key where nothing can be stored', async () => {
    const { client, signInWithPassword, device } = world
    await signInWithPassword()
    device.rehearse(0, 'fail')
    expect(await codeOf(client.register())).toBe('storage_failed')
    expect(device.prompts()).toBe(0)
  })

  it('signs in although the device can neither read nor keep its records', async () => {
    const { client, registered, device, events, accounts } = world
    await registered()
    const refuse = () => Promise.reject(new KeyboundError('storage_failed', 'As scripted.'))
    Object.assign(device.platform.storage, { get: refuse, set: refuse, delete: refuse, keys: refuse })
    expect(await client.signIn()).toMatchObject({ account: accounts.ada })
    expect(events.filter(({ type }) => type === 'storageFailed').length).toBeGreaterThan(0)
  })
})

describe('a credential that was revoked', () => {
  it('is noticed from the server’s list, without a prompt, and its record dropped', async () => {
    const { client, registered, server, accounts, device, events } = world
    const { id } = await registered()
    await server.store.removeCredential({
      realm: 'test',
      operationId: 'revoked elsewhere',
      now: 0,
      account: accounts.ada,
      credentialId: id,
    })
    device.rehearse()
    expect(await codeOf(client.signIn())).toBe('credential_unknown')
    expect(device.prompts()).toBe(0)
    expect(client.state).toEqual({
      account: accounts.ada,
      state: 'signedOut',
      reason: 'revoked',
      accounts: [],
    })
    expect(device.forgotten).toEqual([id])
    expect(events).toContainEqual({ type: 'invalidated', call: 'signIn', reason: 'revoked' })
    // Signing in again says no more of it.
    await world.signInWithPassword()
    await client.signOut()
    expect(client.state).toEqual({ account: null, state: 'signedOut', accounts: [] })
  })

  it('is noticed from the server’s refusal too', async () => {
    const { client, registered, device } = world
    const { id } = await registered()
    device.answer = ({ url }) =>
      url.endsWith('/v1/authentication') ? problem(401, 'credential_unknown') : undefined
    expect(await codeOf(client.signIn())).toBe('credential_unknown')
    expect(client.state).toMatchObject({ state: 'signedOut', reason: 'revoked' })
    expect([...device.stored.keys()].some((key) => key.includes('/account/'))).toBe(false)
    expect(device.forgotten).toEqual([id])
  })

  it('of another account than the signed-in one does not touch the session', async () => {
    const { client, registered, signInWithPassword, device, accounts } = world
    await registered('ada')
    await signInWithPassword('grace')
    device.answer = ({ url }) =>
      url.endsWith('/v1/authentication') ? problem(401, 'credential_unknown') : undefined
    expect(await codeOf(client.signIn({ account: accounts.ada }))).toBe('credential_unknown')
    expect(client.state).toEqual({
      account: accounts.grace,
      state: 'unlocked',
      reason: 'passwordOnly',
      acr: 'pwd',
      accounts: [],
    })
  })
})

describe('several accounts on one device', () => {
  it('have records of their own, the one used last first', async () => {
    const { client, registered, accounts, device } = world
    await registered('ada')
    await registered('grace')
    const names = () => client.state.accounts.map(({ name }) => name)
    expect(names()).toEqual(['grace', 'ada'])
    const reloaded = world.anotherClient()
    await reloaded.ready
    expect(reloaded.state).toEqual(client.state)
    expect(await client.signIn({ account: accounts.ada })).toMatchObject({ account: accounts.ada })
    expect(names()).toEqual(['ada', 'grace'])
    await client.signOut()
    expect(client.state.account).toBe(accounts.ada)
    expect(await client.signIn()).toMatchObject({ account: accounts.ada })
    await client.unregister()
    await client.signOut()
    expect(names()).toEqual(['grace'])
    device.rehearse()
    expect(await codeOf(client.signIn({ account: accounts.ada }))).toBe('not_registered')
    expect(device.steps.some(({ kind }) => kind !== 'storage')).toBe(false)
    expect(await client.signIn()).toMatchObject({ account: accounts.grace })
  })

  it('begin with the one the app names', async () => {
    const { registered, accounts, device } = world
    await registered('ada')
    await registered('grace')
    const client = createKeyboundClient({ server: origin, platform: device.platform, account: accounts.ada })
    await client.ready
    expect(client.state).toMatchObject({ account: accounts.ada, state: 'registered' })
    expect(await client.signIn()).toMatchObject({ account: accounts.ada })
  })

  it('are seen by another tab at its next call', async () => {
    const { anotherClient, registered, accounts } = world
    const tab = anotherClient()
    await tab.ready
    expect(tab.state.state).toBe('signedOut')
    await registered('ada')
    expect(await tab.signIn({ account: accounts.ada })).toMatchObject({ account: accounts.ada })
  })

  it('of two servers on one device never meet', async () => {
    const { registered, device } = world
    await registered('ada')
    const other = createKeyboundClient({ server: 'https://other.example', platform: device.platform })
    await other.ready
    expect(other.state.accounts).toEqual([])
  })

  it('survive a record that somebody spoilt', async () => {
    const { registered, device, anotherClient, accounts } = world
    await registered('ada')
    await registered('grace')
    const key = [...device.stored.keys()].find((stored) => stored.endsWith(accounts.ada)) ?? ''
    for (const spoilt of [
      '',
      'null',
      '{',
      '[]',
      '{"account":1}',
      device.stored.get(key)?.replace('ada', ''),
      device.stored.get(key)?.replace('"credentialId":"', '$&../'),
    ]) {
      device.stored.set(key, spoilt ?? '')
      const tab = anotherClient()
      await tab.ready
      expect(tab.state.accounts.map(({ name }) => name)).toEqual(['grace'])
    }
  })
})

describe('a device without records', () => {
  it('lets the authenticator offer its keys, and remembers the one that signed in', async () => {
    const { registered, device, anotherClient, accounts } = world
    await registered('ada')
    device.stored.clear()
    const client = anotherClient()
    await client.ready
    expect(client.state.state).toBe('signedOut')
    expect(await client.signIn()).toMatchObject({ account: accounts.ada })
    const request = device.requests.find(({ url }) => url.endsWith('/authentication/options'))
    expect(request?.body).toBe('{}')
    await client.signOut()
    expect(client.state).toMatchObject({ account: accounts.ada, state: 'registered' })
  })
})

describe('unregistering', () => {
  it('removes the key on the server first, then here, and keeps the session', async () => {
    const { client, registered, signInWithPassword, device, onServer } = world
    const { id } = await registered()
    await signInWithPassword()
    await client.unregister()
    expect(await onServer()).toEqual([])
    expect(client.state).toMatchObject({ state: 'unlocked', reason: 'passwordOnly', accounts: [] })
    expect(device.forgotten).toEqual([id])
    expect(await codeOf(client.unregister())).toBe('not_registered')
  })

  it('removes nothing here while the server cannot be told', async () => {
    const { client, registered, signInWithPassword, device, onServer } = world
    await registered()
    await signInWithPassword()
    device.rehearse()
    device.answer = () => {
      throw new KeyboundError('network_unreachable', 'No network.')
    }
    expect(await codeOf(client.unregister())).toBe('network_unreachable')
    device.answer = undefined
    expect(client.state.reason).toBeUndefined()
    expect(await onServer()).toHaveLength(1)
  })

  it('takes a key the server no longer has for removed', async () => {
    const { client, registered, signInWithPassword, device } = world
    await registered()
    await signInWithPassword()
    device.answer = ({ method }) => (method === 'DELETE' ? problem(404, 'credential_unknown') : undefined)
    await client.unregister()
    expect(client.state.reason).toBe('passwordOnly')
  })

  it('needs a session', async () => {
    expect(await codeOf(world.client.unregister())).toBe('not_signed_in')
  })
})

describe('a session that the server ended', () => {
  it('ends here too, with the reason, at the next call that needs it', async () => {
    const { client, registered, signInWithPassword, server, accounts } = world
    await registered()
    await signInWithPassword()
    server.clock.advance(43_201)
    expect(await codeOf(client.unregister())).toMatch(/^session_(expired|required)$/)
    expect(client.state).toMatchObject({ account: accounts.ada, state: 'registered', reason: 'expired' })
    await client.signIn()
    expect(client.state.reason).toBeUndefined()
  })

  it('ends here in a registration as well', async () => {
    const { client, signInWithPassword, server } = world
    await signInWithPassword()
    server.clock.advance(43_201)
    expect(await codeOf(client.register())).toMatch(/^session_(expired|required)$/)
    expect(client.state).toMatchObject({ state: 'signedOut', reason: 'expired' })
  })
})

describe('signing out', () => {
  it('ends the session on the server', async () => {
    const { client, signInWithPassword, liveSessions } = world
    await signInWithPassword()
    expect(await liveSessions()).toBe(1)
    expect(await client.signOut()).toEqual({ onServer: 'ended' })
    expect(await liveSessions()).toBe(0)
    expect(await client.signOut()).toEqual({ onServer: 'ended' })
  })

  it('forgets at once, before any answer and without network', async () => {
    const { client, signInWithPassword, device } = world
    await signInWithPassword()
    device.rehearse(0, 'fail')
    const signedOut = client.signOut()
    expect(client.state).toEqual({ account: null, state: 'signedOut', accounts: [] })
    expect(await signedOut).toEqual({ onServer: 'unreachable' })
    expect(await codeOf(client.register())).toBe('not_signed_in')
  })

  it('drops a registration that was pending', async () => {
    const { client, signInWithPassword, device } = world
    await signInWithPassword()
    device.answer = ({ url }) => (url.endsWith('/v1/registration') ? problem(500, 'internal') : undefined)
    expect(await codeOf(client.register())).toBe('internal')
    device.answer = undefined
    await client.signOut()
    await signInWithPassword('grace')
    device.rehearse()
    await client.register()
    expect(device.prompts()).toBe(1)
    expect(client.state.accounts).toMatchObject([{ name: 'grace' }])
  })
})

describe('what leaves the client', () => {
  it('holds no secret: telemetry, state, and everything stored on the device', async () => {
    const { client, device, events, registered, signInWithPassword } = world
    const secrets: string[] = [demoPassword]
    device.answer = undefined
    const { request } = device.platform
    Object.assign(device.platform, {
      request: async (...sent: Parameters<typeof request>) => {
        const answer = await request(...sent)
        if (answer.body) {
          const { session, registrationGrant, challenge } = JSON.parse(answer.body)
          secrets.push(...[session?.token, registrationGrant?.token, challenge].filter(Boolean))
        }
        return answer
      },
    })
    await registered()
    await client.signIn()
    await signInWithPassword('grace')
    await settled(client.signInWithPassword({ username: 'ada', password: 'wrong but secret' }))
    secrets.push('wrong but secret')
    expect(secrets.length).toBeGreaterThan(8)
    const left = JSON.stringify([events, client.state, [...device.stored]])
    for (const secret of secrets) expect(left).not.toContain(secret)
  })

  it('tells telemetry how long calls and prompts took', async () => {
    const { client, device, events, signInWithPassword } = world
    await signInWithPassword()
    device.promptTakes = 1_500
    await client.register()
    expect(events.at(-1)).toEqual({
      type: 'completed',
      call: 'register',
      milliseconds: 1_500,
      promptMilliseconds: 1_500,
      prompts: 1,
    })
    expect(events.filter(({ type }) => type === 'completed').map((event) => event.call)).toEqual([
      'start',
      'signInWithPassword',
      'register',
    ])
  })
})
