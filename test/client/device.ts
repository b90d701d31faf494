import { createHash } from 'node:crypto'
import type { Platform, PlatformRequest, PlatformResponse } from '@keybound/client'
import { KeyboundError } from '@keybound/protocol'
import { createAuthenticator, type SoftwareAuthenticator } from '../support/authenticator.ts'
import { origin, type TestServer } from '../support/server.ts'

/** What goes wrong at one step of a device. */
export type Fault =
  /** The step fails as its kind does: no network, prompt refused, storage refused. Nothing was done. */
  | 'fail'
  /** It is done, but the answer is lost. */
  | 'lost'
  /** It never ends, whatever the signal says. Nothing was done. */
  | 'hang'
  /** It throws something that is no KeyboundError. */
  | 'throw'
  /** The server's answer is not of this protocol. */
  | 'garbage'

/** One call of the client to its platform. */
export interface DeviceStep {
  readonly kind: 'request' | 'prompt' | 'storage'
  /** Such as `POST registration`, `register`, `set`. */
  readonly name: string
}

/** A device without a screen: software keys, storage in memory, time that stands still, and the real server behind. */
export interface Device {
  readonly platform: Platform
  /** Every step since the last `rehearse`. */
  readonly steps: readonly DeviceStep[]
  readonly prompts: () => number
  readonly requests: readonly PlatformRequest[]
  readonly stored: Map<string, string>
  readonly authenticator: SoftwareAuthenticator
  /** Ids the authenticator was told to forget. */
  readonly forgotten: string[]
  /** Begins to count steps anew; the fault, and what `at` does, come at step `index`. */
  readonly rehearse: (index?: number, fault?: Fault, at?: () => void) => void
  /** Whether something hangs, and time has not passed since. */
  readonly hangs: () => boolean
  /** Lets time pass: what waited that long ends. */
  readonly advance: (milliseconds: number) => void
  /** Answers the next requests instead of the server. */
  answer: ((request: PlatformRequest) => PlatformResponse | undefined) | undefined
  /** What a prompt does to time. */
  promptTakes: number
}

/** Makes a device in front of a server. */
export function createDevice(server: TestServer): Device {
  const steps: DeviceStep[] = []
  const requests: PlatformRequest[] = []
  const stored = new Map<string, string>()
  const forgotten: string[] = []
  const authenticator = createAuthenticator({ origin })
  const waiting = new Set<{ readonly until: number; readonly end: () => void }>()
  let now = 1_000
  let hanging = false
  let plan: { index?: number | undefined; fault?: Fault | undefined; at?: (() => void) | undefined } = {}

  async function step<T>(kind: DeviceStep['kind'], name: string, perform: () => Promise<T>): Promise<T> {
    const index = steps.push({ kind, name }) - 1
    if (index !== plan.index) return perform()
    plan.at?.()
    switch (plan.fault) {
      case 'hang':
        hanging = true
        return new Promise(() => {})
      case 'throw':
        throw new TypeError('of the platform’s own')
      case 'lost':
        await perform()
        throw natural(kind)
      case 'fail':
        throw natural(kind)
      case 'garbage':
        return { status: 200, header: () => null, body: '<html>Welcome to the hotel</html>' } as T
      default:
        return perform()
    }
  }

  async function send(request: PlatformRequest): Promise<PlatformResponse> {
    requests.push(request)
    const scripted = device.answer?.(request)
    if (scripted) return scripted
    const { url, ...init } = request
    const response = await server.server.fetch(new Request(url, init), { clientAddress: '192.0.2.1' })
    const body = await response.text()
    return { status: response.status, header: (name) => response.headers.get(name), body }
  }

  function prompt<T>(name: string, perform: () => T): Promise<T> {
    return step('prompt', name, async () => {
      device.advance(device.promptTakes)
      return perform()
    })
  }

  const platform: Platform = {
    availability: async () => ({ available: true, properties }),
    register: (options) => prompt('register', () => ({ response: authenticator.register(options) })),
    authenticate: (options) => prompt('authenticate', () => authenticator.authenticate(options)),
    async forget(_rpId, credentialId) {
      forgotten.push(credentialId)
    },
    storage: {
      get: (key) => step('storage', 'get', async () => stored.get(key)),
      set: (key, value) => step('storage', 'set', async () => void stored.set(key, value)),
      delete: (key) => step('storage', 'delete', async () => void stored.delete(key)),
      keys: (prefix) =>
        step('storage', 'keys', async () => [...stored.keys()].filter((key) => key.startsWith(prefix))),
    },
    request: (request) =>
      step('request', `${request.method} ${request.url.replace(/^.*\/v1\//, '')}`, () => send(request)),
    sha256: async (bytes) => createHash('sha256').update(bytes).digest(),
    monotonicNow: () => now,
    wait: (milliseconds) =>
      new Promise((end) => {
        waiting.add({ until: now + milliseconds, end })
      }),
  }

  const device: Device = {
    platform,
    steps,
    prompts: () => steps.filter(({ kind }) => kind === 'prompt').length,
    requests,
    stored,
    authenticator,
    forgotten,
    rehearse(index, fault, at) {
      steps.length = 0
      plan = { index, fault, at }
    },
    hangs: () => hanging,
    advance(milliseconds) {
      hanging = false
      now += milliseconds
      for (const wait of waiting) {
        if (wait.until > now) continue
        waiting.delete(wait)
        wait.end()
      }
    },
    answer: undefined,
    promptTakes: 0,
  }
  return device
}

const properties = {
  hardwareProven: 'no',
  biometricOnly: 'no',
  diesOnEnrolmentChange: 'no',
  deviceBound: 'yes',
  appIdentity: 'origin',
  sealing: 'none',
} as const

function natural(kind: DeviceStep['kind']): KeyboundError {
  switch (kind) {
    case 'request':
      return new KeyboundError('network_unreachable', 'No network.')
    case 'prompt':
      return new KeyboundError('prompt_refused', 'Refused.')
    case 'storage':
      return new KeyboundError('storage_failed', 'No storage.')
  }
}
