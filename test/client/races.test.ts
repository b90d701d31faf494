import { beforeEach, describe, expect, it, vi } from 'vitest'
import { demoPassword } from '../support/server.ts'
import { codeOf, createWorld, settled, turns, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})

/** Opens a prompt that stays open until `release` is called. */
function holdPrompt(name: 'register' | 'authenticate') {
  const { platform } = world.device
  const perform = platform[name] as (...given: unknown[]) => Promise<unknown>
  let release = () => {}
  let opened = () => {}
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve
  })
  const signals: AbortSignal[] = []
  Object.assign(platform, {
    [name]: async (options: unknown, signal: AbortSignal) => {
      signals.push(signal)
      opened()
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return perform(options, signal)
    },
  })
  return { isOpen, signals, release: () => release() }
}

describe('one prompt at a time', () => {
  it('refuses a second prompt at once, and the first goes on', async () => {
    const { client, registered, device } = world
    await registered()
    device.rehearse()
    const calls = [client.signIn(), client.signIn(), client.register(), client.signIn()]
    expect(await Promise.all(calls.slice(1).map(codeOf))).toEqual([
      'prompt_busy',
      'prompt_busy',
      'prompt_busy',
    ])
    expect(await calls[0]).toMatchObject({ acr: 'W' })
    expect(device.prompts()).toBe(1)
    // As soon as the first is over, the next may prompt.
    await client.signIn()
  })

  it('holds across two clients’ calls of one app only: each client has its own', async () => {
    const { client, registered, anotherClient } = world
    await registered()
    const tab = anotherClient()
    await Promise.all([client.signIn(), tab.signIn()])
    expect([client.state.state, tab.state.state]).toEqual(['unlocked', 'unlocked'])
  })

  it('lets the password close a prompt that is open', async () => {
    const { client, registered, signInWithPassword } = world
    await registered()
    const prompt = holdPrompt('authenticate')
    const signIn = settled(client.signIn())
    await prompt.isOpen
    await signInWithPassword()
    expect(await signIn).toMatchObject({
      code: 'aborted',
      error: { message: expect.stringMatching(/password/) },
    })
    expect(prompt.signals[0]?.aborted).toBe(true)
    expect(client.state).toMatchObject({ state: 'unlocked', acr: 'pwd' })
  })

  it('lets the password forestall a prompt that is about to open', async () => {
    const { client, registered, signInWithPassword, device } = world
    await registered()
    device.rehearse()
    const signIn = codeOf(client.signIn())
    await signInWithPassword()
    expect(await signIn).toBe('aborted')
    expect(device.prompts()).toBe(0)
  })

  it('lets a registration that is past its prompt finish before the password signs in', async () => {
    const { client, signInWithPassword, device, onServer } = world
    await signInWithPassword('ada')
    let second: Promise<unknown> | undefined
    device.rehearse(4, undefined, () => {
      second = signInWithPassword('grace')
    })
    const credential = await client.register()
    expect(device.steps[4]?.name).toBe('POST registration')
    await second
    expect(await onServer('ada')).toEqual([credential.id])
    expect(client.state.accounts).toMatchObject([{ name: 'ada' }])
    expect(client.state.account).toBe(world.accounts.grace)
  })

  it('gives a prompt up a little after its own timeout, although the platform forgot it', async () => {
    const { client, registered, device } = world
    await registered()
    const prompt = holdPrompt('authenticate')
    const signIn = codeOf(client.signIn())
    await prompt.isOpen
    device.advance(120_000)
    await turns()
    expect(prompt.signals[0]?.aborted).toBe(false)
    device.advance(5_000)
    expect(await signIn).toBe('prompt_refused')
    expect(prompt.signals[0]?.aborted).toBe(true)
    // What comes after that changes nothing.
    prompt.release()
    await turns()
    expect(client.state.state).toBe('registered')
  })

  it('tells the authenticator to forget a key it made after nobody waited for it any more', async () => {
    const { client, signInWithPassword, device, onServer } = world
    await signInWithPassword()
    const prompt = holdPrompt('register')
    const controller = new AbortController()
    const register = codeOf(client.register({ signal: controller.signal }))
    await prompt.isOpen
    controller.abort()
    expect(await register).toBe('aborted')
    prompt.release()
    await turns()
    expect(device.forgotten).toEqual(device.authenticator.credentials.map(({ id }) => id))
    expect(device.forgotten).toHaveLength(1)
    expect(await onServer()).toEqual([])
  })
})

