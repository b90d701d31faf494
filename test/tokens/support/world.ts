import type { KeyboundServerOptions } from '@keybound/server'
import { origin, startWithAccounts } from '../../support/server.ts'
import { createDevice, type DeviceOptions } from './device.ts'

/** A server with tokens and the demo accounts, and devices that talk to it. */
export async function startTokenWorld(overrides: Partial<KeyboundServerOptions> = {}) {
  const world = await startWithAccounts({
    tokens: { clients: ['bank-app', 'other-app'], resources: [origin, 'https://api.bank.example'] },
    ...overrides,
  })
  const send = (request: Request) => world.server.fetch(request, { clientAddress: '192.0.2.1' })
  const now = () => Math.floor(world.clock.now() / 1000)
  const device = (options: Partial<DeviceOptions> = {}) => createDevice({ send, now, ...options })

  /** A device whose key is registered and that is signed in. */
  async function signedIn(options: Partial<DeviceOptions> = {}, username = 'ada') {
    const one = device(options)
    await one.register(username)
    const answer = await one.signIn()
    if (answer.status !== 200) throw new Error(`Unexpected ${answer.status} ${answer.text}, expected tokens.`)
    return one
  }

  /** A guarded route of the host, as Send. */
  function route(...protect: Parameters<typeof world.server.protect>) {
    const guard = world.server.protect(...protect)
    return async (request: Request) => {
      const verdict = await guard(request)
      return verdict.outcome === 'refused'
        ? verdict.response
        : Response.json(verdict.caller, { headers: verdict.headers })
    }
  }

  return { ...world, send, now, device, signedIn, route }
}

export type TokenWorld = Awaited<ReturnType<typeof startTokenWorld>>
