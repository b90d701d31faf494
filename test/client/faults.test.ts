import type { KeyboundClient, TransactionView } from '@keybound/client'
import { describe, expect, it } from 'vitest'
import type { DeviceStep, Fault } from './device.ts'
import { codeOf, createWorld, settled, turns, type World } from './world.ts'

/** One call of the client, with what must be so before it. */
interface Flow {
  readonly name: string
  readonly before: (world: World) => Promise<string | object | undefined>
  /** `given` is what `before` answered. */
  readonly call: (client: KeyboundClient, given: unknown, signal?: AbortSignal) => Promise<unknown>
  /** What must be so afterwards, whatever went wrong, before anything else is tried. */
  readonly after?: (world: World, given: unknown) => Promise<void>
  /** Most prompts the call may show. */
  readonly prompts: number
}

const password = { username: 'ada', password: 'correct horse battery staple' }

const flows: readonly Flow[] = [
  {
    name: 'signInWithPassword',
    before: async () => undefined,
    call: (client, _, signal) => client.signInWithPassword({ ...password, ...(signal && { signal }) }),
    prompts: 0,
  },
  {
    name: 'register',
    before: (world) => world.signInWithPassword(),
    call: (client, _, signal) => client.register(signal && { signal }),
    prompts: 1,
  },
  {
    name: 'signIn',
    before: (world) => world.registered(),
    call: (client, _, signal) => client.signIn(signal && { signal }),
    prompts: 1,
  },
  {
    name: 'unregister',
    before: async (world) => {
      await world.registered()
      return world.signInWithPassword()
    },
    call: (client, _, signal) => client.unregister(signal && { signal }),
    prompts: 0,
  },
  {
    name: 'transaction',
    before: async (world) => {
      await world.registered()
      await world.client.signIn()
      return world.payment()
    },
    call: (client, id, signal) => client.transaction(id as string, signal && { signal }),
    prompts: 0,
  },
  {
    name: 'approve',
    before: async (world) => {
      await world.registered()
      await world.client.signIn()
      return world.client.transaction(await world.payment())
    },
    call: (client, view, signal) => client.approve(view as TransactionView, signal && { signal }),
    async after({ client, device, ledger }, view) {
      device.rehearse()
      const { receipt } = await client.approve(view as TransactionView)
      expect(ledger.map((entry) => entry.receipt)).toEqual([receipt])
    },
    prompts: 1,
  },
]

const faults: readonly Fault[] = ['fail', 'lost', 'hang', 'throw', 'garbage']

/** What a fault may end a call with, by the kind of its step. No value is foreseen for `done`: the call succeeded. */
const ends: { readonly [K in DeviceStep['kind']]: { readonly [F in Fault]: readonly string[] } } = {
  request: {
    fail: ['network_unreachable', 'done'],
    lost: ['network_unreachable', 'done'],
    hang: ['network_unreachable', 'done'],
    throw: ['platform_failed'],
    garbage: ['server_answer_invalid'],
  },
  prompt: {
    fail: ['prompt_refused'],
    lost: ['prompt_refused'],
    hang: ['prompt_refused'],
    throw: ['platform_failed'],
    garbage: [],
  },
  storage: {
    fail: ['storage_failed', 'done'],
    lost: ['storage_failed', 'done'],
    hang: ['storage_failed', 'done'],
    throw: ['platform_failed', 'done'],
    garbage: [],
  },
}

async function rehearse(flow: Flow): Promise<readonly DeviceStep[]> {
  const world = await createWorld()
  const given = await flow.before(world)
  world.device.rehearse()
  await flow.call(world.client, given)
  return [...world.device.steps]
}

/** Milliseconds, longer than any limit. */
const longest = 700_000

/** Lets time pass for whatever hangs, until the call has settled. */
async function untilSettled<T>(world: World, call: Promise<T>): Promise<T> {
  let over = false
  const done = call.finally(() => {
    over = true
  })
  done.catch(() => {})
  for (let round = 0; !over && round < 10_000; round++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (world.device.hangs()) world.device.advance(longest)
  }
  expect(over, 'the call never settled').toBe(true)
  return done
}

/** Whatever happened: the user gets in by password, turns biometrics on if they are off, and signs in with them. */
async function expectUsable(world: World): Promise<void> {
  const { client, device, onServer } = world
  device.rehearse()
  await world.signInWithPassword()
  if (client.state.reason !== 'passwordOnly' && (await onServer()).length === 0) {
    // A record the device would not delete: the next sign-in notices, and says so.
    expect(await codeOf(client.signIn())).toBe('credential_unknown')
  }
  const unregistered = client.state.reason === 'passwordOnly'
  if (unregistered) await client.register()
  await client.signOut()
  expect(client.state.state).toBe('registered')
  device.rehearse()
  expect(await client.signIn()).toMatchObject({ account: world.accounts.ada })
  expect(device.prompts()).toBe(1)
  // What the device holds is what the server holds: no key is left over on either side.
  expect(await onServer()).toHaveLength(1)
}