describe('calls at once', () => {
  it('take their turns: the last sign-in stands, and no session is left without an owner', async () => {
    const { client, signInWithPassword, accounts, liveSessions } = world
    await Promise.all([signInWithPassword('ada'), signInWithPassword('grace'), signInWithPassword('ada')])
    expect(client.state.account).toBe(accounts.ada)
    await client.signOut()
    expect(await liveSessions()).toBe(0)
  })

  it('all settle, whatever they are, and the state is that of a signed-out client after the sign-out', async () => {
    const { client, registered, signInWithPassword, liveSessions } = world
    await registered()
    const calls = [
      signInWithPassword('ada'),
      client.register(),
      client.signIn(),
      client.unregister(),
      client.signInWithPassword({ username: 'grace', password: 'wrong wrong wrong' }),
      client.availability(),
      signInWithPassword('grace'),
      client.unregister(),
    ]
    await Promise.race(calls.map((call) => settled<unknown>(call)))
    const signOut = client.signOut()
    const outcomes = await Promise.all([...calls.map((call) => settled<unknown>(call)), settled(signOut)])
    expect(outcomes).toHaveLength(9)
    expect(client.state.state).not.toBe('unlocked')
    expect(await liveSessions()).toBe(0)
  })

  it('never sign in after a sign-out, however close it follows the answer', async () => {
    const { client, registered, device, liveSessions } = world
    await registered()
    const { request } = device.platform
    const ends = new Set<string>()
    for (let distance = 0; distance < 40; distance++) {
      let signedOut: Promise<unknown> | undefined
      Object.assign(device.platform, {
        request: async (...sent: Parameters<typeof request>) => {
          const answer = await request(...sent)
          if (sent[0].url.endsWith('/v1/authentication')) {
            let later = Promise.resolve()
            for (let microtask = 0; microtask < distance; microtask++) later = later.then(() => {})
            void later.then(() => {
              signedOut = client.signOut()
            })
          }
          return answer
        },
      })
      ends.add(await codeOf(client.signIn()))
      await turns(2)
      await signedOut
      expect(client.state.state, `${distance} microtasks later`).toBe('registered')
      expect(await liveSessions()).toBe(0)
    }
    // Close ones abort the sign-in, distant ones end the session it opened.
    expect([...ends]).toEqual(['aborted', 'no error'])
  })

  it('sign out twice, and only once on the server', async () => {
    const { client, signInWithPassword, device } = world
    await signInWithPassword()
    device.rehearse()
    expect(await Promise.all([client.signOut(), client.signOut()])).toEqual([
      { onServer: 'ended' },
      { onServer: 'ended' },
    ])
    expect(device.steps.map(({ name }) => name)).toEqual(['DELETE session'])
  })

  it('wait for the device’s records to be read', async () => {
    const { registered, anotherClient, accounts } = world
    await registered('ada')
    const client = anotherClient()
    expect(await client.signIn({ account: accounts.ada })).toMatchObject({ account: accounts.ada })
  })

  it('can be aborted while they wait for their turn, and never begin', async () => {
    const { client, registered, device } = world
    await registered()
    const prompt = holdPrompt('authenticate')
    const signIn = client.signIn()
    await prompt.isOpen
    device.rehearse()
    const controller = new AbortController()
    const waiting = codeOf(client.unregister({ signal: controller.signal }))
    controller.abort()
    expect(await waiting).toBe('aborted')
    expect(device.steps).toEqual([])
    prompt.release()
    await signIn
    expect(client.state.state).toBe('unlocked')
  })
})

it('leaves no listener on the app’s signal, however a call ends', async () => {
  const { client } = world
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  await client.signInWithPassword({ username: 'ada', password: demoPassword, signal })
  await codeOf(client.signInWithPassword({ username: 'ada', password: 'wrong wrong wrong', signal }))
  await client.register({ signal })
  expect(added).toHaveBeenCalledTimes(3)
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    added.mock.calls.map(([, listener]) => listener),
  )
})

describe('the snapshot', () => {
  it('is the same object until something changes, frozen, and tells its listeners after each change', async () => {
    const { client, signInWithPassword } = world
    const seen: string[] = []
    const unsubscribe = client.subscribe(() => seen.push(client.state.state))
    const before = client.state
    expect(client.state).toBe(before)
    await codeOf(client.signInWithPassword({ username: 'ada', password: 'wrong wrong wrong' }))
    expect(client.state).toBe(before)
    expect(seen).toEqual([])
    await signInWithPassword()
    expect(client.state).not.toBe(before)
    expect(Object.isFrozen(client.state) && Object.isFrozen(client.state.accounts)).toBe(true)
    expect(seen).toEqual(['unlocked'])
    await client.register()
    await client.signOut()
    expect(seen).toEqual(['unlocked', 'unlocked', 'registered'])
    expect(client.state.accounts.every(Object.isFrozen)).toBe(true)
    unsubscribe()
    unsubscribe()
    await signInWithPassword()
    expect(seen).toHaveLength(3)
  })

  it('counts subscriptions, not functions', async () => {
    const { client, signInWithPassword } = world
    let calls = 0
    const listener = () => {
      calls++
    }
    const first = client.subscribe(listener)
    client.subscribe(listener)
    first()
    await signInWithPassword()
    expect(calls).toBe(1)
  })

  it('of a client that was just made shows no account of the device before they are read, and then does', async () => {
    const { registered, anotherClient, accounts } = world
    await registered()
    const client = anotherClient()
    expect(client.state).toEqual({ account: null, state: 'signedOut', accounts: [] })
    await client.ready
    expect(client.state).toMatchObject({ account: accounts.ada, state: 'registered' })
  })
})

it('keeps the password out of every later request', async () => {
  const { client, registered, device } = world
  await registered()
  await client.signIn()
  await client.unregister()
  const later = device.requests.filter(({ url }) => !url.endsWith('/sessions/password'))
  expect(later.length).toBeGreaterThan(4)
  expect(JSON.stringify(later)).not.toContain(demoPassword)
})