describe.each(flows)('$name', (flow) => {
  it('survives every fault at every step: settles, prompts no more than once, and can be used again', async () => {
    const steps = await rehearse(flow)
    expect(steps.length).toBeGreaterThan(0)
    for (const [index, { kind, name }] of steps.entries()) {
      for (const fault of faults) {
        const expected = ends[kind][fault]
        if (expected.length === 0) continue
        const world = await createWorld()
        const given = await flow.before(world)
        world.device.rehearse(index, fault)
        const outcome = await settled(untilSettled(world, flow.call(world.client, given)))
        const at = `${fault} at step ${index}, ${name}`
        expect(expected, at).toContain('code' in outcome ? outcome.code : 'done')
        expect(world.device.prompts(), at).toBeLessThanOrEqual(flow.prompts)
        if (flow.after) await untilSettled(world, flow.after(world, given))
        await untilSettled(world, expectUsable(world))
      }
    }
  })

  it('can be aborted at every step: ends at once, and leaves nothing behind', async () => {
    const steps = await rehearse(flow)
    for (const [index, { kind, name }] of steps.entries()) {
      let tooLate = false
      for (const fault of [undefined, 'hang'] as const) {
        const world = await createWorld()
        const given = await flow.before(world)
        const { client, device } = world
        const controller = new AbortController()
        device.rehearse(index, fault, () => controller.abort(new Error('changed my mind')))
        const call = flow.call(client, given, controller.signal)
        // Time stands still but for writes of the device past the server's commit: those must not be torn.
        const outcome = await settled(tooLate ? untilSettled(world, call) : call)
        const at = `abort at step ${index}, ${name}${fault ? ', which hangs' : ''}`
        if (tooLate) {
          expect('code' in outcome ? outcome.code : 'storage_failed', at).toBe('storage_failed')
        } else if ('code' in outcome) {
          expect(outcome, at).toMatchObject({
            code: 'aborted',
            error: { cause: new Error('changed my mind') },
          })
        } else {
          tooLate = true
          expect(kind, at).toBe('storage')
        }
        // An abort is no failure of the device.
        if (!fault)
          expect(
            world.events.map(({ type }) => type),
            at,
          ).not.toContain('storageFailed')
        expect(device.prompts(), at).toBeLessThanOrEqual(flow.prompts)
        // What hangs still is given up in the end, and the next call waits for that.
        if (device.hangs()) device.advance(longest)
        if (flow.after) await untilSettled(world, flow.after(world, given))
        await untilSettled(world, expectUsable(world))
        expect(await world.liveSessions(), at).toBe(1)
        const kept = device.authenticator.credentials.filter(({ id }) => !device.forgotten.includes(id))
        expect(await world.onServer(), at).toEqual(kept.map(({ id }) => id))
      }
    }
  })

  it('never signs anybody in after a sign-out, at whatever step that comes', async () => {
    const steps = await rehearse(flow)
    for (const index of steps.keys()) {
      const world = await createWorld()
      const given = await flow.before(world)
      const { client, device } = world
      let signedOut: Promise<unknown> | undefined
      device.rehearse(index, undefined, () => {
        signedOut = client.signOut()
      })
      const outcome = await settled(untilSettled(world, flow.call(client, given)))
      expect(['signedOut', 'registered'], `sign-out at step ${index}`).toContain(client.state.state)
      if ('code' in outcome) expect(outcome.code).toBe('aborted')
      expect(await signedOut).toMatchObject({ onServer: 'ended' })
      await turns()
      expect(client.state.state).not.toBe('unlocked')
      expect(await world.liveSessions(), `sign-out at step ${index}`).toBe(0)
      await untilSettled(world, expectUsable(world))
    }
  })

  it('does nothing when it was aborted before it began', async () => {
    const world = await createWorld()
    const given = await flow.before(world)
    world.device.rehearse()
    const outcome = await settled(flow.call(world.client, given, AbortSignal.abort()))
    expect(outcome).toMatchObject({ code: 'aborted' })
    expect(world.device.steps).toEqual([])
  })
})

describe('signOut', () => {
  it.each(faults)('forgets and settles when its request meets the fault “%s”', async (fault) => {
    const world = await createWorld()
    await world.signInWithPassword()
    world.device.rehearse(0, fault)
    const outcome = await settled(untilSettled(world, world.client.signOut()))
    expect(outcome).toEqual({ value: { onServer: 'unreachable' } })
    expect(world.client.state.state).toBe('signedOut')
    await untilSettled(world, expectUsable(world))
  })
})
